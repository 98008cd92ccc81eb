/* writes.h: what programs have written and the server does not yet hold for good.
 *
 * A write is answered as soon as its data is kept here; it goes to the server as UNSTABLE
 * WRITEs behind the program's back, small neighbours joined, and is kept until a COMMIT
 * has answered with the verifier of the WRITE. Another verifier means that the server has
 * been restarted in between: the data is written again. What is kept is bounded, and a
 * writer waits while there is no room.
 *
 * Why not the kernel's writeback cache (FUSE_CAP_WRITEBACK_CACHE): with it the kernel
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
 * tells it for the last time, and so does the last close. As long as it stands, writes
 * are answered only by the server's own word.
 */
#ifndef ATELIER_NFS_WRITES_H
#define ATELIER_NFS_WRITES_H

#include "nfs/call/call.h"

#include <sys/queue.h>

#define WRITES_HELD_MOST ((size_t)32 << 20)  /* bytes kept, of all volumes */
#define WRITES_PARKED_MOST ((size_t)8 << 20) /* of writers that wait for room */

TAILQ_HEAD(extent_list, extent);
TAILQ_HEAD(writes_list, writes);

/* Of one file server. */
struct writeback {
    struct extent_list queue; /* to be sent, when their time has come */
    struct writes_list files;
    size_t held, flying, parked; /* bytes: kept, on the wire, of waiting writers */
    size_t extents;
    bool waking;
    void (*tell)(void *teller); /* that a file was abandoned; NULL: nobody is told */
    void *teller;
};

void writeback_init(struct writeback *writeback);

/* At most how many milliseconds until writeback_service has something to do; -1: any. */
int writeback_wait(const struct writeback *writeback, long long now);

/* Sends what has waited long enough for neighbours. */
void writeback_service(struct writeback *writeback);

/* Sends and commits everything; nobody waits for it. */
void writeback_press(struct writeback *writeback);

/* Lets the call wait; `resume` goes on with it then, at once when nothing is to wait for.
 */
void writes_await(struct call *call, enum wait wait, void (*resume)(struct call *call));

/* Takes a call out of the wait, because it ends. */
void writes_unpark(struct call *call);

/* Whether the server has yet to answer a write to that part of the file. */
bool writes_overlap(const struct inode *inode, uint64_t offset, size_t size);

/* Whether the call, a write, must wait (WAIT_ROOM). */
bool writes_must_wait(const struct call *call);

/* Whether the next write must be answered by the server itself. */
bool writes_go_through(const struct volume *volume, const struct inode *inode);

/* Keeps the data of a write. `buffer`, if not NULL, is malloc'ed, holds the data, and
 * becomes the keeper's own. Returns 0 or -1 when memory is short: `buffer` is then the
 * caller's. */
int writes_keep(struct volume *volume, struct inode *inode, uint64_t offset,
                const char *data, size_t size, char *buffer);

/* Brings what is kept up to date with a write that goes past it. */
void writes_patch(struct inode *inode, uint64_t offset, const char *data, size_t size);

/* The file's size, when the server says `size`. */
uint64_t writes_size(const struct inode *inode, uint64_t size);

/* The error that stands, as an errno, or 0; `last` forgets it. */
int writes_error(struct inode *inode, bool last);

/* The file has no open descriptor any more. */
void writes_closed(struct inode *inode);

/* The call's task ends, and has not waited until what it wrote was safe: tells so before
 * the task is let go, for who looks after its end is to know. */
void writes_abandon(const struct call *call);

/* How many bytes the server has not made safe of files that nobody has open, or that were
 * abandoned. */
uint64_t writeback_unsafe(const struct writeback *writeback);

/* The same of one volume. */
uint64_t writes_unsafe(const struct volume *volume);

/* Gives up all that the server has not made safe, and counts it as its volume's
 * bytes_lost. */
void writeback_lose(struct writeback *writeback);

/* Frees everything, at the end of the process. */
void writeback_release(struct writeback *writeback);

#endif
