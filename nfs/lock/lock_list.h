/* lock_list.h: a list of this client's locks at the server, in a file that outlives it.
 *
 * By the list (client_protocol.h) somebody can give the locks up in the client's place.
 * An owner is in the list from before its first lock is asked for until the server has
 * said that it holds nothing any more: the list may name too many, but never too few.
 */
#ifndef ATELIER_NFS_LOCK_LIST_H
#define ATELIER_NFS_LOCK_LIST_H

#include "lib/protocol/client_protocol.h"

#include <stdbool.h>
#include <stdint.h>

#define LOCK_LIST_BITS 64

struct lock_list {
    int fd; /* -1: nobody wants the list */
    uint64_t used[CLIENT_LOCKS_MOST / LOCK_LIST_BITS];
};

/* Writes an owner into the list. Returns its place, always 0 where there is no list; or
 * -1 when there is no room. */
int lock_list_add(struct lock_list *list, const struct client_lock *lock);

/* Removes the owner at `place`. */
void lock_list_remove(struct lock_list *list, int place);

/* Reads the owner at `place` of the list `fd` to `lock`, whose handle_length is 0 where
 * there is none. Returns 0; or -1 behind the end of the list. */
int lock_list_read(int fd, unsigned place, struct client_lock *lock);

#endif
