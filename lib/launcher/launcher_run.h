/* launcher_run.h: one run of a launcher's file in Lua (for the launcher_ files). */
#ifndef ATELIER_LAUNCHER_RUN_H
#define ATELIER_LAUNCHER_RUN_H

#include "lib/error.h"
#include "lib/launcher/launcher.h"
#include "lib/lua/lua_host.h"
#include "lib/record.h"

#include <lua.h>
#include <stdbool.h>

/* All that one run needs, kept outside of Lua, so that an error that Lua raises loses
 * nothing. */
struct launcher_run {
    const struct launcher *launcher;
    struct expanded_layout layout;
    struct record *answer;
    struct error error; /* what the C function found, where Lua itself did not fail */
};

/* What a launcher may use. */
extern const struct lua_host_limits launcher_limits;

/* Loads the launcher's file in a Lua of its own, and leaves the compiled chunk on the
 * stack; `trusted` as for lua_host_create, for the file itself, too. The collector is
 * off: a state lives for milliseconds, and to collect costs more than it frees. Returns
 * NULL with `error` filled, or `cause` where it is Lua that says no. */
struct lua_host *launcher_run_load(const struct launcher *launcher, bool trusted,
                                   const struct lua_host_limits *limits,
                                   struct error *error, struct error *cause);

/* Calls `function`, by the rules of launcher_environment. Its arguments are the
 * launcher's chunk, or its table where its session has it loaded; `run`; and the lists
 * that the session has, for expanded_layout_push, or nil. Returns 0; or -1 with `error`
 * filled. */
int launcher_run(struct launcher_run *run, lua_CFunction function, struct error *error);

/* The same, with run->answer for it to fill. Returns 0 with `*answer`, the caller's. */
int launcher_run_answer(struct record **answer, struct launcher_run *run,
                        lua_CFunction function, struct error *error);

/* The rest is for such a function, and may raise. */

/* Runs the chunk, where there is one, and leaves its table. Returns false, with
 * run->error filled, where it is no launcher. */
bool launcher_run_open(lua_State *state, struct launcher_run *run);

/* Pushes the user's settings and the defaults, { NAME = value }, by the table of the
 * launcher at the top. Returns false, with run->error filled, when they are wrong. */
bool launcher_run_push_settings(lua_State *state, struct launcher_run *run);

/* Pushes { NAME = value } of what the step was given of the variables that the launcher
 * at the index declares, but for those that are ours. */
void launcher_run_push_given(lua_State *state, const struct launcher_run *run,
                             int launcher);

/* Pushes a function of a module. */
void launcher_run_push(lua_State *state, const char *module, const char *function);

#endif
