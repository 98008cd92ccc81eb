/* storage.h: the volumes of one job, all of them or none.
 *
 * Every file server is asked before anything is mounted, all at the same time. When any
 * part fails, what was done is undone, and the caller learns the one reason.
 */
#ifndef ATELIER_STORAGE_H
#define ATELIER_STORAGE_H

#include "deadline.h"
#include "error.h"
#include "file_server.h"
#include "kind.h"
#include "plan.h"

#include <poll.h>

struct identity;

struct storage {
    const char *root;                        /* the mount root */
    const struct plan *plan;                 /* not owned */
    struct volume volumes[PLAN_VOLUMES_MAX]; /* in the order of the plan */
    size_t volume_count;
    struct file_server servers[PLAN_VOLUMES_MAX];
    size_t server_count;
    int above_shared; /* the directory above the job's shared one; -1: there is none */
    const struct plan_volume *culprit; /* of a failed start: a volume of the file server
                                          that is at fault; NULL when none is */
};

/* Starts the clients and mounts every volume of `plan` in the calling process's namespace
 * (namespace_enter has succeeded), ready to be used before `deadline`. Returns 0, with
 * `storage` to be ended by storage_end; or -1 with `error` filled, nothing mounted and no
 * process left. The plan's drivers are those that this node has, afterwards. `settings`
 * and `plan` must outlive `storage`. */
int storage_start(struct storage *storage, const struct settings *settings,
                  struct plan *plan, const struct identity *identity,
                  const struct facts *facts, const struct deadline *deadline,
                  struct error *error);

/* Fills `polled` (PLAN_VOLUMES_MAX entries) with what becomes readable when a client or a
 * program that serves a volume dies. Returns the number of entries, one a volume. */
size_t storage_poll(const struct storage *storage, struct pollfd *polled);

/* Reads what the client of the volume at `index`, whose socket is readable, tells. A
 * program that serves a volume has nothing to tell: it has died. */
enum hearing storage_hear(struct storage *storage, size_t index);

/* Lets the kernel forget what the client of `server` told of (HEARING_CROWD). */
void storage_relieve(const struct storage *storage, struct file_server *server);

/* Whether a volume's kind is to be looked at, since no client tells of its server. */
bool storage_must_look(const struct storage *storage);

/* Looks whether the file server at `index` of servers answers. */
enum hearing storage_look(struct storage *storage, size_t index);

/* Whether what serves the volume at `index` goes on, by CLIENT_PING_MS at the soonest
 * after the last question: neither stopped nor, of a client, silent. */
bool storage_is_served(struct storage *storage, size_t index);

/* Gives up the volume at `index`, whose client or program has died or is not well, and
 * the others of its file server: they fail at once instead of hanging. Writes to `how`
 * (ending.h) how that ended. Returns the volume. */
const struct plan_volume *storage_give_up(struct storage *storage, size_t index,
                                          char *how, size_t size);

/* Adds VOLUME.bytes_unsafe (loss.h) to `report` of each volume that has such bytes. */
void storage_report_unsafe(const struct storage *storage, struct record *report);

/* At the job's last end, on one of its nodes: deletes the job's shared directory, as far
 * as that is done by STORAGE_SHARED_MS; `shared_job_temp` in `report` says when something
 * is left of it. */
void storage_remove_shared(struct storage *storage, const struct identity *identity,
                           const struct facts *facts, struct record *report);

#define STORAGE_SHARED_MS 1500

/* Writes everything out, unmounts, and ends the clients, within the milliseconds that
 * STORAGE_END_MS says; by force what does not end by then. Adds each volume's bytes to
 * `report`, VOLUME.bytes_lost among them where the server did not take all (loss.h), and
 * `unmounted` when it had to be by force. */
void storage_end(struct storage *storage, struct record *report);

#define STORAGE_UNMOUNT_MS 2000 /* for writing out and unmounting */
#define STORAGE_FINISH_MS 1500  /* then for the clients to end: CLIENT_STOP_MS and more */
#define STORAGE_END_MS (STORAGE_UNMOUNT_MS + STORAGE_FINISH_MS)

#endif
