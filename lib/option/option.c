/* option.c: checks the values of the plugin's options by their forms. */
#include "lib/option/option.h"

#include "lib/name.h"
#include "lib/option/directory_list.h"
#include "lib/option/framework.h"
#include "lib/option/mount_list.h"

#include <string.h>

const struct option_words option_words[OPTION_COUNT] = {
#define OPTION(id, field, name, form, decides, argument, usage) \
    {name, "--" name, "ATELIER_" #id, FORM_##form, decides, argument, usage},
#include "lib/option/option_rows.h"
};

/* Slurm hands on the value of a flag as nothing, as "" or as "(null)". */
const char *option_value(enum option option, const char *value)
{
    return option_words[option].argument ? value : OPTION_GIVEN;
}

bool option_is_list(enum option option)
{
    enum option_form form = option_words[option].form;

    return form == FORM_MOUNTS || form == FORM_DIRECTORIES;
}

size_t option_length_max(enum option option)
{
    switch (option_words[option].form) {
    case FORM_FRAMEWORK:
        return FRAMEWORK_TEXT_MAX;
    case FORM_MOUNTS:
        return MOUNT_LIST_MAX;
    case FORM_DIRECTORIES:
        return DIRECTORY_LIST_MAX;
    case FORM_FLAG:
        return strlen(OPTION_GIVEN);
    default:
        return NAME_LENGTH_MAX;
    }
}

static int check_name(enum option option, const char *source, const char *value,
                      struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    if (name_is_valid(value))
        return 0;
    if (option == OPTION_WORKSPACE && !*value)
        return error_set(error, ERROR_USER,
                         "%s= names no workspace: for a job without one, say "
                         "%s=" NO_WORKSPACE,
                         source, source);
    name_quote(value, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s is not the name of %s %s: a name is 1 to %d letters, digits, "
                     "'.', '_' or '-', and starts with a letter or digit",
                     source, quoted, option == OPTION_EXPERIMENT ? "an" : "a",
                     option_words[option].name, NAME_LENGTH_MAX);
}

static int check_compat(const char *source, const char *value, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    if (strcmp(value, COMPAT_BATCHAI) == 0 || strcmp(value, COMPAT_NONE) == 0)
        return 0;
    name_quote(value, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s: choose " COMPAT_BATCHAI " or " COMPAT_NONE, source, quoted);
}

static int check_flag(const char *source, const char *value, struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];

    if (strcmp(value, OPTION_GIVEN) == 0 || strcmp(value, "0") == 0)
        return 0;
    name_quote(value, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "%s=%s is neither 1 (check each step before it starts) nor 0",
                     source, quoted);
}

int option_check(enum option option, const char *source, const char *value,
                 struct error *error)
{
    struct framework framework;

    if (!value)
        value = "";
    switch (option_words[option].form) {
    case FORM_FRAMEWORK:
        return framework_parse(&framework, source, value, error);
    case FORM_MOUNTS:
        return mount_list_check(source, value, error);
    case FORM_DIRECTORIES:
        return directory_list_check(source, value, error);
    case FORM_COMPAT:
        return check_compat(source, value, error);
    case FORM_FLAG:
        return check_flag(source, value, error);
    default:
        return check_name(option, source, value, error);
    }
}
