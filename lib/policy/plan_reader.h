/* plan_reader.h: fields of a table that the policy's engine answered with.
 *
 * Every function reads a field of the table at the top of the stack and leaves the stack
 * as it was. They return 0, or -1 with `error` filled (ERROR_SITE): a sentence that names
 * the table and the field. A field that is absent leaves its default.
 */
#ifndef ATELIER_PLAN_READER_H
#define ATELIER_PLAN_READER_H

#include "lib/error.h"
#include "lib/protocol/field.h"
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

/* Reads the field's key into the member of the struct at `base`. */
int plan_reader_field(const struct plan_reader *answer, const struct field *field,
                      void *base);

#endif
