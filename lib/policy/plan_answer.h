/* plan_answer.h: reads the engine's answer, a Lua table, into a struct plan (for
 * plan.c). */
#ifndef ATELIER_PLAN_ANSWER_H
#define ATELIER_PLAN_ANSWER_H

#include "lib/error.h"
#include "lib/policy/plan.h"

#include <lua.h>

/* Reads the table at the top of the stack into the empty `plan`, which has an
 * environment. The policy is trusted but may have faults, so whatever root would use is
 * checked here again. Returns 0, or -1 with `error` filled (ERROR_SITE); `plan` is then
 * partly filled. It may raise, so it is to be called inside lua_host_call. */
int plan_answer_read(lua_State *state, struct plan *plan, struct error *error);

#endif
