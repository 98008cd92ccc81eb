/* nobody.h: an id that no user and no group has.
 */
#ifndef ATELIER_NOBODY_H
#define ATELIER_NOBODY_H

#include <stdbool.h>

/* Whether getpwuid(3) or getgrgid(3), without an entry, said with `failure` that there is
 * none. Any other means that the database cannot tell. */
bool nobody_has_it(int failure);

#endif
