/* keeper_client.h: the plugin's side of the keeper (keeper_protocol.h).
 *
 * The keeper of a job on a node is started in its prolog, asked by each of its steps, and
 * stopped in its epilog.
 */
#ifndef ATELIER_KEEPER_CLIENT_H
#define ATELIER_KEEPER_CLIENT_H

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/record.h"
#include "lib/settings.h"
#include "lib/slurm/slurm_namespace.h"
#include "plugin/spank_job.h"
#include "plugin/options.h"

/* In the prolog: runs the keeper's program, tells it the facts that Slurm has in the
 * environment and what the job `asked` for, and waits until it is ready. Returns 0; or -1
 * with `fault` holding the keeper's, or why there is none. */
int keeper_client_start(const struct settings *settings, const struct job *job,
                        const struct options *asked, struct fault *fault);

/* Runs the keeper's program to unmount and end. `restart` as last_run.h has it, or NULL.
 * Returns 0; or -1 with `fault` as above: what the job lost, or that the keeper did not
 * end in order. */
int keeper_client_stop(const struct settings *settings, const struct job *job,
                       const char *restart, struct fault *fault);

/* Whether the keeper of `job` on this node is to remove what the job's nodes share. One
 * system call. */
bool keeper_client_has_shared(const struct settings *settings, const struct job *job);

/* Whether a keeper was started for `job` on this node and not stopped yet; it may be
 * dead. One system call. */
bool keeper_client_was_started(const struct settings *settings, const struct job *job);

/* When a step's tasks have ended on this node: asks the keeper what the job's volumes
 * lost, and waits a moment for what may still be saved. Returns 0, also when no keeper
 * answers; or -1 with `fault` filled. */
int keeper_client_ask_losses(const struct settings *settings, const struct job *job,
                             struct fault *fault);

/* In the extern step: tells the keeper of the namespace that Slurm `made` for the job,
 * or `found` why it cannot be opened, and waits until the job's volumes are in there as
 * well. Returns 0; or -1 with `fault` holding the keeper's, which each step is told as
 * well, or why it did not answer. */
int keeper_client_tell_namespace(const struct settings *settings, const struct job *job,
                                 const struct slurm_namespace *made,
                                 const struct error *found, struct fault *fault);

/* Asks the keeper for the job's facts (keeper_protocol.h) and mount namespace. Returns 0
 * with `*facts` and `*namespace_fd` owned by the caller; `*namespace_fd` is -1 when none
 * came. Or returns -1 with `error` filled: no keeper, none that answers in time, or one
 * that belongs to somebody else. A keeper in state "failed" is an answer. */
int keeper_client_join(const struct settings *settings, const struct job *job,
                       struct record **facts, int *namespace_fd, struct error *error);

#endif
