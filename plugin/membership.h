/* membership.h: a step's place in its job's mount namespace.
 *
 * Joined when the step starts, before Slurm opens its files; looked at when its tasks
 * start. Nothing here fails at once: a failing step start would drain the node, so what
 * went wrong is kept until a task can say it.
 */
#ifndef ATELIER_MEMBERSHIP_H
#define ATELIER_MEMBERSHIP_H

#include "lib/error.h"
#include "lib/record.h"
#include "lib/settings.h"
#include "plugin/spank_job.h"
#include "plugin/options.h"

#include <stdbool.h>
#include <sys/types.h>

struct membership {
    struct record *facts; /* what the keeper answered to join; NULL without an answer */
    struct error failure; /* why no task may run; party ERROR_NONE when they may */
    bool is_alike;        /* whether all nodes of the step have that failure */
    dev_t device;         /* of the joined namespace, as stat(2) shows it */
    ino_t inode;
    unsigned long long root; /* the number of its root's mount, which tells it from that
                                of the node; 0: not known */
    dev_t volumes;  /* of the directory that the volumes are in, a file system of this
                      job's alone; 0: not known */
    bool has_files; /* Slurm opened the step's files, and came to user_init */
};

/* Joins the namespace of the job that the calling thread, slurmstepd's first, is to
 * serve; its working directory becomes the namespace's root. Leaves `membership` empty
 * when the job does not use Atelier: no option was given and no keeper was started. */
void membership_join(struct membership *membership, const struct settings *settings,
                     const struct job *job, const struct options *asked);

/* Whether the job uses Atelier. */
bool membership_exists(const struct membership *membership);

/* Whether the calling process still is where membership_join brought its step, or in a
 * namespace that another plugin made of that one, with the volumes in it. Returns 0, or
 * -1 with `error` filled. */
int membership_verify(const struct membership *membership, struct error *error);

/* Frees what it holds and makes it empty. */
void membership_release(struct membership *membership);

#endif
