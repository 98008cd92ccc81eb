/* lua_field.c: sets fields of a table for Lua. */
#include "lib/lua/lua_field.h"

void lua_field_text(lua_State *state, const char *field, const char *text)
{
    if (!text || !*text)
        return;
    lua_pushstring(state, text);
    lua_setfield(state, -2, field);
}
