#include "batch_script.h"

#include "sbatch_option.h"
#include "trusted_file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define WORDS_MAX 256 /* on one line */
#define PATH_SIZE 4096

struct script {
    const char *name; /* for sentences */
    unsigned line;
    json_t *words, *notes;
};

static void note(const struct script *script, const char *what, const char *about)
{
    json_array_append_new(script->notes, json_sprintf("%s:%u: %s: %s", script->name,
                                                      script->line, what, about));
}

/* Cuts the next word out of `*rest`, in place, as sbatch does: quotes keep blanks, a
 * backslash keeps what follows, and # begins a comment. Returns NULL at the end, or where
 * a quote is not closed, and then `*rest` too. */
static char *next_word(char **rest)
{
    char *from = *rest + strspn(*rest, " \t\r\v\f"), *word = from, *to = from;
    char quote = '\0';

    for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (*from == '\\' && from[1])
            *to++ = *++from;
        else if (quote ? *from == quote : *from == '"' || *from == '\'')
            quote = quote ? '\0' : *from;
        else if (!quote && *from == '#')
            break;
        else if (*from != '\\')
            *to++ = *from;
    }
    if (quote)
        *rest = NULL;
    else
        *rest = *from && *from != '#' ? from + 1 : from + strlen(from);
    if (quote || (from == word))
        return NULL;
    *to = '\0';
    return word;
}

/* Options of other plugins are known to sbatch alone; their values cannot be told from
 * other words, so that the rest of the line is left. */
static int read_line(const struct script *script, char *text, struct error *error)
{
    char place[PATH_SIZE];
    char *words[WORDS_MAX + 1] = {"sbatch"}, *word;
    int count = 1;

    snprintf(place, sizeof(place), "%s:%u", script->name, script->line);
    while (count < WORDS_MAX && (word = next_word(&text))) {
        if (strncmp(word, "--", 2) == 0 && !sbatch_option_is_known(word)) {
            note(script, word,
                 "no option of sbatch or of Atelier, so another plugin's or "
                 "none: not looked at");
            break;
        }
        words[count++] = word;
    }
    if (!text)
        return error_set(error, ERROR_USER, "%s: a quote is not closed", place);
    return sbatch_option_read(
        count, words, &(struct sbatch_words){.list = script->words, .from = place},
        error);
}

/* What follows `mark` in the line; NULL when it does not begin with it. */
static char *after(char *line, const char *mark)
{
    size_t length = strlen(mark);

    return strncmp(line, mark, length) == 0 ? line + length : NULL;
}

static bool is_separator(const char *text)
{
    text += strspn(text, " \t");
    for (const char *const *word = (const char *const[]){"hetjob", "packjob", NULL};
         *word; word++) {
        size_t length = strlen(*word);

        if (strncasecmp(text, *word, length) == 0 &&
            (!text[length] || isspace((unsigned char)text[length])))
            return true;
    }
    return false;
}

static bool is_command(const char *line)
{
    line += strspn(line, " \t\r\v\f");
    return *line && *line != '#';
}

/* Of all lines up to the first command. */
static int read_lines(struct script *script, char *text, struct error *error)
{
    char *line;

    while ((line = strsep(&text, "\n"))) {
        char *options = after(line, "#SBATCH");

        script->line++;
        if (!options)
            options = after(line, "#SLURM");
        if (options && is_separator(options)) {
            note(script, "heterogeneous job",
                 "the first component is explained, and no other");
            return 0;
        }
        if (options && read_line(script, options, error) < 0)
            return -1;
        if (after(line, "#PBS ") || after(line, "#BSUB "))
            note(script, "a line of another scheduler",
                 "sbatch translates it; here it is not looked at");
        if (!options && is_command(line))
            return 0;
    }
    return 0;
}

/* As sbatch looks for it: a name without a slash may be in the PATH. */
static void find(const char *path, char *found)
{
    const char *directories = getenv("PATH");
    char list[PATH_SIZE], *rest = list, *directory;

    snprintf(found, PATH_SIZE, "%s", path);
    if (strchr(path, '/') || access(path, R_OK) == 0 || !directories)
        return;
    snprintf(list, sizeof(list), "%s", directories);
    while ((directory = strsep(&rest, ":"))) {
        snprintf(found, PATH_SIZE, "%.2000s/%.2000s", directory, path);
        if (access(found, R_OK) == 0)
            return;
    }
    snprintf(found, PATH_SIZE, "%s", path);
}

int batch_script_read(const char *path, json_t *words, json_t *notes, struct error *error)
{
    const char *slash = strrchr(path, '/');
    struct script script = {
        .name = slash ? slash + 1 : path, .words = words, .notes = notes};
    char found[PATH_SIZE];
    size_t length;
    char *text;
    int status;

    find(path, found);
    text = plain_file_read(found, &length, error);
    if (!text)
        return -1;
    if (strncmp(text, "#!", 2) != 0)
        note(&script, "no `#!` at its beginning", "sbatch refuses such a script");
    status = read_lines(&script, text, error);
    free(text);
    return status;
}
