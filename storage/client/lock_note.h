/* lock_note.h: what dead NFS clients of this node's jobs held of file servers' locks.
 *
 * A server keeps the locks of a client that was killed until somebody gives them up in
 * the client's name. So each client has a list of its locks (client_protocol.h) in
 * RUN/NODE, "locks.CALLER". Beside it, in "server.CALLER", the keeper writes whom to
 * tell, and the client cannot change that. Keeper and client share a flock(2) on the
 * list: a list that can be locked is a dead client's.
 */
#ifndef ATELIER_LOCK_NOTE_H
#define ATELIER_LOCK_NOTE_H

#include "lib/error.h"
#include "lib/policy/plan.h"
#include "lib/protocol/client_protocol.h"
#include "lib/record.h"
#include "lib/settings.h"

struct lock_note {
    char caller[CLIENT_CALLER_SIZE]; /* the client's name to the lock manager */
    const char *run, *node;          /* where the note is; not owned */
    int list;                        /* the list of locks; -1: there is no note */
};

/* Sets `note` to having no list. */
void lock_note_init(struct lock_note *note);

/* Makes the note for a client of the job: an empty list, and `server`, the keys of
 * request=unlock without deadline_ms. Returns 0, with `note` to be ended by
 * lock_note_end; or -1 with `error` filled (ERROR_NODE). */
int lock_note_begin(struct lock_note *note, const struct settings *settings,
                    const struct facts *facts, const struct record *server,
                    struct error *error);

/* Tells the client at `socket` of the note, if there is one, before its first request. */
void lock_note_send(const struct lock_note *note, int socket);

/* Is called once the client has ended: removes the note, or leaves it where a lock is
 * left. */
void lock_note_end(struct lock_note *note);

/* Gives up what the node's dead clients have left, as far as their servers answer within
 * `milliseconds`. What stays gets a line in the log, and is left to the next one who
 * asks. The clients of `ended`, a job whose keeper has just ended, may take a moment more
 * to die and are waited for; 0: of no job. Several processes may do so at once. */
void lock_notes_clear(const struct settings *settings, const char *node, unsigned ended,
                      int milliseconds);

#endif
