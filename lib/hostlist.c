/* hostlist.c: expands Slurm's compressed host lists. */
#include "lib/hostlist.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_NAME_SIZE 256 /* bytes, with the terminating NUL */
#define DIGITS_MAX 18      /* in a number, so that it fits a long long */

struct expansion {
    struct hostlist *list;
    size_t room;
    const char *text; /* the whole list, for the sentence */
    struct error *error;
    char name[HOST_NAME_SIZE]; /* of the host that is being written */
};

struct range {
    long long low, high;
    int width; /* digits of `low` as written, which is the zero padding */
};

static int malformed(const char *text, const char *at, const char *reason,
                     struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "Slurm's list `%.80s` cannot be read: %s at character %zu", text,
                     reason, (size_t)(at - text) + 1);
}

/* Reads decimal digits at `*at` and moves it behind them. Returns their count, or -1. */
static int read_number(const char **at, long long *number)
{
    int digits = 0;

    *number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, digits++) {
        if (digits == DIGITS_MAX)
            return -1;
        *number = *number * 10 + (**at - '0');
    }
    return digits ? digits : -1;
}

static int read_range(struct expansion *expansion, const char **at, struct range *range)
{
    const char *start = *at;

    range->width = read_number(at, &range->low);
    range->high = range->low;
    if (range->width > 0 && **at == '-') {
        (*at)++;
        if (read_number(at, &range->high) < 0)
            range->width = -1;
    }
    if (range->width < 0 || (**at != ',' && **at != ']'))
        return malformed(expansion->text, *at, "a number, a range or `]` is missing",
                         expansion->error);
    if (range->high < range->low)
        return malformed(expansion->text, start, "a range runs backwards",
                         expansion->error);
    return 0;
}

static int too_many(const char *text, struct error *error)
{
    return error_set(
        error, ERROR_NODE,
        "Slurm's list `%.80s` has more than %d hosts, which is the most that "
        "one step can have here",
        text, HOSTLIST_COUNT_MAX);
}

static int append_host(struct expansion *expansion)
{
    struct hostlist *list = expansion->list;

    if (list->count == HOSTLIST_COUNT_MAX)
        return too_many(expansion->text, expansion->error);
    if (list->count == expansion->room) {
        size_t room = expansion->room ? expansion->room * 2 : 16;
        char **hosts = realloc(list->hosts, room * sizeof(*hosts));

        if (!hosts)
            return error_set(expansion->error, ERROR_NODE,
                             "out of memory for a host list");
        list->hosts = hosts;
        expansion->room = room;
    }
    list->hosts[list->count] = strdup(expansion->name);
    if (!list->hosts[list->count])
        return error_set(expansion->error, ERROR_NODE, "out of memory for a host list");
    list->count++;
    return 0;
}

/* Writes the number with `width` digits or more. snprintf would take three times as long
 * for a list of thousands. Returns the digits, or -1 when `size` is too small. */
static int write_number(char *place, size_t size, long long number, int width)
{
    char reversed[DIGITS_MAX + 1];
    int digits = 0, total;

    do
        reversed[digits++] = (char)('0' + number % 10);
    while (number /= 10);
    total = digits > width ? digits : width;
    if ((size_t)total >= size)
        return -1;
    memset(place, '0', (size_t)(total - digits));
    for (int i = total - digits; i < total; i++)
        place[i] = reversed[--digits];
    return total;
}

static int expand_word(struct expansion *expansion, size_t length, const char *rest);

/* `at` is behind a "["; the name so far has `length` bytes. Each number of each range is
 * put behind the name, and what follows "]" is expanded with it. The recursion is bounded
 * by the length of a name, as each bracket adds a digit. */
static int expand_bracket(struct expansion *expansion, size_t length, const char *at)
{
    const char *behind = strchr(at, ']');
    struct range range;

    if (!behind)
        return malformed(expansion->text, at - 1, "a bracket that is not closed",
                         expansion->error);
    do {
        if (read_range(expansion, &at, &range) < 0)
            return -1;
        for (long long number = range.low; number <= range.high; number++) {
            int digits = write_number(expansion->name + length, HOST_NAME_SIZE - length,
                                      number, range.width);

            if (digits < 0)
                return malformed(expansion->text, at, "a host name that is too long",
                                 expansion->error);
            if (expand_word(expansion, length + (size_t)digits, behind + 1) < 0)
                return -1;
        }
    } while (*at++ == ',');
    return 0;
}

/* Expands `rest` up to the comma or end that closes the word; the name's first `length`
 * bytes are there already. */
static int expand_word(struct expansion *expansion, size_t length, const char *rest)
{
    for (; *rest && *rest != ',' && *rest != '['; rest++) {
        if (*rest <= ' ' || *rest > '~' || *rest == ']')
            return malformed(expansion->text, rest, "a byte that no host name has",
                             expansion->error);
        if (length == HOST_NAME_SIZE - 1)
            return malformed(expansion->text, rest, "a host name that is too long",
                             expansion->error);
        expansion->name[length++] = *rest;
    }
    if (*rest == '[')
        return expand_bracket(expansion, length, rest + 1);
    if (length == 0)
        return malformed(expansion->text, rest, "a host name is missing",
                         expansion->error);
    expansion->name[length] = '\0';
    return append_host(expansion);
}

/* Returns the comma that ends the word at `text`, or the text's end. */
static const char *word_end(const char *text)
{
    bool inside = false;

    for (; *text && (inside || *text != ','); text++)
        inside = *text == '[' || (inside && *text != ']');
    return text;
}

int hostlist_expand(struct hostlist *list, const char *text, struct error *error)
{
    struct expansion expansion = {.list = list, .text = text, .error = error};
    const char *word = text;

    list->hosts = NULL;
    list->count = 0;
    if (!*text)
        return 0;
    for (;;) {
        if (expand_word(&expansion, 0, word) < 0) {
            hostlist_release(list);
            return -1;
        }
        word = word_end(word);
        if (!*word++)
            return 0;
    }
}

char *hostlist_join(const struct hostlist *list)
{
    size_t size = 1;
    char *text, *end;

    for (size_t i = 0; i < list->count; i++)
        size += strlen(list->hosts[i]) + 1;
    text = end = malloc(size);
    if (!text)
        return NULL;
    *end = '\0';
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            *end++ = ',';
        end = stpcpy(end, list->hosts[i]);
    }
    return text;
}

void hostlist_release(struct hostlist *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->hosts[i]);
    free(list->hosts);
    list->hosts = NULL;
    list->count = 0;
}

/* Reads "COUNT" or "COUNT(xREPEAT)" at `*at`. */
static int read_count(const char **at, long long *number, long long *repeat)
{
    *repeat = 1;
    if (read_number(at, number) < 0 || *number > HOSTLIST_COUNT_MAX)
        return -1;
    if (**at != '(')
        return 0;
    if (*++*at != 'x')
        return -1;
    ++*at;
    if (read_number(at, repeat) < 0 || *repeat == 0 || **at != ')')
        return -1;
    ++*at;
    return 0;
}

/* Reads the numbers into `counts`; where that is NULL, only counts them. */
static int read_counts(const char *text, unsigned *counts, size_t *count,
                       struct error *error)
{
    long long number, repeat;
    const char *at = text;

    *count = 0;
    while (*at) {
        if (read_count(&at, &number, &repeat) < 0 || (*at && *at != ',') ||
            (*at == ',' && !at[1]))
            return malformed(text, at, "a count or `(xREPEAT)` is missing", error);
        if (repeat > HOSTLIST_COUNT_MAX - (long long)*count)
            return too_many(text, error);
        while (repeat-- > 0) {
            if (counts)
                counts[*count] = (unsigned)number;
            ++*count;
        }
        if (*at)
            at++;
    }
    return 0;
}

unsigned *hostlist_expand_counts(const char *text, size_t *count, struct error *error)
{
    unsigned *counts;

    if (read_counts(text, NULL, count, error) < 0)
        return NULL;
    counts = calloc(*count + 1, sizeof(*counts));
    if (!counts)
        error_set(error, ERROR_NODE, "out of memory for a list of counts");
    else
        read_counts(text, counts, count, error);
    return counts;
}
