/* error.c: fills an error's sentence. */
#include "lib/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const party_names[] = {"none", "user", "node", "storage", "site"};

#define PARTY_COUNT (sizeof(party_names) / sizeof(party_names[0]))

/* Bytes above 0x7f stay: UTF-8 texts of a site are legitimate, and C1 controls are not
 * reachable through a name, since names are ASCII. */
static void replace_controls(char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 0x20 || byte == 0x7f)
            *text = '?';
    }
}

int error_set(struct error *error, enum error_party party, const char *format, ...)
{
    va_list arguments;

    if (!error || error->party != ERROR_NONE)
        return -1;
    error->party = party;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    va_end(arguments);
    replace_controls(error->text);
    return -1;
}

int error_pass(struct error *error, const struct error *cause)
{
    if (cause->party == ERROR_NONE)
        return 0;
    return error_set(error, cause->party, "%s", cause->text);
}

int error_wrap(struct error *error, const struct error *cause, const char *format, ...)
{
    struct error inner = *cause;
    char subject[ERROR_TEXT_SIZE];
    va_list arguments;

    if (inner.party == ERROR_NONE)
        return 0;
    va_start(arguments, format);
    vsnprintf(subject, sizeof(subject), format, arguments);
    va_end(arguments);
    if (cause == error)
        error_clear(error);
    return error_set(error, inner.party, "%s: %s", subject, inner.text);
}

void error_clear(struct error *error)
{
    error->party = ERROR_NONE;
    error->text[0] = '\0';
}

const char *error_party_name(enum error_party party)
{
    return (size_t)party < PARTY_COUNT ? party_names[party] : party_names[ERROR_NONE];
}

enum error_party error_party_parse(const char *name)
{
    for (size_t i = 0; name && i < PARTY_COUNT; i++)
        if (strcmp(name, party_names[i]) == 0)
            return (enum error_party)i;
    return ERROR_NONE;
}
