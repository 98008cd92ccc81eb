/* policy_host.h: the policy and its engine, for a command.
 *
 * The same Lua as slurmctld and the nodes run, with larger limits. Whatever the engine
 * answers comes out as JSON, from which both forms of the output are made.
 */
#ifndef ATELIER_POLICY_HOST_H
#define ATELIER_POLICY_HOST_H

#include "lib/error.h"
#include "lib/settings.h"

#include <jansson.h>
#include <lua.h>
#include <stdbool.h>

struct policy_host;

/* Loads the policy at `path` as the user reads it: it may be a draft. With `path` NULL
 * the one in force, settings->policy, which must be root's as for slurmctld. Returns
 * NULL with `error` filled when it or the engine cannot be read. A policy that has
 * problems is not a failure here: see policy_host_problems. */
struct policy_host *policy_host_load(const struct settings *settings, const char *path,
                                     struct error *error);

/* Whether the policy in force, `path` NULL, is there but not for this user to read. */
bool policy_host_is_hidden(const struct settings *settings, const char *path);

/* As policy_host_load, but a policy that has problems fails with the first. */
struct policy_host *policy_host_open(const struct settings *settings, const char *path,
                                     struct error *error);

/* The engine without a policy: functions get nil in its place. `trusted`: its files must
 * be root's. Returns NULL with `error` filled when the engine cannot be read. */
struct policy_host *policy_host_without(const struct settings *settings, bool trusted,
                                        struct error *error);

/* Reads a policy as policy_host_load does, into a host that has none or another. For the
 * one in force the host must be a trusted one. Returns 0 or -1. */
int policy_host_read(struct policy_host *host, const struct settings *settings,
                     const char *path, struct error *error);

/* Returns 0; or -1 with `error` filled by the first problem of the policy. */
int policy_host_refuse_problems(const struct policy_host *host, struct error *error);

void policy_host_destroy(struct policy_host *host);

/* The path that was read. */
const char *policy_host_path(const struct policy_host *host);

/* The paths of the files of the policy in force, its own and what it includes, an array
 * owned by the host; empty for a draft. */
const json_t *policy_host_files(const struct policy_host *host);

/* The sentences of load, an array owned by the host; empty when the policy is good. */
json_t *policy_host_problems(const struct policy_host *host);

/* Calls require(module).function(policy, argument); `argument` may be NULL. Returns an
 * array of two, the first results with null for nil, which the caller owns; or NULL with
 * `error` filled. The policy must have no problems. */
json_t *policy_host_call(struct policy_host *host, const char *module,
                         const char *function, const json_t *argument,
                         struct error *error);

/* Calls require(module).function(name, value), `value` being what `push` leaves on the
 * stack, so that what is large goes no other way; `push` runs inside lua_host_call and
 * gets `data`. Returns 0 or -1. */
typedef void policy_host_push(lua_State *state, const void *data);

int policy_host_give(struct policy_host *host, const char *module, const char *function,
                     const char *name, policy_host_push *push, const void *data,
                     struct error *error);

#endif
