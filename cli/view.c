/* view.c: how the answers of commands look. */
#include "cli/view.h"

#include "cli/output.h"

#include <libsmartcols.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define COLUMNS_MAX 24
#define GAP "  "
#define ROOM_LEAST 20 /* of a column whose lines end between words */

/* The columns of a table that are shown. */
struct choice {
    size_t count;
    size_t index[COLUMNS_MAX]; /* of the table's own */
};

static bool has_colours(void)
{
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(refused && *refused) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

static const char *cell_of(const json_t *row, size_t column)
{
    const char *text = json_string_value(json_array_get(row, column));

    return text ? text : "";
}

static bool is_empty(const json_t *rows, size_t column)
{
    const json_t *row;
    size_t index;

    json_array_foreach(rows, index, row) {
        if (*cell_of(row, column))
            return false;
    }
    return true;
}

static void add(struct choice *choice, size_t column)
{
    if (choice->count < COLUMNS_MAX)
        choice->index[choice->count++] = column;
}

/* All columns but those that have neither a head nor a value; or the wanted ones. */
static struct choice choose(const json_t *table, const json_t *wanted)
{
    const json_t *names = json_object_get(table, "columns"), *name, *column;
    bool has_head = json_is_true(json_object_get(table, "head"));
    struct choice choice = {.count = 0};
    size_t index, place;

    json_array_foreach(names, index, name) {
        if (!wanted && (has_head || !is_empty(json_object_get(table, "rows"), index)))
            add(&choice, index);
    }
    json_array_foreach(wanted, place, column) {
        json_array_foreach(names, index, name) {
            if (json_equal(name, column))
                add(&choice, index);
        }
    }
    return choice;
}

/* Whether a value of the column is text, whose lines may break: a name or a path is to be
 * copied whole. */
static bool is_text(const json_t *rows, size_t column)
{
    const json_t *row;
    size_t index;

    json_array_foreach(rows, index, row) {
        if (strchr(cell_of(row, column), ' '))
            return true;
    }
    return false;
}

/* Columns of the terminal. */
static size_t width_of(const char *text)
{
    size_t count = mbstowcs(NULL, text, 0);
    wchar_t *wide = count == (size_t)-1 ? NULL : calloc(count + 1, sizeof(*wide));
    int width = -1;

    if (wide && mbstowcs(wide, text, count) == count)
        width = wcswidth(wide, count);
    free(wide);
    return width < 0 ? strlen(text) : (size_t)width;
}

static size_t column_width(const json_t *table, size_t column)
{
    const json_t *names = json_object_get(table, "columns"), *row;
    size_t index, width = 0;

    if (json_is_true(json_object_get(table, "head")))
        width = width_of(json_string_value(json_array_get(names, column)));
    json_array_foreach(json_object_get(table, "rows"), index, row) {
        size_t own = width_of(cell_of(row, column));

        width = own > width ? own : width;
    }
    return width;
}

/* What the terminal leaves for the last column where all others are whole; 0 where that
 * is too little, or there is no terminal. */
static size_t last_room(const struct libscols_table *made, const json_t *table,
                        const struct choice *choice)
{
    size_t used = (size_t)json_integer_value(json_object_get(table, "indent"));
    size_t width = scols_table_get_termwidth(made);

    for (size_t i = 0; i + 1 < choice->count; i++)
        used += column_width(table, choice->index[i]) + strlen(GAP);
    return isatty(STDOUT_FILENO) && used + ROOM_LEAST <= width ? width - used : 0;
}

/* Ends lines of at most `room` columns between words; a longer word stays whole. */
static void break_lines(char *text, size_t room)
{
    char *line = text, *last = NULL, *blank = text;

    while (blank) {
        bool fits;

        blank = strchr(blank, ' ');
        if (blank)
            *blank = '\0';
        fits = width_of(line) <= room;
        if (!fits && last) {
            *last = '\n';
            line = last + 1;
        }
        last = blank;
        if (blank)
            *blank++ = ' ';
    }
}

static void fill(struct libscols_table *made, const json_t *table,
                 const struct choice *choice)
{
    const json_t *names = json_object_get(table, "columns"), *row, *bad;
    const json_t *rows = json_object_get(table, "rows");
    bool has_head = json_is_true(json_object_get(table, "head"));
    size_t index, room = last_room(made, table, choice);
    struct libscols_column *column = NULL;

    for (size_t i = 0; i < choice->count; i++)
        column = scols_table_new_column(
            made,
            has_head ? json_string_value(json_array_get(names, choice->index[i])) : "", 0,
            is_text(rows, choice->index[i]) ? SCOLS_FL_WRAP : 0);
    if (room > 0 && column && scols_column_is_wrap(column))
        scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
                                  NULL);
    json_array_foreach(rows, index, row) {
        struct libscols_line *line = scols_table_new_line(made, NULL);

        for (size_t i = 0; line && i < choice->count; i++) {
            char *text = output_safe(cell_of(row, choice->index[i]));

            if (text && room > 0 && i + 1 == choice->count)
                break_lines(text, room);
            scols_line_refer_data(line, i, text);
        }
    }
    json_array_foreach(json_object_get(table, "bad"), index, bad) {
        struct libscols_line *line =
            scols_table_get_line(made, (size_t)json_integer_value(bad) - 1);

        if (line)
            scols_line_set_color(line, "red");
    }
}

/* No line ends in blanks. */
static void print_lines(const char *text, int indent)
{
    while (*text) {
        size_t length = strcspn(text, "\n"), shown = length;

        while (shown > 0 && text[shown - 1] == ' ')
            shown--;
        printf("%*s%.*s\n", shown > 0 ? indent : 0, "", (int)shown, text);
        text += length + (text[length] == '\n');
    }
}

/* Of a table without rows, of which libsmartcols prints nothing. */
static void print_head(const json_t *table, const struct choice *choice)
{
    const json_t *names = json_object_get(table, "columns");

    for (size_t i = 0; i < choice->count && json_is_true(json_object_get(table, "head"));
         i++)
        printf("%s%s", json_string_value(json_array_get(names, choice->index[i])),
               i + 1 < choice->count ? GAP : "\n");
}

/* A table that has none of the columns is left out. */
static void print_table(const json_t *table, const json_t *columns)
{
    int indent = (int)json_integer_value(json_object_get(table, "indent"));
    struct choice choice = choose(table, columns);
    struct libscols_table *made = choice.count > 0 ? scols_new_table() : NULL;
    char *text = NULL;

    if (made) {
        scols_table_set_column_separator(made, GAP);
        scols_table_enable_noencoding(made, 1); /* what is unsafe is replaced before */
        scols_table_enable_noheadings(made,
                                      !json_is_true(json_object_get(table, "head")));
        scols_table_enable_colors(made, has_colours());
        scols_table_reduce_termwidth(made, (size_t)indent);
        fill(made, table, &choice);
        if (scols_table_is_empty(made))
            print_head(table, &choice);
        else
            scols_print_table_to_string(made, &text);
    }
    print_lines(text ? text : "", indent);
    free(text);
    scols_unref_table(made);
}

/* One line of JSON, its keys in their order. */
static void print_json(const json_t *item)
{
    json_t *ordered = json_object();
    const json_t *key;
    size_t index;

    json_array_foreach(json_object_get(item, "keys"), index, key)
        json_object_set(
            ordered, json_string_value(key),
            json_object_get(json_object_get(item, "json"), json_string_value(key)));
    json_dumpf(ordered, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(ordered);
}

void view_print(const json_t *view, const json_t *columns)
{
    const json_t *item;
    size_t index;

    json_array_foreach(view, index, item) {
        if (json_object_get(item, "json")) {
            print_json(item);
        } else if (json_is_object(item)) {
            print_table(item, columns);
        } else {
            output_text(json_string_value(item));
            putchar('\n');
        }
    }
}

json_t *view_objects(const json_t *view, const json_t *columns)
{
    json_t *objects = json_array(), *object;
    const json_t *table, *row;
    size_t place, index;

    json_array_foreach(view, place, table) {
        struct choice choice = choose(table, columns);
        const json_t *names = json_object_get(table, "columns");

        json_array_foreach(json_object_get(table, "rows"), index, row) {
            if (choice.count == 0)
                break;
            object = json_object();
            for (size_t i = 0; i < choice.count; i++)
                json_object_set(object,
                                json_string_value(json_array_get(names, choice.index[i])),
                                json_array_get(row, choice.index[i]));
            json_array_append_new(objects, object);
        }
    }
    return objects;
}
