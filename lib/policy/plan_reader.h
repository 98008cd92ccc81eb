/* plan_reader.h: fields of a table that the policy's engine answered with.
 *
 * Every function reads a field of the table at the top of the stack and leaves the stack
 * as it was. They return 0, or -1 with `error` filled (ERROR_SITE): a sentence that names
 * the table and the field. A field that is absent leaves its default.
 */
#ifndef ATELIER_PLAN_READER_H
#define ATELIER_PLAN_READER_H

#include "lib/error.h"
#include "lib/name.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct plan_reader {
    lua_State *state;
    const char *where; /* what the table at the top is called in the sentence */
    struct error *error;
};

/* Refuses `field` and returns -1. */
int plan_reader_refuse(const struct plan_reader *answer, const char *field,
                       const char *reason);

/* Reads one line of text; "" when there is none. */
int plan_reader_text(const struct plan_reader *answer, const char *field, char *text,
                     size_t size);

/* Reads a name; "" when there is none and it is not required. */
int plan_reader_name(const struct plan_reader *answer, const char *field, bool required,
                     char name[NAME_LENGTH_MAX + 1]);

/* Reads an absolute path; "" when there is none and it is not required. */
int plan_reader_path(const struct plan_reader *answer, const char *field, bool required,
                     char *path, size_t size);

/* Reads a whole number from 0 to `most`; `*number` stays when there is none. `what` says
 * what the field should have been. */
int plan_reader_number(const struct plan_reader *answer, const char *field,
                       const char *what, unsigned most, unsigned *number);

/* Reads seconds between two limits as milliseconds; `*milliseconds` stays without a
 * field. */
int plan_reader_seconds(const struct plan_reader *answer, const char *field, double least,
                        double most, int *milliseconds);

/* Reads the key `mode`, "ro" or "rw", which is required. */
int plan_reader_mode(const struct plan_reader *answer, bool *read_only);

#endif
