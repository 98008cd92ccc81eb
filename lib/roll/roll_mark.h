/* roll_mark.h: whether the tasks of a step see the same directory.
 *
 * Rank 0 leaves a file with a random word there before it listens, and the others read
 * the file when they have reached rank 0.
 */
#ifndef ATELIER_ROLL_MARK_H
#define ATELIER_ROLL_MARK_H

#include "lib/error.h"
#include "lib/roll/roll.h"

/* Makes the file anew. Returns 0 with its word in `token`; or -1 with `error` filled,
 * which names `node`, this one. */
int roll_mark_make(const char *path, const char *node, char token[ROLL_TOKEN_SIZE],
                   struct error *error);

/* Reads the file. Returns 0, or -1 with `error` filled likewise. */
int roll_mark_read(const char *path, const char *node, char token[ROLL_TOKEN_SIZE],
                   struct error *error);

#endif
