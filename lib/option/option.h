/* option.h: the options of sbatch, salloc and srun (lua/atelier/base/option.lua).
 *
 * The form of a value says how it is checked, cut and joined. What a value means is up to
 * whoever reads the fact of the option's name (facts.h).
 */
#ifndef ATELIER_OPTION_H
#define ATELIER_OPTION_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

enum option {
#define OPTION(id, ...) OPTION_##id,
#include "lib/option/option_rows.h"
    OPTION_COUNT
};

enum option_form {
    FORM_NAME,
    FORM_FRAMEWORK,   /* framework.h */
    FORM_MOUNTS,      /* a list: mount_list.h */
    FORM_DIRECTORIES, /* a list: directory_list.h */
    FORM_COMPAT,      /* COMPAT_BATCHAI or COMPAT_NONE */
    FORM_FLAG         /* OPTION_GIVEN; no argument */
};

/* The names of one option, and what else its table says of it. */
struct option_words {
    const char *name;     /* "workspace" */
    const char *option;   /* "--workspace" */
    const char *variable; /* "ATELIER_WORKSPACE" */
    enum option_form form;
    bool decides;         /* whether the policy decides on it */
    const char *argument; /* "NAME"; NULL for a flag */
    const char *usage;
};

extern const struct option_words option_words[OPTION_COUNT];

#define OPTION_GIVEN "1"

/* Returns the value of an option that Slurm read: `value`, and of a flag OPTION_GIVEN,
 * whatever Slurm has in its place. */
const char *option_value(enum option option, const char *value);

/* Returns whether an option that is given several times has its values joined by
 * commas. */
bool option_is_list(enum option option);

/* Returns the length of the longest value that the option's form allows, in bytes without
 * the terminating NUL. */
size_t option_length_max(enum option option);

/* Checks that `value`, which may be NULL, has the form of the option. Returns 0; or -1
 * with `error` filled (ERROR_USER): it names `source`, the option or variable that the
 * value is from, and says what a value looks like. */
int option_check(enum option option, const char *source, const char *value,
                 struct error *error);

#endif
