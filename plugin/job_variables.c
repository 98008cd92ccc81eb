/* job_variables.c: sets the variables that every process of a job finds. */
#include "plugin/job_variables.h"

#include "lib/hostlist.h"
#include "plugin/gpus_per_node.h"
#include "plugin/inherited.h"
#include "plugin/variable.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The count of tasks on each of the job's nodes, as Slurm writes it: "2(x3)". */
#define TASKS_PER_NODE "ATELIER_TASKS_PER_NODE"

#define HOST_LIST "ATELIER_HOST_LIST"

static int set_directories(struct spank_handle *spank, const struct record *facts,
                           struct error *error)
{
    static const struct {
        const char *name, *fact;
    } directories[] = {
        {"ATELIER_MOUNT_ROOT", "mount_root"},
        {"ATELIER_JOB_MOUNT_ROOT", "mount_root"},
        {"ATELIER_JOB_TEMP", "job_temp"},
        {"ATELIER_SHARED_JOB_TEMP", "shared_job_temp"},
    };

    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
        if (variable_set_or_unset(spank, directories[i].name,
                                  record_get(facts, directories[i].fact), error) < 0)
            return -1;
    return 0;
}

/* Returns the directory of the batch script's output file, malloc'ed, or NULL. The
 * descriptor tells it, whatever the pattern of the file's name was. */
static char *directory_of_output(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/fd/1", path, sizeof(path) - 1);
    struct stat status;
    char *slash;

    if (length <= 0 || fstat(STDOUT_FILENO, &status) < 0 || !S_ISREG(status.st_mode))
        return NULL;
    path[length] = '\0';
    slash = strrchr(path, '/');
    if (path[0] != '/' || !slash)
        return NULL;
    slash[slash == path] = '\0';
    return strdup(path);
}

static int set_facts(struct spank_handle *spank, const struct record *facts,
                     const char *framework, struct error *error)
{
    if (variable_set_or_unset(spank, "ATELIER_WORKSPACE", record_get(facts, "workspace"),
                              error) < 0 ||
        variable_set_or_unset(spank, "ATELIER_EXPERIMENT",
                              record_get(facts, "experiment"), error) < 0 ||
        variable_set_or_unset(spank, "ATELIER_FRAMEWORK", framework, error) < 0 ||
        variable_set_or_unset(spank, "ATELIER_MOUNT", record_get(facts, "mount"), error) <
            0)
        return -1;
    return set_directories(spank, facts, error);
}

/* Sets the directory that the job was submitted in, unless the batch script handed on
 * another. */
static int share_output_directory(struct spank_handle *spank, const struct record *facts,
                                  struct error *error)
{
    const char *submitted = record_get(facts, "output_directory");

    return submitted && *submitted
               ? variable_set(spank, "ATELIER_STDOUTERR_DIR", submitted, false, error)
               : 0;
}

static int set_output_directory(struct spank_handle *spank, struct error *error)
{
    char *found = directory_of_output();
    int status = 0;

    if (found)
        status = variable_set(spank, "ATELIER_STDOUTERR_DIR", found, true, error);
    free(found);
    return status;
}

static int set_number(struct spank_handle *spank, const char *name, unsigned number,
                      struct error *error)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    return variable_set(spank, name, text, true, error);
}

/* A number that Slurm does not give, or gives in another form, is 0: no job fails for
 * it. */
static unsigned variable_number(struct spank_handle *spank, const char *name)
{
    struct error ignored = {.party = ERROR_NONE};
    unsigned number;

    return variable_read_number(spank, name, false, &number, &ignored) == 0 ? number : 0;
}

/* Reads the nodes of the job. Returns 0; or -1 where Slurm does not say them, or in
 * another form. */
static int read_nodes(struct spank_handle *spank, struct hostlist *nodes)
{
    char *list = spank_job_environment(spank, HOST_LIST); /* share_hosts made it */
    struct error ignored = {.party = ERROR_NONE};
    int status;

    if (!list)
        list = spank_job_environment(spank, "SLURM_JOB_NODELIST");
    status = list ? hostlist_expand(nodes, list, &ignored) : -1;
    free(list);
    return status;
}

/* Whether Slurm's list of the job's nodes may be the step's list only. Slurm says so to a
 * step that was started without its job's environment, by `srun --jobid` from a login
 * node or by a daemon of mpirun's; then the keeper knows better. Else Slurm's word
 * counts: the job may have become smaller since the keeper began, and the step may be one
 * of all components of a heterogeneous job. */
static bool is_doubtful(struct spank_handle *spank)
{
    char *of_job = spank_job_environment(spank, "SLURM_JOB_NODELIST");
    char *of_step = spank_job_environment(spank, "SLURM_STEP_NODELIST");
    bool is_same = !of_job || (of_step && strcmp(of_job, of_step) == 0);

    free(of_job);
    free(of_step);
    return is_same;
}

static int read_nodes_of_job(struct spank_handle *spank, const struct record *facts,
                             struct hostlist *nodes)
{
    const char *known = record_get(facts, "nodes");
    struct error ignored = {.party = ERROR_NONE};
    int status = read_nodes(spank, nodes);
    struct hostlist all, swapped;

    if (!known || !is_doubtful(spank) || hostlist_expand(&all, known, &ignored) < 0)
        return status;
    if (status < 0 || all.count > nodes->count) {
        swapped = *nodes;
        *nodes = all;
        all = swapped;
    }
    hostlist_release(&all);
    return 0;
}

static int set_host_list(struct spank_handle *spank, const struct hostlist *nodes,
                         struct error *error)
{
    char *text = hostlist_join(nodes);
    int status = -1;

    if (text)
        status = variable_set_or_unset(spank, HOST_LIST, text, error);
    else
        error_set(error, ERROR_NODE, "out of memory for " HOST_LIST);
    free(text);
    return status;
}

/* Writes the host file. A job that may never start an mpirun is not ended for a full
 * disk, so that the user is told instead. */
static void set_text_of_hosts(struct spank_handle *spank, const char *text)
{
    struct error error = {.party = ERROR_NONE};

    if (variable_set_file(spank, "ATELIER_MPI_HOST_FILE", "hostfile", text, &error) < 0) {
        spank_job_environment_unset(spank, "ATELIER_MPI_HOST_FILE");
        spank_job_say("%s", error.text);
    }
}

/* Returns the slots of each node, malloc'ed: its GPUs, or its tasks where the job has no
 * GPUs. Where slurmctld did not say what each node has, all are taken to have what this
 * node has. */
static unsigned *slots_of(struct spank_handle *spank, const struct step *step,
                          const struct hostlist *nodes, const unsigned *tasks)
{
    unsigned here = variable_number(spank, "SLURM_GPUS_ON_NODE"), sum = 0;
    unsigned *slots = gpus_per_node_read(spank, nodes);
    bool is_guess = !slots && nodes->count > 1;

    if (!slots)
        slots = calloc(nodes->count, sizeof(*slots));
    for (size_t i = 0; slots && i < nodes->count; i++)
        sum += is_guess || nodes->count == 1 ? (slots[i] = here) : slots[i];
    if (slots && sum == 0)
        memcpy(slots, tasks, nodes->count * sizeof(*slots));
    else if (slots && is_guess && step->kind != STEP_TASKS)
        spank_job_say("job %u: Slurm did not say how many GPUs each node has: "
                      "ATELIER_MPI_HOST_FILE gives all of them this node's %u",
                      step->job.id, here);
    return slots;
}

/* Sets the host file. A node with no slot is left out: where other nodes have GPUs, it is
 * no place for a rank. */
static int set_host_file(struct spank_handle *spank, const struct hostlist *nodes,
                         const unsigned *slots, struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    int status = 0;

    for (size_t i = 0; stream && i < nodes->count; i++)
        if (slots[i] > 0)
            fprintf(stream, "%s slots=%u max-slots=%u\n", nodes->hosts[i], slots[i],
                    slots[i]);
    if (!stream || fclose(stream) != 0)
        status = error_set(error, ERROR_NODE, "out of memory for ATELIER_MPI_HOST_FILE");
    else
        set_text_of_hosts(spank, text);
    free(text);
    return status;
}

/* Returns the counts of the job's tasks, malloc'ed. What the batch script handed on is
 * preferred in the tasks of a step, since Slurm's own count is the step's there, which
 * for mpirun's daemons is one. */
static char *tasks_per_node(struct spank_handle *spank, const struct step *step)
{
    char *handed_on = spank_job_environment(spank, TASKS_PER_NODE);

    if (step->kind == STEP_TASKS && handed_on)
        return handed_on;
    free(handed_on);
    return spank_job_environment(spank, "SLURM_TASKS_PER_NODE");
}

static int set_slots(struct spank_handle *spank, const struct step *step,
                     const struct settings *settings, const struct hostlist *nodes,
                     const unsigned *tasks, struct error *error)
{
    unsigned *slots;
    int status;

    if (step->kind != STEP_TASKS &&
        gpus_per_node_tell(spank, step, settings, nodes, error) < 0)
        return -1;
    slots = slots_of(spank, step, nodes, tasks);
    status =
        slots ? set_host_file(spank, nodes, slots, error)
              : error_set(error, ERROR_NODE, "out of memory for ATELIER_MPI_HOST_FILE");
    free(slots);
    return status;
}

static int set_hosts(struct spank_handle *spank, const struct step *step,
                     const struct settings *settings, bool compat, struct error *error)
{
    struct error ignored = {.party = ERROR_NONE};
    char *counts = tasks_per_node(spank, step);
    struct hostlist nodes = {.count = 0};
    unsigned *tasks = NULL;
    size_t count = 0;
    int status = 0;

    if (read_nodes(spank, &nodes) == 0)
        status = set_host_list(spank, &nodes, error);
    if (counts && (step->kind != STEP_TASKS || compat))
        tasks = hostlist_expand_counts(counts, &count, &ignored);
    if (status == 0 && tasks && count == nodes.count && count > 0)
        status = set_slots(spank, step, settings, &nodes, tasks, error);
    if (status == 0 && step->kind != STEP_TASKS)
        status = variable_set_or_unset(spank, TASKS_PER_NODE, counts, error);
    free(tasks);
    free(counts);
    hostlist_release(&nodes);
    return status;
}

/* Sets the list of hosts for all tasks of the node. A batch script is left out, since
 * Slurm tells the list to its task alone; so is a list that needs a file, which the tasks
 * write as the user. What slurmctld knows of the GPUs is asked for here, so that not
 * every task asks it. */
static int share_hosts(struct spank_handle *spank, const struct step *step,
                       const struct settings *settings, const struct record *facts,
                       bool compat, struct error *error)
{
    struct hostlist nodes = {.count = 0};
    char *text = NULL;
    int status = 0;

    if (step->kind == STEP_TASKS && read_nodes_of_job(spank, facts, &nodes) == 0)
        text = hostlist_join(&nodes);
    if (text && variable_fits(HOST_LIST, text))
        status = variable_set_or_unset(spank, HOST_LIST, text, error);
    if (status == 0 && text && compat)
        status = gpus_per_node_tell(spank, step, settings, &nodes, error);
    free(text);
    hostlist_release(&nodes);
    return status;
}

/* Numbers that are copied from Slurm's. Slurm tells them to the tasks, and those of an
 * allocation to slurmstepd, too. */
static const struct {
    const char *name, *source;
} numbers[] = {
    {"ATELIER_GPUS", "SLURM_GPUS_ON_NODE"},
    {"ATELIER_RESTART_COUNT", "SLURM_RESTART_COUNT"},
};

#define NUMBER_COUNT (sizeof(numbers) / sizeof(numbers[0]))

static int share_numbers(struct spank_handle *spank, struct error *error)
{
    for (size_t i = 0; i < NUMBER_COUNT; i++)
        if (set_number(spank, numbers[i].name, variable_number(spank, numbers[i].source),
                       error) < 0)
            return -1;
    return 0;
}

static int correct_numbers(struct spank_handle *spank, struct error *error)
{
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        unsigned number = variable_number(spank, numbers[i].source);

        if (number != variable_number(spank, numbers[i].name) &&
            set_number(spank, numbers[i].name, number, error) < 0)
            return -1;
    }
    return 0;
}

static bool is_set(struct spank_handle *spank, const char *name)
{
    char *value = spank_job_environment(spank, name);

    free(value);
    return value != NULL;
}

int job_variables_share(struct spank_handle *spank, const struct step *step,
                        const struct settings *settings, const struct record *facts,
                        const char *framework, bool compat, struct error *error)
{
    inherited_forget(spank, step);
    return set_facts(spank, facts, framework, error) < 0 ||
                   share_output_directory(spank, facts, error) < 0 ||
                   share_hosts(spank, step, settings, facts, compat, error) < 0 ||
                   set_number(spank, "ATELIER_JOB_ID", step->job.id, error) < 0
               ? -1
               : share_numbers(spank, error);
}

int job_variables_set(struct spank_handle *spank, const struct step *step,
                      const struct settings *settings, bool is_rank, bool compat,
                      struct error *error)
{
    if (correct_numbers(spank, error) < 0)
        return -1;
    if ((step->kind != STEP_TASKS || compat || !is_set(spank, HOST_LIST)) &&
        set_hosts(spank, step, settings, compat, error) < 0)
        return -1;
    if (step->kind == STEP_BATCH && set_output_directory(spank, error) < 0)
        return -1;
    if (is_rank)
        return set_number(spank, "ATELIER_TASK_INDEX",
                          variable_number(spank, "SLURM_PROCID"), error);
    return 0;
}
