/* shared_directory.h: a directory of one job on a volume, for all its nodes.
 *
 * Each node makes it as the user, below a directory that the policy named, and finds the
 * one that another node has made, or an earlier run of a requeued job: the name follows
 * from cluster and job. Whoever can write beside it may have planted something there:
 * what is a link, another's or writable for others is not used.
 */
#ifndef ATELIER_SHARED_DIRECTORY_H
#define ATELIER_SHARED_DIRECTORY_H

#include "deadline.h"
#include "error.h"
#include "plan.h"

struct identity;

/* In a process of the user: makes or finds the directory `name` below the open directory
 * `parent`. Returns its descriptor (O_PATH); or -1 with errno set, EEXIST when what is
 * there is not the user's own directory. */
int shared_directory_make(int parent, const char *name);

/* Fills `error` from that errno; `place` is "results/jobs" for the sentence. Returns -1.
 */
int shared_directory_explain(const struct plan_mount *mount, const char *place, int cause,
                             struct error *error);

/* Deletes `name` below `parent`, as the user, in a process that is ended at the deadline.
 * Returns 0 when it is gone. */
int shared_directory_remove(int parent, const char *name, const struct identity *identity,
                            const struct facts *facts, const struct deadline *deadline);

#endif
