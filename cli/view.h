/* view.h: how the answers of commands look.
 *
 * Control characters of what others wrote never reach the terminal; colours are for a
 * terminal alone, and not where NO_COLOR is set. */
#ifndef ATELIER_VIEW_H
#define ATELIER_VIEW_H

#include <jansson.h>

/* Prints `view`, an array of lines (strings), lines of JSON, { json, keys }, and tables,
 * { columns, rows (arrays of strings), head (show the columns' names), indent, bad
 * (numbers, from 1, of rows that say that something is wrong) }. On a terminal a table is
 * as wide as it: columns of texts break their lines, the last one between words, those
 * of single words do not; elsewhere all values are whole. `columns`, or NULL: the names
 * of those to show, in this order. */
void view_print(const json_t *view, const json_t *columns);

/* The rows of the view's tables as an array of objects with the named columns. The caller
 * owns it. */
json_t *view_objects(const json_t *view, const json_t *columns);

#endif
