/* keeper_protocol.h: what the plugin and the keeper say to each other.
 *
 * The keeper of job J on node N listens on RUN/N/J/keeper.sock (message.h), in a
 * directory of mode 0700 that only root reaches. A client sends one record, receives
 * one, and closes.
 *
 *     request=join    A step starts. The answer comes at once (the keeper has finished
 *                     its start before the prolog returned) and carries the mount
 *                     namespace's descriptor.
 *     request=stop    The job ends. The answer comes when the volumes are unmounted; the
 *                     keeper then exits. `restart` (may be absent): how often Slurm
 *                     has requeued the job. As often as when the keeper was started
 *                     means that the job is over: what its nodes share is deleted.
 *     request=ended   The tasks of a step have ended on this node. The answer tells what
 *                     the job's volumes lost: `state` is "well", else there are `error`,
 *                     `notice` and `party`; it is "unsafe" of what may still be saved.
 *     request=status  The answer to join without the descriptor, for administrators.
 *     request=namespace
 *                     Slurm has made a mount namespace for the job (slurm_namespace.h):
 *                     its descriptor comes along. `job`: of which the keeper has to be.
 *                     `directory`: where Slurm's steps look for it; may be empty.
 *                     `failure`: why there is no descriptor (else absent). Sent by the
 *                     job's extern step alone, which runs where slurmd does, and before
 *                     any other step. The answer comes when the job's volumes are in
 *                     there as well, so that joins get that namespace: `state` is
 *                     "ready"; or "failed" with the fault, which from then on is that
 *                     of join, without a descriptor, too.
 *
 * The answer to a request that the keeper does not know has the state "unknown": it is of
 * a newer plugin.
 *
 * Keys of the answer to join:
 *
 *     protocol        KEEPER_PROTOCOL
 *     release         the keeper's release of Atelier, for sentences (release.h)
 *     state           "ready" or "failed"; with "failed":
 *     error           the sentence for the job's stderr
 *     notice          what everybody may read of it (fault.h)
 *     party           who can act (error.h)
 *     on_failure      "requeue" when the policy wants the job to be tried again
 *     job, uid        decimal: the job and the user that the namespace belongs to
 *     workspace, experiment, framework, ...
 *                     the values of the options (option.h) but of the flags, by the keys
 *                     of facts.h; all but the workspace may be empty. The policy's word
 *                     goes before the user's: of compat, only where she has none
 *     framework_settings
 *                     the user's own words after the framework's name; may be empty
 *     frameworks      comma-separated names that the workspace allows; empty: all
 *     mount_root      the directory below which the volumes are
 *     job_temp        the job's directory on this node
 *     shared_job_temp the job's directory for all its nodes; absent where it has none
 *     output_directory
 *                     where the batch script's standard output goes, as far as the prolog
 *                     knows; else where the job began. May be absent
 *     nodes           the job's nodes, compressed; absent where that is long
 *     env.NAME        the environment that the policy adds to the tasks
 *
 * A failed keeper passes a namespace too, in which every volume and mount that the job
 * would see is an empty scratch directory of the user: so that Slurm can open an output
 * file that was to be on a volume, and the task can start as far as to say why it does
 * not run.
 *
 * The answer to stop has `protocol`, `release` and `state` ("stopped"), and `error`,
 * `notice` and `party` when a volume was lost after the job's start, or what was written
 * to it.
 */
#ifndef ATELIER_KEEPER_PROTOCOL_H
#define ATELIER_KEEPER_PROTOCOL_H

/* The exit codes of the start command: the keeper is ready; it runs but the job must not,
 * or is to be requeued by the policy's wish; or no keeper runs. */
enum { KEEPER_READY = 0, KEEPER_FAILED = 1, KEEPER_NONE = 2, KEEPER_REQUEUE = 3 };

#define KEEPER_PROTOCOL "1"
/* The plugin's release, in the environment of a keeper that it starts. */
#define KEEPER_RELEASE_VARIABLE "ATELIER_PLUGIN_RELEASE"
#define KEEPER_UNSAFE "unsafe" /* the state of an answer to ended */
#define KEEPER_SOCKET "keeper.sock"
/* Where this file is beside the socket, this keeper deletes .shared-job-temp. */
#define KEEPER_SHARED "shared"
#define KEEPER_ENVIRONMENT_PREFIX "env."

/* The longest that each side waits, in milliseconds. The keeper bounds the parts of a
 * start itself; these outer limits hold even if it hangs. */
#define KEEPER_START_MS 7000 /* prolog: until the keeper is ready or says why not */
#define KEEPER_JOIN_MS 2000  /* step: until the answer to join */
#define KEEPER_GRAFT_MS 5000 /* extern step, for which Slurm waits: to namespace */
#define KEEPER_STOP_MS 5000  /* epilog: until the answer to stop; then it is killed */

#endif
