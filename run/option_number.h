/* option_number.h: an option's whole number. */
#ifndef ATELIER_OPTION_NUMBER_H
#define ATELIER_OPTION_NUMBER_H

#include <argp.h>

/* Reads `text`, the argument of `option` ("--nodes"), a decimal number from `least` to
 * `most`; ends the program with argp_error where it is none. */
unsigned option_number(const char *option, const char *text, unsigned least,
                       unsigned most, struct argp_state *state);

#endif
