/* field.c: finds the members that the keys of an entry fill. */
#include "lib/protocol/field.h"

#include <string.h>

char *field_text(const struct field *field, const void *base)
{
    return (char *)base + field->offset;
}

long *field_number(const struct field *field, const void *base)
{
    return (long *)(void *)field_text(field, base);
}

bool *field_flag(const struct field *field, const void *base)
{
    return (bool *)(void *)field_text(field, base);
}

void field_begin(const struct field fields[], void *base)
{
    for (const struct field *field = fields; field->key; field++)
        if (field->type == FIELD_NUMBER || field->type == FIELD_SECONDS)
            *field_number(field, base) = field->otherwise;
}

const char *field_word(const struct field *field, bool is_chosen, size_t *length)
{
    const char *word = field->words;

    *length = strcspn(word, " ");
    if ((strncmp(word, field->chosen, *length) == 0) == is_chosen)
        return word;
    word += *length + 1;
    *length = strlen(word);
    return word;
}

bool field_has_word(const char *words, const char *text, size_t length)
{
    for (const char *word = words; *word; word += strspn(word, " ")) {
        size_t end = strcspn(word, " ");

        if (end == length && strncmp(word, text, length) == 0)
            return true;
        word += end;
    }
    return false;
}
