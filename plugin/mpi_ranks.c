/* mpi_ranks.c: keeps a task's rank from the processes that mpirun starts below it. */
#include "plugin/mpi_ranks.h"

#include "lib/launcher/launcher.h"
#include "plugin/compat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_of_rank(const char *key, const char **name)
{
    return launcher_kind(key, name) == LAUNCHER_RANKS ||
           strncmp(*name, "ATELIER_", strlen("ATELIER_")) == 0;
}

/* Returns a command such as "env -u RANK -u WORLD_SIZE", malloc'ed, which Open MPI cuts
 * at its spaces; NULL where there is no rank. */
static char *command_without(const struct record *environment, bool compat)
{
    bool any = false;
    char *text = NULL;
    const char *name;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    if (!stream)
        return NULL;
    fputs("env -u ATELIER_TASK_INDEX", stream);
    for (size_t i = 0; i < record_count(environment); i++)
        if (is_of_rank(record_key(environment, i), &name)) {
            any = true;
            fprintf(stream, " -u %s", name);
        }
    for (size_t i = 0; compat && (name = compat_rank_name(i)); i++)
        fprintf(stream, " -u %s", name);
    if (fclose(stream) == 0 && any)
        return text;
    free(text);
    return NULL;
}

int mpi_ranks_set(struct ours *ours, struct spank_handle *spank,
                  const struct record *environment, bool compat, struct error *error)
{
    static const char *const names[] = {"OMPI_MCA_orte_fork_agent", /* Open MPI 4, 5, 6 */
                                        "PRTE_MCA_prte_fork_agent",
                                        "PRTE_MCA_odls_base_exec_agent"};
    char *command = command_without(environment, compat);
    int status = 0;

    for (size_t i = 0; command && status == 0 && i < sizeof(names) / sizeof(names[0]);
         i++)
        status = ours_set(ours, spank, LAUNCHER_DEFAULTS, names[i], command, error);
    free(command);
    return status;
}
