/* lua_field.h: the fields of a table that C gives to Lua. */
#ifndef ATELIER_LUA_FIELD_H
#define ATELIER_LUA_FIELD_H

#include <lua.h>

/* Sets a field of the table at the top of the stack to `text`; one that is NULL or empty
 * is left out. It may raise, so it is to be called inside lua_host_call. */
void lua_field_text(lua_State *state, const char *field, const char *text);

#endif
