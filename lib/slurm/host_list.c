/* host_list.c: reads the hosts of --nodelist, --nodefile and SLURM_HOSTFILE. */
#include "lib/slurm/host_list.h"

#include "lib/hostlist.h"
#include "lib/number.h"
#include "lib/trusted_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *host_list_expand(const char *text)
{
    struct error ignored = {.party = ERROR_NONE};
    struct hostlist hosts;
    char *list;

    if (hostlist_expand(&hosts, text, &ignored) < 0)
        return strdup(text);
    list = hostlist_join(&hosts);
    hostlist_release(&hosts);
    return list;
}

/* One word of a file, "n1" or "n1*3". */
static void add_word(FILE *list, const char *word)
{
    const size_t length = strcspn(word, "*");
    uint64_t times = word[length] ? number_of(word + length + 1, HOSTLIST_COUNT_MAX) : 1;

    for (; times > 0; times--)
        fprintf(list, "%s%.*s", ftell(list) > 0 ? "," : "", (int)length, word);
}

/* Blanks and a comment end it. Where no word stands for several hosts it may be any list.
 */
static void add_line(FILE *list, char *line)
{
    char *word;

    line[strcspn(line, "#\n \t\r")] = '\0';
    if (!strchr(line, '*') && *line)
        add_word(list, line);
    else
        while ((word = strsep(&line, ",")))
            if (*word)
                add_word(list, word);
}

char *host_list_read(const char *path)
{
    struct error ignored = {.party = ERROR_NONE};
    char *text, *rest, *line, *list = NULL, *expanded;
    size_t length, size;
    FILE *stream;

    text = rest = plain_file_read(path, &length, &ignored);
    stream = text ? open_memstream(&list, &size) : NULL;
    while (stream && (line = strsep(&rest, "\n")))
        add_line(stream, line);
    if (stream)
        fclose(stream);
    free(text);
    expanded = list ? host_list_expand(list) : NULL;
    free(list);
    return expanded;
}
