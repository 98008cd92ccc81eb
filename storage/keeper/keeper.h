/* keeper.h: the keeper of one job on one node, from its start to its end.
 *
 * keeper_start.c   the start command: clears what dead keepers left, forks this one
 * keeper.c         what the keeper does before it answers: user, plan, namespace, volumes
 * keeper_plan.c    the user's names, what slurmctld recorded of the job, and what the
 *                  policy or its last good copy says
 * keeper_answer.c  what it says to a step that joins
 * keeper_loop.c    joins, until the job ends
 * keeper_graft.c   the namespace that Slurm made for the job, if it made one
 * keeper_outage.c  file servers that do not answer meanwhile
 * keeper_stop.c    the stop command, for a keeper that is well, hung or dead
 */
#ifndef ATELIER_KEEPER_H
#define ATELIER_KEEPER_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/policy/plan.h"
#include "lib/slurm/slurm_namespace.h"
#include "storage/identity.h"
#include "storage/keeper/command_line.h"
#include "storage/keeper/job_comment.h"
#include "storage/run_directory.h"
#include "storage/volume/storage.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

struct keeper {
    const struct settings *settings;
    struct facts facts;
    long long started; /* clock_milliseconds */
    struct run_directory directory;
    int listener;
    struct identity identity;
    struct job_comment comment; /* becomes facts.record */
    bool is_unanswered;         /* slurmctld did not say what it recorded */
    /* NULL when the policy refused, could not be used or has no workspace for the job. */
    struct plan *plan;
    bool in_namespace; /* otherwise nothing may be mounted */
    struct storage storage;
    bool has_storage; /* `storage` is to be ended */
    struct keeper_outages {
        bool is_to_be_told;
        struct deadline tell; /* when, if is_to_be_told */
        bool is_looking;
        struct deadline look; /* when storage_look is next due, if is_looking */
    } outages;
    bool is_last_run;      /* whoever asked to stop knows that the job is not requeued */
    long long mounted;     /* when the volumes were: clock_milliseconds */
    int namespace_fd;      /* that steps are given; -1: none */
    struct record *answer; /* the answer to join */
    struct stat node;      /* the namespace of slurmd, as stat(2) shows it */
    bool is_settled;       /* Slurm's was told of: once and for all */
    bool has_graft;        /* `namespace_fd` is Slurm's, with the job's mounts in it */
    char slurms_directory[SLURM_NAMESPACE_PATH_SIZE];
};

/* Runs the start command. Returns its exit code (keeper_protocol.h): KEEPER_READY;
 * KEEPER_FAILED with `fault` filled when the keeper runs but the job must not,
 * KEEPER_REQUEUE when the policy wants such a job requeued; KEEPER_NONE likewise when no
 * keeper runs. */
int keeper_start(const struct command_line *line, struct fault *fault);

/* Runs the keeper's own process: prepares, writes to the descriptor `report` what the
 * answer to join will be, and serves until the job has ended. */
void keeper_run(const struct command_line *line, int report,
                const struct deadline *deadline);

/* Prepares everything before `deadline`. It always leaves an answer, if need be "failed";
 * -1 only when memory is too short even for that. */
int keeper_prepare(struct keeper *keeper, const struct deadline *deadline);

/* Finds the user's names and what slurmctld recorded of the job, and asks the policy, or
 * the last good one that this node knows when that is broken. For a job that asks for
 * nothing, slurmctld is asked only where the policy has a workspace for it. Returns 0,
 * with the plan in `keeper`, or without one for a job that has no workspace; or -1 with
 * `error` filled. */
int keeper_make_plan(struct keeper *keeper, const struct deadline *deadline,
                     struct error *error);

/* Returns whether the prepared job has a workspace, be it asked for or its user's
 * default. Without one, the keeper leaves again. */
bool keeper_has_workspace(const struct keeper *keeper);

/* Make the answer of a job that is neither ready nor failed yet; add what the plan says;
 * mark the answer ready. A failed one gets its fault (keeper_message.h). Return 0, or -1
 * with `error` filled. */
int keeper_answer_create(struct keeper *keeper, struct error *error);
int keeper_answer_add_plan(struct keeper *keeper, struct error *error);
int keeper_answer_ready(struct keeper *keeper);

/* Copies to `answer` what befell the job's volumes after its start, if anything did. */
void keeper_answer_add_loss(const struct keeper *keeper, struct record *answer);

/* As keeper_answer_add_loss, for the answer to `ended`, which also tells what may yet be
 * lost. */
void keeper_answer_add_unsafe(const struct keeper *keeper, struct record *answer);

/* Answers until a peer asks to stop or SIGTERM comes, which must be blocked. Returns the
 * peer's descriptor, which waits for its answer, or -1. */
int keeper_loop(struct keeper *keeper);

/* Is called before the keeper makes its namespace: notes that of the node. */
void keeper_graft_begin(struct keeper *keeper);

/* Puts the job's mounts into the namespace that Slurm `made` for the job, whose
 * descriptor becomes the keeper's, and which steps are given from then on. `found`
 * tells why there is no descriptor, or nothing. Returns 0; or -1 with `fault` filled:
 * then the job fails with it. */
int keeper_graft(struct keeper *keeper, struct slurm_namespace *made,
                 const struct error *found, const struct deadline *deadline,
                 struct fault *fault);

/* Does so for the job's extern step, whose request came with the descriptor of `made`,
 * and answers. A request of anybody else is not answered. */
void keeper_graft_answer(struct keeper *keeper, int socket, const struct record *request,
                         struct slurm_namespace *made);

/* Takes the mounts away from there and lets go of it: it would hold the volumes. */
void keeper_graft_end(struct keeper *keeper);

/* Is called when the volumes are mounted, so that their file servers answer: says so in
 * the log, if a keeper of this node has said that one does not. */
void keeper_outage_start(struct keeper *keeper);

/* Notes what a client has told of its server. An outage goes to the log in a moment, when
 * the keepers of other jobs have noticed it too; its end goes there at once. */
void keeper_outage_hear(struct keeper *keeper, const struct server_client *client,
                        enum hearing hearing);

/* Return for how many milliseconds the loop may wait, -1 for ever; and do what is due
 * then. */
int keeper_outage_wait(const struct keeper *keeper);
void keeper_outage_turn(struct keeper *keeper);

/* Add what is known of each file server to `answer`, for status; and to the job's last
 * line, how long the job waited for each that did not answer. */
void keeper_outage_status(const struct keeper *keeper, struct record *answer);
void keeper_outage_report(const struct keeper *keeper, struct record *report);

/* Writes one line to the log with the job's facts: "start", "failed", "stopped". `more`
 * may be NULL. */
void keeper_log(const struct keeper *keeper, const char *event, long long milliseconds,
                const struct record *more);

/* Runs the stop command, and clears stale state: asks the keeper to stop, kills it when
 * it has not ended after `milliseconds`, and removes its directory. `restart` is how
 * often Slurm has requeued the job, or -1 where nobody says; as often as at the start
 * means that the job will not run again. Returns 0, also when there was no keeper; or -1
 * with `fault` filled when the job lost something, or the keeper had to be killed. */
int keeper_stop(const struct settings *settings, const char *node, unsigned job,
                long restart, int milliseconds, struct fault *fault);

/* Runs the status command: prints the keeper's answer to `output`. Returns 0, or -1 with
 * `error` filled. */
int keeper_status(const struct settings *settings, const char *node, unsigned job,
                  FILE *output, struct error *error);

#endif
