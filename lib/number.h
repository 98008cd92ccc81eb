/* number.h: whole numbers in texts that others wrote: decimal digits and nothing else, so
 * no sign, no blank, no other base, and no value that does not fit.
 */
#ifndef ATELIER_NUMBER_H
#define ATELIER_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the number that `*text` begins with, and moves `*text` behind it. Returns whether
 * there is one, of `most` at the most; else both are as before. */
bool number_read(const char **text, uint64_t most, uint64_t *number);

/* Returns whether `text`, which may be NULL, is a number of `most` at the most, with
 * nothing behind it; then it is `*number`. */
bool number_parse(const char *text, uint64_t most, uint64_t *number);

/* Returns the number that `text` begins with; 0 when it is NULL, begins with none or with
 * one above `most`. */
uint64_t number_of(const char *text, uint64_t most);

/* Returns whether `text` has nothing but digits, and one at the least. */
bool number_is_digits(const char *text);

#endif
