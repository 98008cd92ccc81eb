/* run_command.h: the words by which `atelier run` starts srun. */
#ifndef ATELIER_RUN_COMMAND_H
#define ATELIER_RUN_COMMAND_H

#include "lib/error.h"
#include "lib/settings.h"
#include "run/log_file.h"
#include "run/run_plan.h"

#include <stdbool.h>
#include <stddef.h>

struct run_wording {
    const char *program;   /* atelier-rank's path */
    const char *directory; /* where logs go; NULL for none */
    /* Of the files that atelier-rank writes; merged ones are srun's own. */
    enum log_file_kind logs;
    const char *mpi; /* in place of the launcher's own; NULL for that */
    bool check;      /* whether the launch check comes first */
    const char *const *srun_options;
    size_t srun_option_count;
    const char *const *roles; /* "ROLE=COMMAND" */
    size_t role_count;
    char *const *command; /* ends in NULL; may be empty */
};

/* Returns srun's argv for the framework's processes, ended by NULL and to be freed by
 * run_command_free. NULL when memory is short. */
char **run_command_ranks(const struct run_plan *plan,
                         const struct run_allocation *allocation,
                         const struct run_wording *wording);

/* As run_command_ranks, for the preparation, which runs once on each node. */
char **run_command_preparation(const struct run_allocation *allocation,
                               const struct run_wording *wording);

void run_command_free(char **words);

/* Removes from the environment what would make srun start another number of tasks. */
void run_command_clean_environment(void);

#endif
