/* lock_holder.c: keeps who holds locks on which file of a server. */
#include "nfs/lock/lock_holder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool is_of_file(const struct lock_holder *holder, const struct lock_owner *owner)
{
    return holder->owner.volume == owner->volume &&
           holder->handle_length == owner->inode->handle_length &&
           memcmp(holder->handle, owner->inode->handle, holder->handle_length) == 0;
}

static bool matches(const struct lock_holder *holder, const struct lock_owner *owner)
{
    return !holder->closed && holder->owner.number == owner->number &&
           holder->owner.whole_file == owner->whole_file && is_of_file(holder, owner);
}

static bool is_through(const struct lock_holder *holder, const struct lock_owner *owner)
{
    return holder->owner.open_file == owner->open_file && is_of_file(holder, owner);
}

struct lock_holder *lock_holder_find(const struct lock_holders *holders,
                                     const struct lock_owner *owner)
{
    struct lock_holder *holder = holders->first;

    while (holder && !matches(holder, owner))
        holder = holder->next;
    return holder;
}

static int32_t next_svid(struct lock_holders *holders)
{
    if (holders->svid == 0 &&
        getrandom(&holders->svid, sizeof(holders->svid), GRND_NONBLOCK) < 0)
        holders->svid = getpid();
    holders->svid = (int32_t)(((uint32_t)holders->svid + 1) & INT32_MAX);
    return holders->svid;
}

struct lock_holder *lock_holder_get(struct lock_holders *holders,
                                    const struct lock_owner *owner)
{
    struct lock_holder *holder = lock_holder_find(holders, owner);

    if (holder) {
        holder->owner.inode = owner->inode;
        holder->owner.open_file = owner->open_file;
        return holder;
    }
    holder = calloc(1, sizeof(*holder));
    if (!holder)
        return NULL;
    holder->owner = *owner;
    holder->svid = next_svid(holders);
    holder->place = -1;
    holder->handle_length = owner->inode->handle_length;
    memcpy(holder->handle, owner->inode->handle, holder->handle_length);
    holder->next = holders->first;
    holders->first = holder;
    return holder;
}

struct lock_holder *lock_holder_by_svid(const struct lock_holders *holders, int32_t svid)
{
    struct lock_holder *holder = holders->first;

    while (holder && holder->svid != svid)
        holder = holder->next;
    return holder;
}

bool lock_holder_close(struct lock_holders *holders, const struct lock_owner *owner)
{
    bool any = false;

    for (struct lock_holder *holder = holders->first; holder; holder = holder->next)
        if (!holder->closed && is_through(holder, owner)) {
            lock_holder_leave(holder);
            holder->closed = true;
            any = true;
        }
    return any;
}

struct lock_holder *lock_holder_closed(const struct lock_holders *holders,
                                       const struct lock_owner *owner)
{
    struct lock_holder *holder = holders->first;

    while (holder && !(holder->closed && is_through(holder, owner)))
        holder = holder->next;
    return holder;
}

int lock_holder_write_down(struct lock_holders *holders, struct lock_holder *holder)
{
    struct client_lock lock = {.svid = (uint32_t)holder->svid,
                               .handle_length = holder->handle_length};

    memcpy(lock.handle, holder->handle, holder->handle_length);
    if (holder->place < 0)
        holder->place = lock_list_add(&holders->list, &lock);
    return holder->place < 0 ? -1 : 0;
}

void lock_holder_drop(struct lock_holders *holders, struct lock_holder *holder)
{
    struct lock_holder **link = &holders->first;

    if (holder->requests > 0 || holder->ranges)
        return;
    while (*link != holder)
        link = &(*link)->next;
    *link = holder->next;
    if (holder->place >= 0)
        lock_list_remove(&holders->list, holder->place);
    lock_holder_leave(holder);
    free(holder);
}

void lock_holder_lose(struct lock_holder *holder)
{
    if (holder->lost || !holder->owner.inode)
        return;
    holder->lost = true;
    atomic_fetch_add(&holder->owner.inode->locks_lost, 1);
}

void lock_holder_leave(struct lock_holder *holder)
{
    if (holder->lost)
        atomic_fetch_sub(&holder->owner.inode->locks_lost, 1);
    holder->lost = false;
    holder->owner.inode = NULL;
}
