/* lock_range.h: the bytes of a file that one owner has locked, as POSIX counts them. */
#ifndef ATELIER_NFS_LOCK_RANGE_H
#define ATELIER_NFS_LOCK_RANGE_H

#include <stdbool.h>
#include <stdint.h>

enum lock_kind { LOCK_NONE, LOCK_SHARED, LOCK_EXCLUSIVE };

/* A list without order; no two of its members overlap. */
struct lock_range {
    struct lock_range *next;
    uint64_t first, last; /* bytes, both included */
    enum lock_kind kind;  /* never LOCK_NONE */
};

/* Makes the bytes from `first` to `last` be held as `kind` says (LOCK_NONE: not at all),
 * whatever was held of them before. Returns 0; or -1 when memory is short, and then
 * nothing has changed. */
int lock_range_set(struct lock_range **ranges, uint64_t first, uint64_t last,
                   enum lock_kind kind);

/* Returns whether any of the bytes is held. */
bool lock_range_touches(const struct lock_range *ranges, uint64_t first, uint64_t last);

/* Frees all ranges. */
void lock_range_clear(struct lock_range **ranges);

#endif
