/* slurm_rows.c: takes apart what one of Slurm's programs prints in lines of fields. */
#include "cli/slurm_rows.h"

#include "lib/slurm/slurm_command.h"

#include <stdlib.h>
#include <string.h>

/* The fields of `line`, which is cut into pieces. */
static json_t *row_of(char *line, const char *const names[])
{
    json_t *row = json_object();

    for (size_t i = 0; names[i]; i++) {
        char *end = names[i + 1] ? strchr(line, '|') : NULL;

        if (end)
            *end = '\0';
        json_object_set_new(row, names[i], json_string(line));
        line = end ? end + 1 : line + strlen(line);
    }
    return row;
}

json_t *slurm_rows(const char *const argv[], const char *const names[],
                   struct error *error)
{
    char *text = slurm_command_run(argv, error);
    json_t *rows = text ? json_array() : NULL;
    char *rest = text, *line;

    while (rest && (line = strsep(&rest, "\n")))
        if (*line)
            json_array_append_new(rows, row_of(line, names));
    free(text);
    return rows;
}
