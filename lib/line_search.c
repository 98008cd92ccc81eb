/* line_search.c: looks for a word in a file. */
#include "lib/line_search.h"

#include <stdio.h>
#include <string.h>

bool line_search(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    char line[4096];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = strstr(line, word) != NULL;
    if (file)
        fclose(file);
    return found;
}
