/* launcher_load.h: a launcher's file in a Lua of its own (for launcher_prepared.c and
 * launcher_run.c). */
#ifndef ATELIER_LAUNCHER_LOAD_H
#define ATELIER_LAUNCHER_LOAD_H

#include "lib/error.h"
#include "lib/lua/lua_host.h"

#include <stdbool.h>

/* Leaves the compiled file on the stack; `trusted` as for lua_host_create, for the file
 * itself, too. The collector is off: a state lives for milliseconds, and to collect costs
 * more than it frees. Returns NULL with `error` filled, or `cause` where it is Lua that
 * says no. */
struct lua_host *launcher_load(const char *launchers, const char *name, bool trusted,
                               const struct lua_host_limits *limits, struct error *error,
                               struct error *cause);

#endif
