/* command_line.h: the words of atelier-keeper's command line: settings and facts. */
#ifndef ATELIER_COMMAND_LINE_H
#define ATELIER_COMMAND_LINE_H

#include "error.h"
#include "name.h"
#include "plan.h"
#include "settings.h"

struct command_line {
    struct settings settings;

    /* The framework's name; one that is too long is cut, and then is still no name. */
    char framework[NAME_LENGTH_MAX + 2];

    /* What nobody gave is as facts_init leaves it. The texts belong to the arguments and
     * the environment, `framework` is the one above; the keeper finds user and groups. */
    struct facts facts;

    bool restart_is_given; /* by a word: the epilog's environment has it too early */
};

/* Reads `count` words "key=value". A fact that no word gives comes from the environment
 * of Slurm's prolog. Returns 0; or -1 with `error` filled for an unknown key or a
 * malformed number. Names are not checked here: a wrong one is the user's failed job, not
 * a wrong command. */
int command_line_parse(struct command_line *line, int count, char *const words[],
                       struct error *error);

#endif
