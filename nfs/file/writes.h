/* writes.h: what programs have written and the server does not yet hold for good.
 *
 * A write is answered as soon as its data is kept here. The data then goes to the server
 * as UNSTABLE WRITEs, small neighbours joined, and is kept until a COMMIT has answered
 * with the verifier of the WRITE. Another verifier means that the server has been
 * restarted in between: the data is written again. What is kept is bounded, and a writer
 * waits while there is no room.
 *
 * Rejected: the kernel's writeback cache (FUSE_CAP_WRITEBACK_CACHE). With it the kernel
 * trusts its own size and times of a file as long as it knows the file at all, so that
 * this node would never see what another appended or truncated: neither close-to-open nor
 * O_APPEND by turns would hold, and a file must be readable to be written. Without it the
 * page cache still serves reads and shared writable mappings, and is bounded here rather
 * than by the node's memory.
 *
 * Close-to-open: flush (each close), fsync, and a change of the size wait until all is
 * committed; an open, a look at the attributes, and a read of what is still on its way
 * wait until the server has it. Attributes that arrive meanwhile by another way are told
 * with the size as the program knows it (writes_size).
 *
 * Errors: the first one stays with the file. flush (close) tells it and leaves it; fsync
 * tells it for the last time, and so does the last close. As long as it stands, a write
 * is answered only when the server has answered it.
 */
#ifndef ATELIER_NFS_WRITES_H
#define ATELIER_NFS_WRITES_H

#include "nfs/call/call.h"

#include <sys/queue.h>

#define WRITES_HELD_MOST ((size_t)32 << 20)  /* bytes kept, of all volumes */
#define WRITES_PARKED_MOST ((size_t)8 << 20) /* bytes of writers that wait for room */

TAILQ_HEAD(extent_list, extent);
TAILQ_HEAD(writes_list, writes);

/* What is kept of one file server's writes. */
struct writeback {
    struct extent_list queue; /* extents that are sent when their time has come */
    struct writes_list files;
    size_t held, flying, parked; /* bytes kept, on the wire, and of waiting writers */
    size_t extents;
    bool waking;
    /* Tells that a file was abandoned; NULL: nobody is told. */
    void (*tell)(void *teller);
    void *teller;
};

void writeback_init(struct writeback *writeback);

/* Returns for how many milliseconds writeback_service has nothing to do; -1: for ever. */
int writeback_wait(const struct writeback *writeback, long long now);

/* Returns whether `size` more bytes may be kept. */
bool writeback_has_room(const struct writeback *writeback, size_t size);

/* Sends what has waited long enough for neighbours. */
void writeback_service(struct writeback *writeback);

/* Sends and commits everything; nobody waits for it. */
void writeback_press(struct writeback *writeback);

/* Lets the call wait; `resume` goes on with it then, or at once when there is nothing to
 * wait for. */
void writes_await(struct call *call, enum wait wait, void (*resume)(struct call *call));

/* Takes a call out of the wait, because it ends. */
void writes_unpark(struct call *call);

/* Returns whether the server has yet to answer a write to that part of the file. */
bool writes_overlap(const struct inode *inode, uint64_t offset, size_t size);

/* Returns whether the call, a write, must wait (WAIT_ROOM). */
bool writes_must_wait(const struct call *call);

/* Returns whether the next write is answered only when the server has answered it. */
bool writes_go_through(const struct volume *volume, const struct inode *inode);

/* Keeps the data of a write. `buffer`, if not NULL, is malloc'ed and holds the data, and
 * is owned by this module then. Returns 0; or -1 when memory is short, and then `buffer`
 * stays the caller's. */
int writes_keep(struct volume *volume, struct inode *inode, uint64_t offset,
                const char *data, size_t size, char *buffer);

/* Updates what is kept by a write that goes past it, straight to the server. */
void writes_patch(struct inode *inode, uint64_t offset, const char *data, size_t size);

/* Returns the file's size as programs know it, when the server says `size`. */
uint64_t writes_size(const struct inode *inode, uint64_t size);

/* Returns the error that stands, as an errno, or 0; `last` forgets it. */
int writes_error(struct inode *inode, bool last);

/* Is called when the file has no open descriptor any more. */
void writes_closed(struct inode *inode);

/* Is called when the call's task ends without having waited until what it wrote was safe.
 * It tells so before the task is released, so that whoever waits for the task's end
 * knows. */
void writes_abandon(const struct call *call);

/* Returns how many bytes the server has not made safe of files that nobody has open, or
 * that were abandoned. */
uint64_t writeback_unsafe(const struct writeback *writeback);

/* As writeback_unsafe, for one volume. */
uint64_t writes_unsafe(const struct volume *volume);

/* Gives up all that the server has not made safe, and counts it in its volume's
 * bytes_lost. */
void writeback_lose(struct writeback *writeback);

/* Frees everything, at the end of the process. */
void writeback_release(struct writeback *writeback);

#endif
