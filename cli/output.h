/* output.h: how the answers look. */
#ifndef ATELIER_OUTPUT_H
#define ATELIER_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

/* Prints `value` as indented JSON with sorted keys. */
void output_json(const json_t *value);

/* Prints `text` with `?` for control characters, since what comes from Slurm's records
 * may hold anything. NULL prints nothing. */
void output_text(const char *text);

/* Prints one line for each of the array `rows`, which are arrays of strings; columns are
 * aligned, two spaces apart, and lines begin with `indent` spaces and end without any. */
void output_table(const json_t *rows, int indent);

#endif
