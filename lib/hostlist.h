/* hostlist.h: Slurm's compressed host lists, "n[01-03,7],login".
 *
 * The expander is our own, since libslurm's type and soname change between releases, and
 * this one can be tested without Slurm. It knows what Slurm prints: comma-separated
 * words, each with any number of bracketed lists of numbers and ranges, zero-padded as
 * written.
 */
#ifndef ATELIER_HOSTLIST_H
#define ATELIER_HOSTLIST_H

#include "lib/error.h"

#include <stddef.h>

#define HOSTLIST_COUNT_MAX 65536 /* hosts; a list that names more is refused */

struct hostlist {
    char **hosts; /* in the order of the text, repeats kept */
    size_t count;
};

/* Expands `text`. Returns 0, with `list` to be released by hostlist_release; or -1 with
 * `error` filled (ERROR_NODE) and `list` empty. Empty text is an empty list. */
int hostlist_expand(struct hostlist *list, const char *text, struct error *error);

/* Returns the hosts with commas between them, malloc'ed; NULL when memory is short. */
char *hostlist_join(const struct hostlist *list);

/* Frees what hostlist_expand made; an empty list is allowed. */
void hostlist_release(struct hostlist *list);

/* Expands Slurm's counts per node, "2(x3),1" into {2,2,2,1}. Returns a malloc'ed array of
 * `*count` numbers, or NULL with `error` filled. */
unsigned *hostlist_expand_counts(const char *text, size_t *count, struct error *error);

#endif
