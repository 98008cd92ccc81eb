/* mounted.h: whether something is mounted, by the kernel's own list.
 *
 * Nothing is asked of who serves the mount, so this cannot hang.
 */
#ifndef ATELIER_MOUNTED_H
#define ATELIER_MOUNTED_H

#include <stdbool.h>

/* Returns whether a mount of this process's namespace is at the absolute path
 * `target`. */
bool mounted_is(const char *target);

#endif
