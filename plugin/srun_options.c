/* srun_options.c: finds -o, -e, -i and -D on an srun's command line. */
#include "plugin/srun_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_SIZE (256 * 1024)

/* The short options of srun that have a value, besides those below. */
#define WITH_VALUE "ABcCdFGJLmMnNpPqrStTwWxZ"

static const struct {
    char letter;
    const char *name;
    size_t shortest; /* that no other option of srun begins with */
    const char *variable;
} options[FILE_KINDS] = {
    [FILE_INPUT] = {'i', "input", 3, "SLURM_STDINMODE"},
    [FILE_OUTPUT] = {'o', "output", 2, "SLURM_STDOUTMODE"},
    [FILE_ERROR] = {'e', "error", 2, "SLURM_STDERRMODE"},
    [FILE_DIRECTORY] = {'D', "chdir", 2, "SLURM_WORKING_DIR"},
};

/* Words, one behind the other, each of which ends in NUL. */
struct srun_words {
    char *next;
    const char *end;
};

/* Returns the next word, or NULL. The value of an option may be a word of its own, which
 * the next call returns. */
static const char *next_word(struct srun_words *words)
{
    char *word = words->next;

    if (word >= words->end)
        return NULL;
    words->next = word + strlen(word) + 1;
    return word;
}

/* Returns the words that srun was started with. Their text is one for the whole process,
 * since the values that are read from it point into it, and srun has one command line. */
static struct srun_words command_line(void)
{
    static char text[LINE_MAX_SIZE];
    FILE *file = fopen("/proc/self/cmdline", "re");
    size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

    if (file)
        fclose(file);
    text[length] = '\0';
    return (struct srun_words){.next = text, .end = text + length};
}

static void read_long(const char *word, struct srun_words *words, const char *value[])
{
    size_t length = strcspn(word, "=");

    for (int kind = 0; kind < FILE_KINDS; kind++)
        if (length >= options[kind].shortest &&
            strncmp(word, options[kind].name, length) == 0)
            value[kind] = word[length] ? word + length + 1 : next_word(words);
}

/* Reads a word of short options, in which the letters of flags may stand before the one
 * that has a value. */
static void read_short(const char *word, struct srun_words *words, const char *value[])
{
    for (; *word; word++) {
        for (int kind = 0; kind < FILE_KINDS; kind++)
            if (*word == options[kind].letter) {
                value[kind] = word[1] ? word + 1 : next_word(words);
                return;
            }
        if (strchr(WITH_VALUE, *word)) {
            if (!word[1])
                next_word(words);
            return;
        }
    }
}

/* Reads the options of one component. Its first word is the program's name or the colon
 * before it; getopt says how many of the next words are options. */
static void read_options(struct srun_words *words, const char *value[])
{
    struct srun_words rest = *words;
    const char *word = next_word(&rest);

    for (int i = 0; i < optind && next_word(words); i++)
        continue;
    rest.end = words->next;
    while ((word = next_word(&rest))) {
        if (strncmp(word, "--", 2) == 0)
            read_long(word + 2, &rest, value);
        else if (word[0] == '-')
            read_short(word + 1, &rest, value);
    }
}

/* Goes on to the words of the component whose options Slurm has just read. */
static void skip_components(struct srun_words *words, unsigned components)
{
    struct srun_words colon = *words;
    const char *word;

    while (components > 0 && (word = next_word(&colon)))
        if (strcmp(word, ":") == 0) {
            words->next = (char *)word;
            components--;
        }
}

void srun_options_read(unsigned component, const char *value[FILE_KINDS])
{
    struct srun_words words = command_line();

    for (int kind = 0; kind < FILE_KINDS; kind++)
        value[kind] = getenv(options[kind].variable);
    skip_components(&words, component);
    read_options(&words, value);
}
