/* policy_engine.h: the one host of the policy's engine, lua/atelier: the keeper's, the
 * commands' and that of atelier-experiment.
 *
 * A host differs from the others in three things, which it says: its limits, whether the
 * engine's files must be root's, and whether the policy must (policy_text.h). Whatever
 * goes in and out is made inside Lua, where an error of Lua's is caught: a function of
 * this program that is called there must hold nothing that is lost when it raises.
 */
#ifndef ATELIER_POLICY_ENGINE_H
#define ATELIER_POLICY_ENGINE_H

#include "lib/error.h"
#include "lib/lua/lua_host.h"
#include "lib/policy/policy_text.h"

#include <stdbool.h>
#include <stddef.h>

struct policy_engine;

/* A job waits for the keeper's answer, in slurmd's time; a person for a command's. */
extern const struct lua_host_limits policy_engine_job_limits;
extern const struct lua_host_limits policy_engine_command_limits;

/* Opens the engine whose modules lie in the directory `modules`; `trusted`: its files
 * must be root's. Returns NULL with `error` filled. */
struct policy_engine *policy_engine_create(const char *modules, bool trusted,
                                           const struct lua_host_limits *limits,
                                           struct error *error);
void policy_engine_destroy(struct policy_engine *engine);

/* A call of require(module).function(policy, ...). */
struct policy_call {
    const char *module, *function;
    /* Leaves the further arguments on the stack and returns how many; NULL: none. */
    int (*push)(lua_State *state, const void *asked);
    const void *asked;
    int results;
    /* Finds `results` values at the top and leaves the stack to itself; NULL: none. */
    void (*take)(lua_State *state, void *answer);
    void *answer;
};

/* Loads the policy `text`, which was read, in the place of the one before; then, unless
 * the policy has problems, makes the call: each within the limits for itself. Each may
 * be NULL: without a policy functions get nil in its place. The files that the policy
 * includes are added to `text`. Returns 0; or -1 with `error` filled where the engine
 * fails. That the policy has problems is no failure. */
int policy_engine_ask(struct policy_engine *engine, struct policy_text *text,
                      const struct policy_call *call, struct error *error);

/* The sentences of all that is wrong with the policy that was loaded last, a list ended
 * by NULL that the engine owns; empty for a good one, and for none. */
const char *const *policy_engine_problems(const struct policy_engine *engine);

#endif
