/* plugstack.c: finds the line of plugstack.conf that loads the plugin. */
#include "lib/slurm/plugstack.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 8 /* files that include files */
#define BLANKS " \t\r\n"

struct search {
    struct plugstack_line *found;
    int count, depth;
    struct error *error;
};

static int search_file(struct search *search, const char *file);

/* A relative pattern begins where the file lies; one that matches nothing is none. */
static int search_included(struct search *search, const char *file, const char *pattern)
{
    const char *slash = strrchr(file, '/');
    char path[2 * SETTINGS_PATH_SIZE];
    glob_t files = {.gl_pathc = 0};
    int status = 0;

    snprintf(path, sizeof(path), "%.*s%s",
             *pattern == '/' || !slash ? 0 : (int)(slash + 1 - file), file, pattern);
    glob(path, 0, NULL, &files);
    for (size_t i = 0; i < files.gl_pathc && status == 0; i++)
        status = search_file(search, files.gl_pathv[i]);
    globfree(&files);
    return status;
}

static bool is_ours(const char *plugin)
{
    const char *slash = strrchr(plugin, '/');

    return strcmp(slash ? slash + 1 : plugin, "atelier.so") == 0;
}

/* `rest` is what strtok_r has left of line->text. */
static void keep_line(struct plugstack_line *line, const char *file, unsigned number,
                      char *plugin, char *rest)
{
    char *word;

    snprintf(line->file, sizeof(line->file), "%s", file);
    line->number = number;
    line->plugin = plugin;
    line->word_count = 0;
    while (line->word_count < PLUGSTACK_WORDS_MAX &&
           (word = strtok_r(NULL, BLANKS, &rest)))
        line->words[line->word_count++] = word;
}

static int search_line(struct search *search, const char *file, unsigned number,
                       const char *text)
{
    struct plugstack_line line;
    char *rest, *kind, *argument;

    snprintf(line.text, sizeof(line.text), "%.*s", (int)strcspn(text, "#"), text);
    kind = strtok_r(line.text, BLANKS, &rest);
    argument = kind ? strtok_r(NULL, BLANKS, &rest) : NULL;
    if (!argument)
        return 0;
    if (strcmp(kind, "include") == 0)
        return search_included(search, file, argument);
    line.required = strcmp(kind, "required") == 0;
    if ((!line.required && strcmp(kind, "optional") != 0) || !is_ours(argument))
        return 0;
    if (search->count++ == 0) {
        memcpy(search->found->text, line.text, sizeof(line.text));
        search->found->required = line.required;
        keep_line(search->found, file, number,
                  search->found->text + (argument - line.text),
                  search->found->text + (rest - line.text));
    }
    return 0;
}

static int search_file(struct search *search, const char *file)
{
    char text[4 * SETTINGS_PATH_SIZE];
    FILE *stream;
    int status = 0;

    if (search->depth == DEPTH_MAX)
        return error_set(search->error, ERROR_SITE, "%s: too many files include files",
                         file);
    stream = fopen(file, "re");
    if (!stream)
        return errno == ENOENT ? 0
                               : error_set(search->error, ERROR_SITE,
                                           "cannot read %s: %s; every user of Slurm must",
                                           file, strerror(errno));
    search->depth++;
    for (unsigned number = 1; status == 0 && fgets(text, sizeof(text), stream); number++)
        status = search_line(search, file, number, text);
    search->depth--;
    fclose(stream);
    return status;
}

int plugstack_find(const char *file, struct plugstack_line *found, struct error *error)
{
    struct search search = {.found = found, .error = error};

    return search_file(&search, file) < 0 ? -1 : search.count;
}
