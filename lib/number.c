/* number.c: reads whole numbers in texts that others wrote. */
#include "lib/number.h"

#include <stddef.h>

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool number_read(const char **text, uint64_t most, uint64_t *number)
{
    const char *digit = *text;
    uint64_t value = 0;

    for (; is_digit(*digit); digit++) {
        unsigned last = (unsigned)(*digit - '0');

        if (last > most || value > (most - last) / 10)
            return false;
        value = 10 * value + last;
    }
    if (digit == *text)
        return false;
    *text = digit;
    *number = value;
    return true;
}

bool number_parse(const char *text, uint64_t most, uint64_t *number)
{
    uint64_t value;

    if (!text || !number_read(&text, most, &value) || *text)
        return false;
    *number = value;
    return true;
}

uint64_t number_of(const char *text, uint64_t most)
{
    uint64_t value = 0;

    return text && number_read(&text, most, &value) ? value : 0;
}

bool number_is_digits(const char *text)
{
    const char *digit = text;

    while (is_digit(*digit))
        digit++;
    return digit > text && !*digit;
}
