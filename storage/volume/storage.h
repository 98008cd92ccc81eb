/* storage.h: the volumes of one job, all of them or none.
 *
 * Every file server is asked before anything is mounted, all at the same time. When any
 * part fails, what was done is undone, and the caller learns the one reason.
 */
#ifndef ATELIER_STORAGE_H
#define ATELIER_STORAGE_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "storage/client/server_client.h"
#include "storage/volume/kind.h"

#include <poll.h>

struct identity;

struct storage {
    const char *root;                            /* the mount root */
    const struct plan *plan;                     /* not owned */
    struct job_volume volumes[PLAN_VOLUMES_MAX]; /* in the order of the plan */
    size_t volume_count;
    struct server_client clients[PLAN_VOLUMES_MAX];
    size_t client_count;
    int above_shared; /* open, the one above the job's shared directory; -1: none */
    /* After a failed start, a volume of the file server that is at fault; NULL when none
     * is. */
    const struct plan_volume *culprit;
};

/* Starts the clients and mounts every volume of `plan` in the calling process's namespace
 * (namespace_enter has succeeded), ready to be used before `deadline`. The plan's drivers
 * become those that this node has. Returns 0, with `storage` to be ended by storage_end;
 * or -1 with `error` filled, nothing mounted and no process left. `settings` and `plan`
 * must outlive `storage`. */
int storage_start(struct storage *storage, const struct settings *settings,
                  struct plan *plan, const struct identity *identity,
                  const struct facts *facts, const struct deadline *deadline,
                  struct error *error);

/* Fills `polled` (PLAN_VOLUMES_MAX entries) with what becomes readable when a client or a
 * program that serves a volume dies. Returns the number of entries, one for each
 * volume. */
size_t storage_poll(const struct storage *storage, struct pollfd *polled);

/* Reads what the client of the volume at `index` tells, whose socket is readable. A
 * program that serves a volume tells nothing: it has died. */
enum hearing storage_hear(struct storage *storage, size_t index);

/* Lets the kernel forget names of the volume that `client` told of
 * (HEARING_CROWD). */
void storage_relieve(const struct storage *storage, struct server_client *client);

/* Returns whether a volume is of a kind that has to be looked at, since no client tells
 * of its server. */
bool storage_must_look(const struct storage *storage);

/* Looks whether the file server at `index` answers. */
enum hearing storage_look(struct storage *storage, size_t index);

/* Returns whether what serves the volume at `index` is neither stopped nor, if it is a
 * client, silent. To be called CLIENT_PING_MS after the last time at the soonest. */
bool storage_is_served(struct storage *storage, size_t index);

/* Gives up the volume at `index`, whose client or program has died or is not well, and
 * the other volumes of its file server: they fail at once instead of hanging. Writes to
 * `how` (ending.h) how the process ended. Returns the volume. */
const struct plan_volume *storage_give_up(struct storage *storage, size_t index,
                                          char *how, size_t size);

/* Adds VOLUME.bytes_unsafe (loss.h) to `report` for each volume that has such bytes. */
void storage_report_unsafe(const struct storage *storage, struct record *report);

/* Deletes the job's shared directory, at the job's last end and on one of its nodes, as
 * far as that is done by STORAGE_SHARED_MS. `shared_job_temp` in `report` says when
 * something is left of it. */
void storage_remove_shared(struct storage *storage, const struct identity *identity,
                           const struct facts *facts, struct record *report);

#define STORAGE_SHARED_MS 1500

/* Writes everything out, unmounts, and ends the clients within STORAGE_END_MS; what does
 * not end by then is ended by force. Adds each volume's bytes to `report`,
 * VOLUME.bytes_lost among them where the server did not take all (loss.h), and
 * `unmounted` when force was needed. */
void storage_end(struct storage *storage, struct record *report);

#define STORAGE_UNMOUNT_MS 2000 /* for writing out and unmounting */
#define STORAGE_FINISH_MS 1500  /* then for the clients to end: CLIENT_STOP_MS and more */
#define STORAGE_END_MS (STORAGE_UNMOUNT_MS + STORAGE_FINISH_MS)

#endif
