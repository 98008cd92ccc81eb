/* launcher.h: from a step's layout to the environment of one of its tasks.
 *
 * A launcher is a Lua file, DIRECTORY/NAME.lua, a pure function (atelier-launcher(7) has
 * its contract). It runs in task_init as the user, so it can do no more than the user's
 * own program; or ahead of the tasks, where it is root's own (launcher_session.h).
 */
#ifndef ATELIER_LAUNCHER_H
#define ATELIER_LAUNCHER_H

#include "lib/error.h"
#include "lib/launcher/launcher_layout.h"
#include "lib/option/framework.h"
#include "lib/record.h"

struct launcher_session;

/* Whom to ask. It needs no release: it owns nothing. */
struct launcher {
    const char *directory;            /* of all launchers of the site */
    struct framework framework;       /* whose launcher it is; its name "" for none */
    struct launcher_session *session; /* what it said ahead; NULL for nothing */
};

enum launcher_kind {
    LAUNCHER_SETS,    /* goes with the rank */
    LAUNCHER_RANKS,   /* says which process of which world the task is, by what the
                         launcher declares in its `variables` (atelier-launcher(7)) */
    LAUNCHER_DEFAULTS /* gives way to what the user or the policy has set: it is of the
                         second table that a launcher may return */
};

/* What stands before the names of the last two in the keys of an environment. */
#define LAUNCHER_RANK_PREFIX "rank."
#define LAUNCHER_DEFAULT_PREFIX "default."

/* What a key of the environment says of its variable, and the variable's name. */
enum launcher_kind launcher_kind(const char *key, const char **name);

/* All variables of one task: TF_CONFIG of 80,000 tasks has 2 MB. */
#define LAUNCHER_ENVIRONMENT_MAX (8 << 20) /* bytes */

/* Runs the launcher, as its session has it loaded where there is one. Returns 0 with
 * `*environment` owned by the caller; or -1 with `error` filled (ERROR_SITE, or
 * ERROR_USER when no such framework exists, its settings are wrong or the launcher
 * refuses the layout). */
int launcher_environment(struct record **environment, const struct launcher *launcher,
                         const struct layout *layout, struct error *error);

/* Whether the framework exists and its settings are right; as above, without a layout.
 * Runs no Lua where there are no settings, or where the session has an answer. */
int launcher_check(const struct launcher *launcher, struct error *error);

/* What a launcher says of itself: `title`, `example`, `mpi` (what srun is to start MPI
 * by) and `logs` ("merged", "rank" or "role"), which may be absent, and for each setting,
 * in the order of their names, `setting.NAME`: how it is written ("ps=N"), a tab, and
 * what it is. Returns as launcher_environment. */
int launcher_describe(struct record **description, const struct launcher *launcher,
                      struct error *error);

#define LAUNCHER_SETTING_PREFIX "setting."

#endif
