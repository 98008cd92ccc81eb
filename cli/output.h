/* output.h: words and JSON on the terminal.
 *
 * What comes from Slurm's records and from users may hold anything: no control character
 * of it reaches the terminal raw. */
#ifndef ATELIER_OUTPUT_H
#define ATELIER_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

/* Prints `value` as indented JSON with sorted keys. */
void output_json(const json_t *value);

/* `text` with `?` for control characters, those that change the direction of writing, and
 * what is no UTF-8; malloc'ed, NULL where memory is short. */
char *output_safe(const char *text);

/* Prints output_safe(text). NULL prints nothing. */
void output_text(const char *text);

#endif
