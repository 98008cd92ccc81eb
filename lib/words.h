/* words.h: a command line under construction, word by word. */
#ifndef ATELIER_WORDS_H
#define ATELIER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* All zero before the first word. */
struct words {
    char **list; /* ends with NULL, as execve(2) wants it; NULL before the first word */
    size_t count, room;
    bool failed; /* something is missing, since memory was short: it is not to be run */
};

/* Adds one word, from a printf format. */
void words_add(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Continues the last word. */
void words_append(struct words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees the words, and makes `words` all zero. */
void words_release(struct words *words);

#endif
