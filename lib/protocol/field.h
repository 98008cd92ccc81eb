/* field.h: a key that fills a member of a struct, and the bounds of what it may be.
 *
 * A table of them ends with one that has no key. client_target.c writes and reads them in
 * records, and lib/policy/plan_reader.c reads them of the policy's tables.
 */
#ifndef ATELIER_FIELD_H
#define ATELIER_FIELD_H

#include <stdbool.h>
#include <stddef.h>

enum field_type {
    FIELD_NAME,   /* char[]: a name (lib/name.h) */
    FIELD_PATH,   /* char[]: an absolute path */
    FIELD_WORD,   /* char[]: text that is no option of a program: it begins without "-" */
    FIELD_NUMBER, /* long */
    FIELD_SECONDS, /* long: milliseconds; the key in a record has "_ms" behind it */
    FIELD_CHOICE   /* bool: whether `chosen` was, of the two words */
};

struct field {
    const char *key;
    enum field_type type;
    size_t offset, size; /* of the member in its struct */
    /* A text is in every entry and record. A number is in every record; an entry may
     * leave it to its default. */
    bool is_required;
    double least, most; /* of numbers; seconds in seconds */
    long otherwise; /* what a number is when nothing is said; milliseconds of seconds */
    const char *words; /* of a choice, with a space between; the characters of a word, or
                           NULL for all */
    const char *chosen;
    const char *fault; /* how the sentence on a wrong number or word ends */
};

#define FIELD_AT(type, member) \
    .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/* Return the member in the struct at `base`. */
char *field_text(const struct field *field, const void *base);
long *field_number(const struct field *field, const void *base);
bool *field_flag(const struct field *field, const void *base);

/* Sets every number of the table to what it is when nothing is said. */
void field_begin(const struct field fields[], void *base);

/* Returns the choice's word for true or for false. It is ended by the space behind it or
 * by a NUL: `*length` is that of the word. */
const char *field_word(const struct field *field, bool is_chosen, size_t *length);

/* Returns whether the first `length` bytes of `text` are one of the words of the list,
 * which have a space between them. */
bool field_has_word(const char *words, const char *text, size_t length);

#endif
