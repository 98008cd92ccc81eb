/* name.c: checks names of workspaces, volumes and all else that is named. */
#include "lib/name.h"

#include <string.h>

/* As isalnum(), but without the locale, which in a user's client is the user's own. */
static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool name_is_valid(const char *text)
{
    size_t length = 0;

    if (!text || !is_alphanumeric(text[0]))
        return false;
    for (; text[length]; length++) {
        char c = text[length];

        if (length == NAME_LENGTH_MAX)
            return false;
        if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '-')
            return false;
    }
    return true;
}

void name_quote(const char *text, char *quoted, size_t size)
{
    size_t limit = size - 1 < NAME_LENGTH_MAX ? size - 1 : NAME_LENGTH_MAX;
    size_t length = 0;

    for (; text[length] && length < limit; length++)
        quoted[length] = text[length] >= 0x20 && text[length] < 0x7f ? text[length] : '?';
    quoted[length] = '\0';
    if (!text[length])
        return;
    if (length + 3 >= size)
        length = size - 4;
    memcpy(quoted + length, "...", 4);
}

/* Names of nodes have dots and dashes, too; a slash makes it a part of a path. */
static bool goes_on(char c)
{
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '-' || c == '/';
}

bool name_is_word_of(const char *sentence, const char *name)
{
    size_t length = strlen(name);

    for (const char *found = sentence; (found = strstr(found, name)); found++)
        if ((found == sentence || !goes_on(found[-1])) && !goes_on(found[length]))
            return true;
    return false;
}

bool name_is_listed(const char *list, const char *word, size_t length)
{
    for (;;) {
        size_t part = strcspn(list, ",");

        if (part == length && strncmp(list, word, length) == 0)
            return true;
        if (!list[part])
            return false;
        list += part + 1;
    }
}
