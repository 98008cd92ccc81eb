/* command_line.h: the words of atelier-keeper's command line: settings and facts. */
#ifndef ATELIER_COMMAND_LINE_H
#define ATELIER_COMMAND_LINE_H

#include "lib/error.h"
#include "lib/name.h"
#include "lib/policy/plan.h"
#include "lib/settings.h"

struct command_line {
    struct settings settings;

    /* The framework's name; one that is too long is cut, and then is still no name. */
    char framework[NAME_LENGTH_MAX + 2];

    /* What nobody gave is as facts_init leaves it. The texts belong to the arguments and
     * the environment, `framework` is the one above; the keeper finds user and groups. */
    struct facts facts;

    /* Given by a word. The epilog's own variable may still tell the old number. */
    bool restart_is_given;

    /* Slurm runs us as its prolog's script, or below that. */
    bool is_script;
};

/* Reads `count` words "key=value". A fact that no word gives comes from the environment
 * of Slurm's prolog. Returns 0; or -1 with `error` filled for an unknown key or a
 * malformed number. Names are not checked here: a wrong name fails the user's job, it
 * does not make the command wrong. */
int command_line_parse(struct command_line *line, int count, char *const words[],
                       struct error *error);

#endif
