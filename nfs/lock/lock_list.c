/* lock_list.c: keeps the locks of this client in a file that outlives it. */
#include "nfs/lock/lock_list.h"

#include <unistd.h>

#define SIZE ((off_t)sizeof(struct client_lock))

static int write_at(const struct lock_list *list, unsigned place,
                    const struct client_lock *lock)
{
    return pwrite(list->fd, lock, sizeof(*lock), (off_t)place * SIZE) == SIZE ? 0 : -1;
}

static uint64_t bit_of(unsigned place)
{
    return UINT64_C(1) << place % LOCK_LIST_BITS;
}

static unsigned first_free(const struct lock_list *list)
{
    unsigned word = 0;

    while (word < CLIENT_LOCKS_MOST / LOCK_LIST_BITS && !~list->used[word])
        word++;
    return word == CLIENT_LOCKS_MOST / LOCK_LIST_BITS
               ? CLIENT_LOCKS_MOST
               : word * LOCK_LIST_BITS + (unsigned)__builtin_ctzll(~list->used[word]);
}

int lock_list_add(struct lock_list *list, const struct client_lock *lock)
{
    unsigned place = first_free(list);

    if (list->fd < 0)
        return 0;
    if (place == CLIENT_LOCKS_MOST || write_at(list, place, lock) < 0)
        return -1;
    list->used[place / LOCK_LIST_BITS] |= bit_of(place);
    return (int)place;
}

/* A place that cannot be cleared stays taken, and is not used again. */
void lock_list_remove(struct lock_list *list, int place)
{
    const struct client_lock none = {.handle_length = 0};

    if (list->fd >= 0 && write_at(list, (unsigned)place, &none) == 0)
        list->used[(unsigned)place / LOCK_LIST_BITS] &= ~bit_of((unsigned)place);
}

int lock_list_read(int fd, unsigned place, struct client_lock *lock)
{
    if (pread(fd, lock, sizeof(*lock), (off_t)place * SIZE) != SIZE)
        return -1;
    if (lock->handle_length > sizeof(lock->handle))
        lock->handle_length = 0; /* no client of ours wrote such a length */
    return 0;
}
