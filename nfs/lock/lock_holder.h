/* lock_holder.h: who holds locks on which file of a server.
 *
 * A holder is one owner on one file: FUSE's number for a process, or for an open file
 * with flock and F_OFD_SETLK. The kernel says nothing of the latter's locks when their
 * open file is closed, and nothing tells them from a process's. So each holder remembers
 * the open file through which it last took a lock, and ends with that file. A process's
 * own locks have ended before, with its last descriptor.
 *
 * Towards the server each holder is a process of its own, with a number (svid) that no
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
    uint64_t number;     /* FUSE's number of the owner */
    uint64_t open_file;  /* the number (file.h) of the open file through which it asks */
    bool whole_file;     /* whether its locks are flock's, not fcntl's */
};

struct lock_holder {
    struct lock_holder *next, *next_held; /* next_held is lock_order.h's own */
    struct lock_owner owner;
    int32_t svid;
    int place;         /* the place in the list; -1: not there */
    pid_t pid;         /* the process that asked last */
    unsigned requests; /* requests of the holder that are under way */
    uint64_t changes;  /* how often what it holds has changed */
    struct lock_range *ranges;
    bool lost;   /* the server gave a lock of it away: inode->locks_lost counts it */
    bool closed; /* its open file is closed: what it holds is to be given up */
    unsigned handle_length;
    char handle[NFS3_FHSIZE];
};

struct lock_holders {
    struct lock_holder *first;
    int32_t svid; /* the last one given; it begins anywhere */
    struct lock_list list;
};

/* Returns the holder for `owner`, NULL when there is none. */
struct lock_holder *lock_holder_find(const struct lock_holders *holders,
                                     const struct lock_owner *owner);

/* As lock_holder_find, but makes one when there is none; NULL when memory is short. */
struct lock_holder *lock_holder_get(struct lock_holders *holders,
                                    const struct lock_owner *owner);

/* Returns the holder that the server calls `svid`, NULL when it is none of ours. */
struct lock_holder *lock_holder_by_svid(const struct lock_holders *holders, int32_t svid);

/* Closes the open file for its holders: they have no inode from now on, and only
 * lock_holder_closed finds them. Returns whether there are any. */
bool lock_holder_close(struct lock_holders *holders, const struct lock_owner *owner);

/* Returns a holder of a closed file that nobody has been asked to release yet, or
 * NULL. */
struct lock_holder *lock_holder_closed(const struct lock_holders *holders,
                                       const struct lock_owner *owner);

/* Writes the holder into the list, before it asks for its first lock. Returns 0; or -1
 * when there is no room: then nobody could give its lock up if this process died. */
int lock_holder_write_down(struct lock_holders *holders, struct lock_holder *holder);

/* Frees a holder that neither holds nor asks for anything. */
void lock_holder_drop(struct lock_holders *holders, struct lock_holder *holder);

/* Notes that the server has given away a lock that it had granted: writing is refused
 * from now on. */
void lock_holder_lose(struct lock_holder *holder);

/* Ends the use of the holder's inode, since the file may be closed. */
void lock_holder_leave(struct lock_holder *holder);

#endif
