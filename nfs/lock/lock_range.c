/* lock_range.c: keeps the bytes of a file that one owner has locked. */
#include "nfs/lock/lock_range.h"

#include <stdlib.h>

static struct lock_range *new_range(uint64_t first, uint64_t last, enum lock_kind kind)
{
    struct lock_range *range = calloc(1, sizeof(*range));

    if (range)
        *range = (struct lock_range){.first = first, .last = last, .kind = kind};
    return range;
}

static void discard(struct lock_range **link)
{
    struct lock_range *range = *link;

    *link = range->next;
    free(range);
}

/* Returns whether the ranges are of the same kind, with no byte between them. */
static bool joins(const struct lock_range *range, const struct lock_range *added)
{
    return range->kind == added->kind &&
           (range->first <= added->last || range->first - 1 == added->last) &&
           (added->first <= range->last || added->first - 1 == range->last);
}

static void absorb(struct lock_range *added, struct lock_range **link)
{
    if ((*link)->first < added->first)
        added->first = (*link)->first;
    if ((*link)->last > added->last)
        added->last = (*link)->last;
    discard(link);
}

/* Takes the bytes away from `*link`. When something is left on both sides, `spare`
 * becomes the part behind them. Returns whether `spare` was used. */
static bool cut(struct lock_range **link, uint64_t first, uint64_t last,
                struct lock_range *spare)
{
    struct lock_range *range = *link;

    if (range->first < first && range->last > last) {
        *spare = (struct lock_range){range->next, last + 1, range->last, range->kind};
        range->last = first - 1;
        range->next = spare;
        return true;
    }
    if (range->first < first)
        range->last = first - 1;
    else if (range->last > last)
        range->first = last + 1;
    else
        discard(link);
    return false;
}

int lock_range_set(struct lock_range **ranges, uint64_t first, uint64_t last,
                   enum lock_kind kind)
{
    struct lock_range *added = new_range(first, last, kind);
    struct lock_range *spare = new_range(0, 0, kind);
    struct lock_range **link = ranges;

    if (!added || !spare) {
        free(added);
        free(spare);
        return -1;
    }
    while (*link) {
        struct lock_range *range = *link;

        if (joins(range, added))
            absorb(added, link);
        else if (range->last >= first && range->first <= last &&
                 cut(link, first, last, spare))
            spare = NULL;
        if (*link == range)
            link = &range->next;
    }
    free(spare);
    if (kind == LOCK_NONE) {
        free(added);
        return 0;
    }
    added->next = *ranges;
    *ranges = added;
    return 0;
}

bool lock_range_touches(const struct lock_range *ranges, uint64_t first, uint64_t last)
{
    while (ranges && (ranges->first > last || ranges->last < first))
        ranges = ranges->next;
    return ranges != NULL;
}

void lock_range_clear(struct lock_range **ranges)
{
    while (*ranges)
        discard(ranges);
}
