/* job_watch.h: how a keeper learns that its job is over when no epilog tells it.
 *
 * As a rule the epilog ends the keeper. But the plugin may be taken out of plugstack.conf
 * under a running job, an epilog may be killed, or slurmctld may lose its state. So the
 * keeper knows the slurmstepd of each step that joined, by a descriptor that tells its
 * end. When none is left it asks Slurm after a while, and again after twice that while,
 * up to an hour. While steps run, nothing is asked. A child asks, with a deadline; the
 * keeper itself never waits.
 */
#ifndef ATELIER_JOB_WATCH_H
#define ATELIER_JOB_WATCH_H

#include "lib/deadline.h"
#include "lib/slurm/job_line.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Of more steps at a time, the keeper asks Slurm to be sure. */
#define JOB_WATCH_STEPS_MAX 32
#define JOB_WATCH_POLL_MAX (JOB_WATCH_STEPS_MAX + 1)
/* The first question comes after this, or by chance up to twice this: so nodes do not all
 * ask at once. */
#define JOB_WATCH_FIRST_MS 30000

struct job_watch {
    char squeue[JOB_LINE_PATH_SIZE];
    unsigned job;
    unsigned long restarts;
    int first, pause; /* milliseconds */
    struct deadline next;
    int steps[JOB_WATCH_STEPS_MAX]; /* pidfds */
    size_t step_count;
    pid_t child; /* -1: nothing is being asked */
    int answer;  /* of a pipe with the child's answer */
    struct deadline patience;
    char line[JOB_LINE_SIZE]; /* the answer's line; what is longer is cut */
    size_t length;
    enum job_state state;
};

/* Watches the job `job` in its run after `restarts` requeues; asks squeue of `settings`,
 * after `first` milliseconds at the earliest. */
void job_watch_begin(struct job_watch *watch, const struct settings *settings,
                     unsigned job, unsigned long restarts, int first);

/* Adds a step that has joined: the process at the other end of `socket`. */
void job_watch_join(struct job_watch *watch, int socket);

/* Fills `polled` with what is to be waited for, JOB_WATCH_POLL_MAX entries at the most,
 * and returns how many. */
size_t job_watch_poll(const struct job_watch *watch, struct pollfd *polled);

/* Returns the milliseconds until there is something to do even if nothing comes; -1:
 * never. */
int job_watch_timeout(const struct job_watch *watch);

/* Takes what came of the wait. Returns how the job ended; or JOB_STATE_GOES_ON, also when
 * nothing is known. */
enum job_state job_watch_turn(struct job_watch *watch, const struct pollfd *polled,
                              size_t count);

void job_watch_end(struct job_watch *watch);

#endif
