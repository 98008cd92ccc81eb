/* mounted.h: whether something is mounted, by the kernel's own list: nothing is asked of
 * who serves the mount. */
#ifndef ATELIER_MOUNTED_H
#define ATELIER_MOUNTED_H

#include <stdbool.h>

/* Whether a mount of this process's namespace is at the absolute path `target`. */
bool mounted_is(const char *target);

#endif
