/* plan_reader.h: fields of a table that the policy's engine answered with.
 *
 * Every function reads a field of the table at the top of the stack and leaves the stack
 * as it was. They return 0, or -1 with `error` filled (ERROR_SITE): a sentence that names
 * the table and the field. A field that is absent leaves its default.
 */
#ifndef ATELIER_PLAN_READER_H
#define ATELIER_PLAN_READER_H

#include "error.h"
#include "name.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct answer {
    lua_State *state;
    const char *where; /* what the table at the top is called in the sentence */
    struct error *error;
};

/* Refuses `field` and returns -1. */
int plan_refuse(const struct answer *answer, const char *field, const char *reason);

/* Reads one line of text; "" when there is none. */
int plan_read_text(const struct answer *answer, const char *field, char *text,
                   size_t size);

/* Reads a name; "" when there is none and it is not required. */
int plan_read_name(const struct answer *answer, const char *field, bool required,
                   char name[NAME_LENGTH_MAX + 1]);

/* Reads an absolute path; "" when there is none and it is not required. */
int plan_read_path(const struct answer *answer, const char *field, bool required,
                   char *path, size_t size);

/* Reads a whole number from 0 to `most`; `*number` stays when there is none. `what` says
 * what the field should have been. */
int plan_read_number(const struct answer *answer, const char *field, const char *what,
                     unsigned most, unsigned *number);

/* Reads seconds between two limits as milliseconds; `*milliseconds` stays without a
 * field. */
int plan_read_seconds(const struct answer *answer, const char *field, double least,
                      double most, int *milliseconds);

/* Reads the key `mode`, "ro" or "rw", which is required. */
int plan_read_mode(const struct answer *answer, bool *read_only);

#endif
