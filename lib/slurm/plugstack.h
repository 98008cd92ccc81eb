/* plugstack.h: the line of plugstack.conf that loads the plugin.
 */
#ifndef ATELIER_PLUGSTACK_H
#define ATELIER_PLUGSTACK_H

#include "lib/error.h"
#include "lib/settings.h"

#include <stdbool.h>

#define PLUGSTACK_WORDS_MAX 32

struct plugstack_line {
    char
        file[SETTINGS_PATH_SIZE]; /* where it is: plugstack.conf, or what that includes */
    unsigned number;
    bool required;
    char text[4 * SETTINGS_PATH_SIZE]; /* of the line; the words below lie in it */
    char *plugin;                      /* as it is written: a path, or a file's name */
    char *words[PLUGSTACK_WORDS_MAX];  /* the settings */
    int word_count;
};

/* Reads `file` and what it includes as Slurm does, and keeps the first line that loads a
 * file named atelier.so. Returns how many such lines there are, 0 also when there is no
 * such file; or -1 with `error` filled when one cannot be read. */
int plugstack_find(const char *file, struct plugstack_line *found, struct error *error);

#endif
