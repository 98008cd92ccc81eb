/* option_number.c: reads an option's whole number. */
#include "run/option_number.h"

#include "lib/number.h"

unsigned option_number(const char *option, const char *text, unsigned least,
                       unsigned most, struct argp_state *state)
{
    uint64_t number = 0;

    if (!number_parse(text, most, &number) || number < least)
        argp_error(state, "%s=%s: a number from %u to %u is wanted", option, text, least,
                   most);
    return (unsigned)number;
}
