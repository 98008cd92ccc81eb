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
    const char *directory; /* for logs; NULL for none */
    enum log_kind logs;    /* of atelier-rank; merged are srun's own files */
    const char *mpi;       /* in place of the launcher's; NULL for that */
    bool check;            /* the launch check first */
    const char *const *srun_options;
    size_t srun_option_count;
    const char *const *roles; /* "ROLE=COMMAND" */
    size_t role_count;
    char *const *command; /* ends in NULL; may be empty */
};

/* The argv of srun for the framework's processes, which ends in NULL and is to be freed
 * by run_command_free; NULL when memory is short. */
char **run_command_ranks(const struct run_plan *plan, const struct allocation *allocation,
                         const struct run_wording *wording);

/* Likewise for the preparation, once on each node. */
char **run_command_preparation(const struct allocation *allocation,
                               const struct run_wording *wording);

void run_command_free(char **words);

/* Takes out of the environment what would have srun start another number of tasks. */
void run_command_clean_environment(void);

#endif
