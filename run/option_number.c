/* option_number.c: reads an option's whole number. */
#include "run/option_number.h"

#include <stdlib.h>
#include <string.h>

unsigned option_number(const char *option, const char *text, unsigned least,
                       unsigned most, struct argp_state *state)
{
    unsigned long number = strtoul(text, NULL, 10);

    if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 9 ||
        number < least || number > most)
        argp_error(state, "%s=%s: a number from %u to %u is wanted", option, text, least,
                   most);
    return (unsigned)number;
}
