/* client_id.h: as whom the kernel sees a job's NFS clients.
 *
 * Whoever has a process's user id may stop it, kill it and limit it, and root waits for
 * the client where a job's output lies on a volume. So clients run with an id that no
 * user has, out of the range that the site keeps for them (client_ids of settings.h), and
 * that no other job of the node has. To the file server they speak as the job's user all
 * the same.
 *
 * The id is noted as the link RUN/NODE/JOB/RUN_DIRECTORY_CLIENT, which is removed with
 * the job's directory.
 */
#ifndef ATELIER_CLIENT_ID_H
#define ATELIER_CLIENT_ID_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "storage/run_directory.h"

#include <sys/types.h>

/* Chooses `*id` for the job of the open `directory`, and notes it. A child asks the
 * node's user database, which may hang, whether a user or a group has the id. Returns 0;
 * or -1 with `error` filled: ERROR_SITE when users have ids of the range or it is too
 * small for the node's jobs, ERROR_NODE when that could not be known before
 * `deadline`. */
int client_id_choose(const struct run_directory *directory,
                     const struct settings_ids *range, unsigned job,
                     const struct deadline *deadline, uid_t *id, struct error *error);

#endif
