/* sbatch_option.h: every option of sbatch from Slurm 22.05 to 26.05, and the plugin's.
 *
 * They are read by argp, whose getopt is sbatch's: the same abbreviations, clusters of
 * letters and places for an argument. What they mean is lua/atelier/sbatch.lua's.
 */
#ifndef ATELIER_SBATCH_OPTION_H
#define ATELIER_SBATCH_OPTION_H

#include "error.h"

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>

/* The keys of these options begin here, except those that are letters; a parent's are
 * lower. */
#define SBATCH_OPTION_KEY_FIRST 0x400

/* The input of the parser. */
struct sbatch_words {
    json_t *list;     /* takes { name, value (null: none), from } of each option */
    const char *from; /* where they stand, "train.sh:3"; NULL on a command line */
};

/* A child parser; its input is a struct sbatch_words. */
const struct argp *sbatch_option_argp(void);

/* Whether `word`, "--name" or "--name=value", is one of these options or an abbreviation
 * of some. */
bool sbatch_option_is_known(const char *word);

/* Reads `count` words that are nothing but options, words[0] being the program's name.
 * Returns 0, or -1 with `error` filled (ERROR_USER) and naming words->from. */
int sbatch_option_read(int count, char **words, struct sbatch_words *into,
                       struct error *error);

#endif
