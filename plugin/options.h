/* options.h: the three options, and how their values travel.
 *
 *     --workspace=NAME   --experiment=NAME   --framework=NAME
 *
 * A value comes from the command line, an #SBATCH line or, as a default, the variables
 * ATELIER_WORKSPACE, ATELIER_EXPERIMENT and ATELIER_FRAMEWORK. Slurm carries it to the
 * node in variables of its own, which a user can write as well: on the node a value is
 * only a wish.
 */
#ifndef ATELIER_OPTIONS_H
#define ATELIER_OPTIONS_H

#include "error.h"
#include "job.h"
#include "name.h"
#include "settings.h"

enum option { OPTION_WORKSPACE, OPTION_EXPERIMENT, OPTION_FRAMEWORK, OPTION_COUNT };

/* Longer values are cut one byte above a name's length, so that they stay no names. */
#define OPTION_VALUE_SIZE (NAME_LENGTH_MAX + 2)

struct options {
    char value[OPTION_COUNT][OPTION_VALUE_SIZE]; /* "" when not given */
};

/* Tells Slurm of the options; `accept` as in job_option_register, with an enum option.
 * Returns 0 or -1. */
int options_register(struct spank_handle *spank,
                     int (*accept)(int option, const char *value, int remote));

/* Whether any option was given. */
bool options_given(const struct options *options);

/* Keeps `value` as it is. */
void options_keep(struct options *options, enum option option, const char *value);

/* In a client: makes the ATELIER_ variables defaults, unless the command runs inside a
 * job: there they describe that job. A new job started inside a job also sheds what Slurm
 * handed down of the outer job's options, which would win over its own #SBATCH lines. */
void options_take_defaults(enum place place);

/* In a client, when all options are read: returns 0; or -1 with `error` naming the option
 * or variable that cannot stand. */
int options_check(const struct options *options, enum place place,
                  const struct settings *settings, struct error *error);

/* Whether `value` is a name; -1 with `error` saying what a name looks like otherwise. */
int options_check_name(enum option option, const char *value, struct error *error);

/* In a step: fills what was not given with what the submitting command exported, which
 * outlives --export=NONE. */
void options_recall(struct options *options, struct spank_handle *spank);

/* In the prolog: the job's options from the environment that slurmd prepared. */
void options_read_prolog(struct options *options);

#endif
