/* release.h: how programs of two releases of Atelier find out whether they understand
 * each other.
 *
 * Each protocol has a number in its header. A message may get keys in any release: who
 * does not know one passes over it, and what is left out has a meaning. The number grows
 * only where that would go wrong. So programs understand each other where the number is
 * one; and else the one that notices says both releases in its sentence (doc/design.md
 * says who that is). A record has the two as `protocol` and `release`.
 */
#ifndef ATELIER_RELEASE_H
#define ATELIER_RELEASE_H

#include "lib/agreed.h"
#include "lib/record.h"

#include <stdbool.h>

#define RELEASE_WORD_SIZE 32 /* bytes of a release or a protocol, with the NUL */
#define RELEASE_NAME_SIZE 96

/* Adds the protocol that the record follows, and our release. Returns 0 or -1. */
int release_add(struct record *record, const char *protocol);

/* Returns whether the record says that it follows the protocol. */
bool release_follows(const struct record *record, const char *protocol);

/* Writes "Atelier 0.9.0's (protocol 2)", of the writer of a record or of two words. Words
 * come from others: NULL, and what is no word of that kind, is "unknown". Returns
 * `name`. */
const char *release_name(char name[RELEASE_NAME_SIZE], const char *release,
                         const char *protocol);
const char *release_name_of(char name[RELEASE_NAME_SIZE], const struct record *record);

#endif
