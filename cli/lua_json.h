/* lua_json.h: between Lua's tables and JSON.
 *
 * Both may raise, so they are to be called inside lua_host_call.
 */
#ifndef ATELIER_LUA_JSON_H
#define ATELIER_LUA_JSON_H

#include <jansson.h>
#include <lua.h>

/* Appends the value at the top of the stack to the array `into`, which owns all that is
 * made from the first moment on, so that nothing is lost when Lua raises. A table with a
 * first element becomes an array, any other an object; an empty one an array, unless its
 * key is known to hold names ("environment"). Keys are sorted by whoever prints. A
 * function becomes null. Raises on tables that are nested deeper than 32. */
void lua_json_append(lua_State *state, json_t *into);

/* Pushes `value`; null and NULL become nil. */
void lua_json_push(lua_State *state, const json_t *value);

#endif
