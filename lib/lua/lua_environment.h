/* lua_environment.h: environment variables that Lua returned (for launcher.c, plan.c). */
#ifndef ATELIER_LUA_ENVIRONMENT_H
#define ATELIER_LUA_ENVIRONMENT_H

#include "lib/error.h"
#include "lib/record.h"

#include <lua.h>

/* Adds the pairs NAME = value of the table at the top of the stack to `environment`, each
 * under the key PREFIX NAME. Names are [A-Za-z_][A-Za-z0-9_]*; values are strings of one
 * line, or numbers (2.0 is written "2"). Returns 0; or -1 with `error` filled
 * (ERROR_SITE), which names `source` and the variable. It may raise, so it is to be
 * called inside lua_host_call; the depth of the stack is as before. */
int lua_environment_read(lua_State *state, struct record *environment, const char *prefix,
                         const char *source, struct error *error);

#endif
