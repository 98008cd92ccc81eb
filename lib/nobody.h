/* nobody.h: an id that no user and no group has. */
#ifndef ATELIER_NOBODY_H
#define ATELIER_NOBODY_H

#include <stdbool.h>

/* `failure` is what getpwuid(3) or getgrgid(3) returned when it found no entry. Returns
 * whether that means that there is none; any other means that the database cannot
 * tell. */
bool nobody_has_it(int failure);

#endif
