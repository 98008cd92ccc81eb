/* system_stand_in.h: calls that change the system, for a test that runs as anybody:
 * mounts are only counted, and any one call can be made to fail.
 */
#ifndef ATELIER_SYSTEM_STAND_IN_H
#define ATELIER_SYSTEM_STAND_IN_H

#include <limits.h>
#include <stddef.h>

#define SYSTEM_MOUNTS_MAX 8

/* Shared with children, whose work counts as well. */
extern struct system_stand {
    char mounted[SYSTEM_MOUNTS_MAX][PATH_MAX];
    size_t mounted_count;
    unsigned calls, failing_call;
    int cause; /* the errno it fails with; 0 is ENOMEM */
} * system_stand;

/* Puts the stand-ins into the table. */
void system_stand_in(void);

/* Forgets what was counted; the call of that number, from 1 on, fails; 0 for none. */
void system_fail_call(unsigned call);

#endif
