/* spank_job.h: what the rest of the plugin knows of Slurm.
 *
 * A thin adapter: each function is one question to Slurm or one word to it, so that the
 * other files need no Slurm header, and its differences between releases stay here.
 *
 * Rejected: names that begin with slurm_, of which libslurm exports hundreds, some of
 * them slurm_job_, into the process that loads the plugin.
 */
#ifndef ATELIER_SPANK_JOB_H
#define ATELIER_SPANK_JOB_H

#include <stdbool.h>
#include <sys/types.h>

struct spank_handle;

/* Which process the plugin is in. */
enum place {
    PLACE_SUBMIT,   /* sbatch or salloc: a new job */
    PLACE_LAUNCH,   /* srun: a new job, or a step of the job that it runs in */
    PLACE_STEP,     /* slurmstepd: a step on its node */
    PLACE_ELSEWHERE /* slurmd itself */
};

enum place spank_job_place(void);

enum step_kind {
    STEP_TASKS,       /* started by srun */
    STEP_BATCH,       /* the batch script */
    STEP_INTERACTIVE, /* salloc's shell on the node */
    STEP_EXTERN       /* holds adopted processes; runs no task of ours */
};

/* The job on this node; in a heterogeneous job, the component. */
struct job {
    unsigned id;
    uid_t uid;
    gid_t gid;
    const char *node; /* SLURMD_NODENAME; owned by the process environment */
};

struct step {
    struct job job;
    unsigned id;
    enum step_kind kind;
};

/* Fills `job`, in the prolog, the epilog and the step. Returns 0, or -1 when Slurm does
 * not say. */
int spank_job_read(struct job *job, struct spank_handle *spank);

/* Fills `step`, in the step alone. Returns 0 or -1 likewise. */
int spank_job_read_step(struct step *step, struct spank_handle *spank);

/* The user's groups, as Slurm gives them to the step's tasks; owned by Slurm. In
 * slurmstepd. Returns 0 or -1. */
int spank_job_groups(struct spank_handle *spank, const gid_t **groups, int *count);

/* The number of the step's tasks on this node, 0 when Slurm does not say; in slurmstepd,
 * before there are tasks, as are the next two. */
unsigned spank_job_local_tasks(struct spank_handle *spank);

/* The rank of the step's task `local` of this node. Returns 0 or -1. */
int spank_job_rank(struct spank_handle *spank, unsigned local, unsigned *rank);

/* The number of this node in the step. Returns 0 or -1. */
int spank_job_node_rank(struct spank_handle *spank, unsigned *node_rank);

/* The task's number on this node from 0; -1 outside a task. */
int spank_job_local_number(struct spank_handle *spank);

/* The words of the step's program, and their number; 0 when Slurm does not say. Owned by
 * Slurm. */
int spank_job_words(struct spank_handle *spank, char ***words);

/* A copy of the environment of the step, in slurmstepd: "NAME=VALUE" texts, ended by
 * NULL, malloc'ed as one piece; NULL when Slurm does not say. */
char **spank_job_environment_copy(struct spank_handle *spank);

/* The last part of the path of the step's program; "" when Slurm does not say. Owned by
 * Slurm. */
const char *spank_job_program(struct spank_handle *spank);

/* A malloc'ed copy of `name` in the environment of the step, or in task_init of the task;
 * NULL when it is not set. */
char *spank_job_environment(struct spank_handle *spank, const char *name);

/* Sets `name` there; with `overwrite` false only when it is not set yet. Returns 0, also
 * when an earlier value stayed, or -1. */
int spank_job_environment_set(struct spank_handle *spank, const char *name,
                              const char *value, bool overwrite);
void spank_job_environment_unset(struct spank_handle *spank, const char *name);

/* One sentence, after "atelier: ": to the user's terminal in a client, to the job's
 * stderr in a task, else to slurmd's log. In a step the node stands before a sentence
 * that does not name it: many nodes write to one stderr, and what Slurm itself puts
 * before a line names the node on some releases only, and in some builds of these. */
void spank_job_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Likewise, a sentence that one node says for all, since it holds on each. */
void spank_job_say_for_all(const char *sentence);

/* In a client, what is no fault; its --quiet keeps it back. */
void spank_job_inform(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends a client that was told why, with its own exit status for errors: Slurm, given a
 * failure, adds two lines about the plugin stack, and with "optional" goes on. */
void spank_job_end_client(void) __attribute__((noreturn));

/* In a client: puts `name` into what Slurm carries of our options to slurmctld and to the
 * prologs, in place of what it has there. Returns 0 or -1. */
int spank_job_hand_on(struct spank_handle *spank, const char *name, const char *value);

/* One option for sbatch, salloc and srun; a flag has no `argument`. Slurm hands its
 * values to `accept`, with `index`: in the clients with `remote` 0, where a return of -1
 * ends the command, and in the step with `remote` 1. Returns 0 or -1. */
int spank_job_register_option(struct spank_handle *spank, const char *name,
                              const char *argument, const char *usage, int index,
                              int (*accept)(int index, const char *value, int remote));

#endif
