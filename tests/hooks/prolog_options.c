/* prolog_options.c: what the prolog reads of a job's SPANK environment.
 *
 * tests/hooks/option_readers.lua runs it.
 * Standard input has one line for each entry, in hexadecimal, and an empty line after
 * each job. The environment is made of them as slurmd makes it. For each job the values
 * of all options go out, each as NAME=HEXADECIMAL, then an empty line. */
#include "plugin/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 64
#define LINE_SIZE 65536

extern char **environ;

static char *entries[ENTRIES_MAX + 1];
static size_t count;

/* Slurm's valid_spank_job_env() puts its word before what does not have it. */
static void add_entry(const char *line)
{
    size_t length = strlen(line) / 2;
    char *entry = calloc(1, length + sizeof("SPANK_"));
    char *end = entry;

    if (!entry || count == ENTRIES_MAX)
        abort();
    if (strncmp(line, "5350414e4b5f", 12) != 0)
        end = stpcpy(end, "SPANK_");
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;

        sscanf(line + 2 * i, "%2x", &byte);
        *end++ = (char)byte;
    }
    entries[count++] = entry;
}

static void print_options(void)
{
    struct options options;

    entries[count] = NULL;
    environ = entries;
    options_read_prolog(&options);
    for (int i = 0; i < OPTION_COUNT; i++) {
        printf("%s=", option_words[i].name);
        for (const char *byte = options.value[i]; *byte; byte++)
            printf("%02x", (unsigned char)*byte);
        putchar('\n');
    }
    putchar('\n');
    while (count > 0)
        free(entries[--count]);
}

int main(void)
{
    static char line[LINE_SIZE];

    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0])
            add_entry(line);
        else
            print_options();
    }
    return 0;
}
