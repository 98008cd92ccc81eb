/* output.c: writes words and JSON to the terminal, without control characters. */
#include "cli/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of the character of UTF-8 that begins at `text`; 0 where none does. */
static size_t length_of(const unsigned char *text)
{
    size_t length = text[0] < 0x80                       ? 1
                    : text[0] >= 0xc2 && text[0] < 0xe0  ? 2
                    : text[0] >= 0xe0 && text[0] < 0xf0  ? 3
                    : text[0] >= 0xf0 && text[0] <= 0xf4 ? 4
                                                         : 0;

    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* C0, DEL and C1; and U+202A to U+202E, U+2066 to U+2069, which turn the direction. */
static bool is_safe(const unsigned char *text, size_t length)
{
    if (length == 1)
        return text[0] >= 0x20 && text[0] != 0x7f;
    if (length == 2)
        return text[0] != 0xc2 || text[1] >= 0xa0;
    if (length == 3 && text[0] == 0xe2)
        return !(text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae) &&
               !(text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9);
    return length > 0;
}

/* `kept`: a control character that stays. */
static char *make_safe(const char *text, unsigned char kept)
{
    const unsigned char *from = (const unsigned char *)text;
    char *safe = malloc(strlen(text) + 1), *to = safe;

    while (safe && *from) {
        size_t length = length_of(from);

        if (is_safe(from, length) || *from == kept)
            to = mempcpy(to, from, length);
        else
            *to++ = '?';
        from += length > 0 ? length : 1;
    }
    if (safe)
        *to = '\0';
    return safe;
}

char *output_safe(const char *text)
{
    return make_safe(text, ' ');
}

/* A tab moves nothing but what follows it, and a diff without its tabs is another one. */
void output_text(const char *text)
{
    char *safe = text ? make_safe(text, '\t') : NULL;

    if (safe)
        fputs(safe, stdout);
    free(safe);
}

/* The controls that jansson leaves as they are: DEL and C1. */
static void print_escaped(const char *text)
{
    for (; *text; text++) {
        unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];

        if (first == 0xc2 && second < 0xa0) {
            printf("\\u%04x", second);
            text++;
        } else if (first == 0x7f) {
            fputs("\\u007f", stdout);
        } else {
            putchar(first);
        }
    }
}

void output_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);

    print_escaped(text ? text : "");
    putchar('\n');
    free(text);
}
