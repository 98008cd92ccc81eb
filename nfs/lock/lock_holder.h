/* lock_holder.h: who holds locks on which file of a server.
 *
 * A holder is one owner on one file: FUSE's number for a process, or for an open file
 * with flock and F_OFD_SETLK. The kernel says nothing of the latter's locks when their
 * open file is closed, and nothing tells them from a process's, so each holder remembers
 * the open file that it last took a lock through: it ends with that, and what is a
 * process's has ended before, with the last descriptor.
 *
 * Towards the server each is a process of its own, with a number (svid) that no
 * other client on this node is likely to use: some servers know a lock by the node's
 * address and that number alone.
 */
#ifndef ATELIER_NFS_LOCK_HOLDER_H
#define ATELIER_NFS_LOCK_HOLDER_H

#include "nfs/lock/lock_list.h"
#include "nfs/lock/lock_range.h"
#include "nfs/volume.h"

struct lock_owner {
    struct volume *volume;
    struct inode *inode; /* NULL once the file may be closed */
    uint64_t number;     /* FUSE's */
    uint64_t open_file;  /* through which it asks, of file.h */
    bool whole_file;     /* flock's, not fcntl's */
};

struct lock_holder {
    struct lock_holder *next, *next_held; /* the latter is lock_order.h's own */
    struct lock_owner owner;
    int32_t svid;
    int place;         /* in the list; -1: not there */
    pid_t pid;         /* the process that asked last */
    unsigned requests; /* that are under way for it */
    uint64_t changes;  /* of what it holds, so far */
    struct lock_range *ranges;
    bool lost;   /* the server gave a lock away: inode->locks_lost counts it */
    bool closed; /* with its open file: what it holds is to be given up */
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
};

struct lock_holders {
    struct lock_holder *first;
    int32_t svid; /* the one given last; begins anywhere */
    struct lock_list list;
};

/* The holder for `owner`, NULL when there is none. */
struct lock_holder *lock_holder_find(const struct lock_holders *holders,
                                     const struct lock_owner *owner);

/* As lock_holder_find, but made when there is none; NULL when memory is short. */
struct lock_holder *lock_holder_get(struct lock_holders *holders,
                                    const struct lock_owner *owner);

/* The one that the server calls `svid`, NULL when it is none of ours. */
struct lock_holder *lock_holder_by_svid(const struct lock_holders *holders, int32_t svid);

/* The open file is closed: its holders have no inode from now on, and are found by
 * lock_holder_closed alone. Returns whether there are any. */
bool lock_holder_close(struct lock_holders *holders, const struct lock_owner *owner);

/* One of them that nobody has been asked to release, NULL when there is none (left). */
struct lock_holder *lock_holder_closed(const struct lock_holders *holders,
                                       const struct lock_owner *owner);

/* Writes the holder down, before it asks for its first lock. Returns 0; or -1 when there
 * is no room: then nobody could give its lock up when this process dies. */
int lock_holder_write_down(struct lock_holders *holders, struct lock_holder *holder);

/* Frees a holder that neither holds nor asks for anything. */
void lock_holder_drop(struct lock_holders *holders, struct lock_holder *holder);

/* The server has given a lock away that it had granted: writing is refused from now on.
 */
void lock_holder_lose(struct lock_holder *holder);

/* The file may be closed now: its inode is not used any more. */
void lock_holder_leave(struct lock_holder *holder);

#endif
