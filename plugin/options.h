/* options.h: how the values of the options (option.h) travel.
 *
 * A value comes from the command line, an #SBATCH line or, as a default, a variable such
 * as ATELIER_WORKSPACE. Slurm carries it to the node in variables of its own, which a
 * user can write as well: on the node a value is only a wish.
 *
 * The lists may be given several times. Slurm keeps the last use of an option alone, so
 * the clients join them and hand the list on themselves.
 */
#ifndef ATELIER_OPTIONS_H
#define ATELIER_OPTIONS_H

#include "lib/error.h"
#include "lib/name.h"
#include "lib/option/framework.h"
#include "lib/option/mount_list.h"
#include "lib/option/option.h"
#include "plugin/spank_job.h"

#include <stdbool.h>

/* Longer values are cut one byte above a list's or a name's length, so that they stay
 * wrong. */
#define OPTION_VALUE_SIZE (MOUNT_LIST_MAX + 2)

struct options {
    char value[OPTION_COUNT][OPTION_VALUE_SIZE]; /* "" when not given */
    /* A list was handed on: the component of a heterogeneous job is complete. */
    bool handed_on[OPTION_COUNT];
};

#define OPTION_VARIABLE_SIZE 64

/* Writes PREFIX and the option's name to `buffer` of OPTION_VARIABLE_SIZE bytes, and
 * returns it; `prefix` is one of slurm_option.h. */
const char *option_variable(char *buffer, const char *prefix, enum option option);

/* Tells Slurm of the options; `accept` as in spank_job_register_option, with an enum
 * option. */
void options_register(struct spank_handle *spank,
                      int (*accept)(int option, const char *value, int remote));

/* Whether a workspace was asked for, none being none. */
bool options_name_workspace(const struct options *options);

/* Whether none was asked for. */
bool options_refuse_workspace(const struct options *options);

/* Whether any option was given, but for --workspace=none. */
bool options_given(const struct options *options);

/* Keeps `value`, which may be NULL, whatever it is. */
void options_keep(struct options *options, enum option option, const char *value);

/* In a client: keeps the value of one use of the option, beside those of earlier uses
 * where it may be given several times. After options_hand_on it is the first use for the
 * next component. */
void options_add(struct options *options, enum option option, const char *value);

/* In a client, when all options are read: replaces what Slurm hands on of the lists by
 * the whole of each. Returns 0, or -1 with `error` filled. */
int options_hand_on(struct options *options, struct spank_handle *spank,
                    struct error *error);

/* In a step: fills what was not given with what the submitting command exported. The
 * batch step of releases before 24.05 has nothing else under --export. In a heterogeneous
 * job the lists are left out, since they may be those of another component. */
void options_recall(struct options *options, struct spank_handle *spank);

/* In a step that is to have no workspace: leaves out what its user's variables gave. */
void options_ignore_defaults(struct options *options, struct spank_handle *spank);

/* In a step, when its variables are set: marks the values of ATELIER_WORKSPACE and the
 * others as the job's own, which are no wishes of who submits a job from inside of it;
 * `compat` is what ATELIER_COMPAT will be. */
void options_mark_defaults(struct spank_handle *spank, bool compat);

/* In a step of a job without a workspace: takes away the values of ATELIER_WORKSPACE,
 * _EXPERIMENT, _FRAMEWORK and _MOUNT that the job around it had, and nobody's wish. */
void options_forget_job(struct spank_handle *spank);

/* In a client: the value of the option's variable where it is the user's own wish and
 * not what the job, which the command runs in, is marked with; else NULL. */
const char *option_default(enum option option);

/* In the prolog: the job's options from the environment that slurmd prepared. */
void options_read_prolog(struct options *options);

#endif
