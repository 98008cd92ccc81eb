/* record.c: holds key and value texts, and converts them to their wire form. */
#include "lib/record.h"

#include "lib/number.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    char *key;
    char *value;
};

struct record {
    struct pair *pairs;
    size_t count;
    size_t room;
    size_t size; /* of the encoded form */
    size_t size_max;
    bool is_cut; /* a pair did not fit */
};

static size_t pair_size(const char *key, const char *value)
{
    return strlen(key) + strlen(value) + 2;
}

static struct pair *find(const struct record *record, const char *key)
{
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->pairs[i].key, key) == 0)
            return &record->pairs[i];
    return NULL;
}

static int grow(struct record *record)
{
    size_t room = record->room ? record->room * 2 : 16;
    struct pair *pairs;

    if (record->count < record->room)
        return 0;
    pairs = realloc(record->pairs, room * sizeof(*pairs));
    if (!pairs)
        return -1;
    record->pairs = pairs;
    record->room = room;
    return 0;
}

static int replace_value(struct record *record, struct pair *pair, const char *value)
{
    size_t size = record->size - strlen(pair->value) + strlen(value);
    char *copy;

    if (size > record->size_max)
        return -1;
    copy = strdup(value);
    if (!copy)
        return -1;
    free(pair->value);
    pair->value = copy;
    record->size = size;
    return 0;
}

static int append(struct record *record, const char *key, const char *value)
{
    struct pair pair;

    if (record->size + pair_size(key, value) > record->size_max || grow(record) < 0)
        return -1;
    pair.key = strdup(key);
    pair.value = strdup(value);
    if (!pair.key || !pair.value) {
        free(pair.key);
        free(pair.value);
        return -1;
    }
    record->pairs[record->count++] = pair;
    record->size += pair_size(key, value);
    return 0;
}

struct record *record_create_sized(size_t size)
{
    struct record *record = calloc(1, sizeof(*record));

    if (record)
        record->size_max = size;
    return record;
}

struct record *record_create(void)
{
    return record_create_sized(RECORD_SIZE_MAX);
}

struct record *record_begin(const char *key, const char *value)
{
    struct record *record = record_create();

    record_set(record, key, value);
    return record;
}

struct record *record_whole(struct record *record)
{
    if (!record || !record->is_cut)
        return record;
    record_destroy(record);
    return NULL;
}

size_t record_size_max(const struct record *record)
{
    return record->size_max;
}

void record_destroy(struct record *record)
{
    if (!record)
        return;
    for (size_t i = 0; i < record->count; i++) {
        free(record->pairs[i].key);
        free(record->pairs[i].value);
    }
    free(record->pairs);
    free(record);
}

int record_set(struct record *record, const char *key, const char *value)
{
    struct pair *pair;
    int status = -1;

    if (!record)
        return -1;
    if (*key && !strchr(key, '=')) {
        pair = find(record, key);
        status = pair ? replace_value(record, pair, value) : append(record, key, value);
    }
    record->is_cut |= status < 0;
    return status;
}

int record_setf(struct record *record, const char *key, const char *format, ...)
{
    va_list arguments;
    char *value;
    int length, status;

    va_start(arguments, format);
    length = vasprintf(&value, format, arguments);
    va_end(arguments);
    if (length < 0) {
        if (record)
            record->is_cut = true;
        return -1;
    }
    status = record_set(record, key, value);
    free(value);
    return status;
}

const char *record_get(const struct record *record, const char *key)
{
    const struct pair *pair = find(record, key);

    return pair ? pair->value : NULL;
}

int record_number(const struct record *record, const char *key, unsigned long least,
                  unsigned long most, unsigned long *number)
{
    uint64_t said;

    if (!number_parse(record_get(record, key), most, &said) || said < least)
        return -1;
    *number = said;
    return 0;
}

size_t record_choice(const struct record *record, const char *key,
                     const char *const names[], size_t count)
{
    const char *value = record_get(record, key);
    size_t i = 0;

    while (i < count && (!value || strcmp(value, names[i]) != 0))
        i++;
    return i;
}

size_t record_count(const struct record *record)
{
    return record->count;
}

const char *record_key(const struct record *record, size_t index)
{
    return record->pairs[index].key;
}

const char *record_value(const struct record *record, size_t index)
{
    return record->pairs[index].value;
}

long record_encode(const struct record *record, char *buffer, size_t size)
{
    char *end = buffer;

    if (record->size > size)
        return -1;
    for (size_t i = 0; i < record->count; i++) {
        end = stpcpy(end, record->pairs[i].key);
        *end++ = '=';
        end = stpcpy(end, record->pairs[i].value) + 1;
    }
    return end - buffer;
}

/* Adds the pair `text`, a "key=value" in the caller's buffer, which stays as it is. */
static int decode_pair(struct record *record, const char *text)
{
    const char *equals = strchr(text, '=');
    char *key;
    int status;

    if (!equals)
        return -1;
    key = strndup(text, (size_t)(equals - text));
    if (!key)
        return -1;
    status = record_set(record, key, equals + 1);
    free(key);
    return status;
}

struct record *record_decode(const char *buffer, size_t length)
{
    struct record *record;
    size_t at = 0;

    if (length > 0 && buffer[length - 1] != '\0')
        return NULL;
    record = record_create();
    while (record && at < length) {
        if (decode_pair(record, buffer + at) < 0) {
            record_destroy(record);
            return NULL;
        }
        at += strlen(buffer + at) + 1;
    }
    return record;
}
