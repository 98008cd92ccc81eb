/* shared_directory.h: a directory of one job on a volume, for all its nodes.
 *
 * Below a directory that the policy named, and where other users may make names, each
 * user has a directory of their own, which nobody else can write to, and in it one for
 * each job:
 *
 *     PLACE/atelier-UID/job.CLUSTER.JOB
 *
 * Each node makes them as the user, and finds those that another node has made, or an
 * earlier run of a requeued job. What somebody else has made under the user's name is
 * left alone: the next name is atelier-UID.2, and so on, which all nodes find in the same
 * order. A link, or a directory that belongs to another user or that others can write to,
 * is not used.
 */
#ifndef ATELIER_SHARED_DIRECTORY_H
#define ATELIER_SHARED_DIRECTORY_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"

struct identity;

#define SHARED_DIRECTORY_NAMES 64 /* names that are tried for a user's directory */

/* Makes or finds the user's directory below the open directory `place`, in a process of
 * the user. Returns its descriptor (O_PATH); or -1 with errno set, EEXIST when others
 * have all its names. */
int shared_directory_of_user(int place);

/* Makes or finds the directory `name` below `parent`, that of the user, in a process of
 * the user. Returns its descriptor (O_PATH); or -1 with errno set, EEXIST when what is
 * there is not the user's own directory. */
int shared_directory_make(int parent, const char *name);

/* Fills `error` from the errno `cause`; `place` is "results/jobs" for the sentence.
 * Returns -1. */
int shared_directory_explain(const struct plan_mount *mount, const char *place, int cause,
                             struct error *error);

/* Deletes `name` below `parent`, as the user, if it is the directory that is mounted at
 * `mounted`, in a process that is ended at the deadline. If the user has moved that
 * directory away, it stays, and so does what the user has put in its place. Returns 0
 * when nothing of that name is left. */
int shared_directory_remove(int parent, const char *name, const char *mounted,
                            const struct identity *identity, const struct facts *facts,
                            const struct deadline *deadline);

#endif
