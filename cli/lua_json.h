/* lua_json.h: between Lua's tables and JSON. */
#ifndef ATELIER_LUA_JSON_H
#define ATELIER_LUA_JSON_H

#include "lib/policy/policy_engine.h"

#include <jansson.h>
#include <lua.h>

/* Appends the value at the top of the stack to the array `into`, which owns all that is
 * made from the first moment on, so that nothing is lost when Lua raises. A table with a
 * first element becomes an array, any other an object; an empty one an array, unless its
 * key is known to hold names ("environment"). Keys are sorted by whoever prints. A
 * function becomes null. Raises on tables that are nested deeper than 32. */
void lua_json_append(lua_State *state, json_t *into);

/* Pushes `value`; null and NULL become nil. May raise, as lua_json_append may: both are
 * for inside lua_host_call. */
void lua_json_push(lua_State *state, const json_t *value);

/* Calls require(module).function(policy, argument) of the engine; `argument` may be NULL.
 * Returns its first result, null for nil, which the caller owns; or NULL with `error`
 * filled. */
json_t *lua_json_call(struct policy_engine *engine, const char *module,
                      const char *function, const json_t *argument, struct error *error);

#endif
