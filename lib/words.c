/* words.c: a command line under construction, word by word. */
#include "lib/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM_FIRST 32

static bool make_room(struct words *words)
{
    size_t room = words->room ? 2 * words->room : ROOM_FIRST;
    char **list;

    if (words->count + 1 < words->room)
        return true;
    list = realloc(words->list, room * sizeof(*list));
    if (!list)
        return false;
    words->list = list;
    words->room = room;
    return true;
}

void words_add(struct words *words, const char *format, ...)
{
    va_list arguments;
    char *word;

    if (!make_room(words)) {
        words->failed = true;
        return;
    }
    va_start(arguments, format);
    if (vasprintf(&word, format, arguments) < 0)
        word = NULL;
    va_end(arguments);
    words->failed |= !word;
    words->list[words->count] = word;
    words->count += word != NULL;
    words->list[words->count] = NULL;
}

void words_append(struct words *words, const char *format, ...)
{
    va_list arguments;
    char *more = NULL, *word = NULL;

    if (words->count == 0)
        return;
    va_start(arguments, format);
    if (vasprintf(&more, format, arguments) < 0)
        more = NULL;
    va_end(arguments);
    if (more && asprintf(&word, "%s%s", words->list[words->count - 1], more) < 0)
        word = NULL;
    free(more);
    words->failed |= !word;
    if (!word)
        return;
    free(words->list[words->count - 1]);
    words->list[words->count - 1] = word;
}

void words_release(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->list[i]);
    free(words->list);
    *words = (struct words){.count = 0};
}
