#include "output.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 12
#define GAP 2

void output_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    putchar('\n');
}

void output_text(const char *text)
{
    for (; text && *text; text++)
        putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

/* Characters of UTF-8 text: the bytes that do not continue one. */
static int width_of(const char *text)
{
    int width = 0;

    for (; text && *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static const char *cell_of(const json_t *row, size_t column)
{
    const char *text = json_string_value(json_array_get(row, column));

    return text ? text : "";
}

static void measure(const json_t *rows, int widths[COLUMNS_MAX])
{
    const json_t *row;
    size_t index;

    memset(widths, 0, COLUMNS_MAX * sizeof(*widths));
    json_array_foreach(rows, index, row) for (size_t column = 0; column < COLUMNS_MAX;
                                              column++)
    {
        int width = width_of(cell_of(row, column));

        if (width > widths[column])
            widths[column] = width;
    }
}

static size_t last_column(const json_t *row)
{
    size_t last = json_array_size(row) < COLUMNS_MAX ? json_array_size(row) : COLUMNS_MAX;

    while (last > 0 && !*cell_of(row, last - 1))
        last--;
    return last;
}

void output_table(const json_t *rows, int indent)
{
    int widths[COLUMNS_MAX];
    const json_t *row;
    size_t index;

    measure(rows, widths);
    json_array_foreach(rows, index, row)
    {
        size_t last = last_column(row);

        printf("%*s", last > 0 ? indent : 0, "");
        for (size_t column = 0; column < last; column++) {
            const char *cell = cell_of(row, column);
            int gap = widths[column] - width_of(cell) + GAP;

            output_text(cell);
            if (column + 1 < last && widths[column] > 0)
                printf("%*s", gap, "");
        }
        putchar('\n');
    }
}
