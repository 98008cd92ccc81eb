/* command_line.h: the words of atelier-keeper's command line: settings and facts. */
#ifndef ATELIER_COMMAND_LINE_H
#define ATELIER_COMMAND_LINE_H

#include "error.h"
#include "name.h"
#include "plan.h"
#include "settings.h"

struct command_line {
    struct settings settings;
    char
        framework[NAME_LENGTH_MAX + 2]; /* its name; a longer one is cut and stays none */
    struct facts facts;                 /* as facts_init where nothing was given; the
                                           texts are those of the arguments and of the environment, and
                                           `framework` is the one above. user
                                           and groups are the keeper's to find. */
    bool restart_is_given; /* by a word: the epilog's environment has it too early */
};

/* Reads `count` words "key=value". A fact that no word gives comes from the environment
 * of Slurm's prolog. Returns 0; or -1 with `error` filled for an unknown key or a
 * malformed number. Names are not checked here: a wrong one is the user's failed job, not
 * a wrong command. */
int command_line_parse(struct command_line *line, int count, char *const words[],
                       struct error *error);

#endif
