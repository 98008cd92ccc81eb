/* name.h: the one form that every name of ours has.
 *
 * Workspaces, experiments, frameworks, volumes, clusters and file servers are named by
 * [A-Za-z0-9][A-Za-z0-9._-]{0,63}. What does not match is refused before it is looked up,
 * logged or put into a path: no name can be ".", "..", hidden, or hold a slash, a space,
 * a character that shells treat specially, or a `%`.
 */
#ifndef ATELIER_NAME_H
#define ATELIER_NAME_H

#include "lib/agreed.h"

#include <stdbool.h>
#include <stddef.h>

/* Returns whether `text` is a name; false for NULL. It reads at most NAME_LENGTH_MAX + 1
 * bytes. */
bool name_is_valid(const char *text);

/* Copies `text` for use in a sentence: printable ASCII stays, every other byte becomes
 * '?', and what is longer than a name is cut and ends in "...". `size` must be at
 * least 8. */
void name_quote(const char *text, char *quoted, size_t size);

/* Returns whether one of the comma-separated words of `list` is, byte for byte, the
 * `length` bytes at `word`, which have no comma. */
bool name_is_listed(const char *list, const char *word, size_t length);

/* Returns whether `sentence` has `name` as a word: no part of another name or of a
 * path. */
bool name_is_word_of(const char *sentence, const char *name);

#define NAME_QUOTED_SIZE (NAME_LENGTH_MAX + 4) /* holds any result of name_quote */

#endif
