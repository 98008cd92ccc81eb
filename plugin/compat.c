/* compat.c: sets the variables of --compat=batchai. */
#include "plugin/compat.h"

#include "plugin/variable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last of the job's 24 ports. launchers/support/port.lua numbers the ports of steps,
 * and has to agree. */
#define PORT(job) (20500 + (job) % 500 * 24 + 23)

struct alias {
    const char *name;
    const char *source; /* the variable whose value it has */
};

static const struct alias of_job[] = {
    {"AZ_BATCHAI_MOUNT_ROOT", "ATELIER_MOUNT_ROOT"},
    {"AZ_BATCHAI_JOB_MOUNT_ROOT", "ATELIER_JOB_MOUNT_ROOT"},
    {"AZ_BATCHAI_JOB_TEMP", "ATELIER_JOB_TEMP"},
    {"AZ_BATCHAI_JOB_TEMP_DIR", "ATELIER_JOB_TEMP"}, /* nobody sees those of others */
    {"AZ_BATCHAI_SHARED_JOB_TEMP", "ATELIER_SHARED_JOB_TEMP"},
    {"AZ_BATCHAI_STDOUTERR_DIR", "ATELIER_STDOUTERR_DIR"},
    {"AZ_BATCHAI_MPI_HOST_FILE", "ATELIER_MPI_HOST_FILE"},
    {"AZ_BATCHAI_NUM_GPUS", "ATELIER_GPUS"},
    {"AZ_BATCHAI_NUM_GPUS_PER_NODE", "ATELIER_GPUS"},
    {"AZ_BATCHAI_GPU_COUNT_FOUND", "ATELIER_GPUS"},
    {"AZ_BATCHAI_GPU_COUNT_NEED", "ATELIER_GPUS"},
    {"AZ_BATCHAI_CLUSTER_NAME", "SLURM_JOB_PARTITION"},
    {"AZ_BATCH_HOST_LIST", "ATELIER_HOST_LIST"},
};

static const struct alias of_rank[] = {
    {"AZ_BATCHAI_TASK_INDEX", "ATELIER_TASK_INDEX"},
    {"AZ_BATCHAI_TASK_TYPE", "ATELIER_ROLE"},
    {"AZ_BATCHAI_PS_HOSTS", "ATELIER_PS_HOSTS"},
    {"AZ_BATCHAI_WORKER_HOSTS", "ATELIER_WORKER_HOSTS"},
    {"AZ_BATCHAI_PYTORCH_INIT_METHOD", "ATELIER_INIT_METHOD"},
};

/* Variables that are made of the list of hosts. */
static const char *const of_hosts[] = {
    "AZ_BATCH_NODE_LIST",         "AZ_BATCH_MASTER_NODE",
    "AZ_BATCHAI_MPI_MASTER_NODE", "AZ_BATCHAI_JOB_MASTER_NODE_IP",
    "AZ_BATCH_NODE_ID",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NAME_SIZE 64

const char *compat_rank_name(size_t index)
{
    return index < COUNT(of_rank) ? of_rank[index].name : NULL;
}

static int copy(struct spank_handle *spank, const char *name, const char *source,
                struct error *error)
{
    char *value = spank_job_environment(spank, source);
    int status = variable_set_or_unset(spank, name, value, error);

    free(value);
    return status;
}

/* Sets the alias, or with `given` false unsets it. A value that is too long for a
 * variable is in a file, whose path is in the variable with _FILE at its end. */
static int set_alias(struct spank_handle *spank, const struct alias *alias, bool given,
                     struct error *error)
{
    char name[NAME_SIZE], source[NAME_SIZE];

    snprintf(name, sizeof(name), "%s_FILE", alias->name);
    snprintf(source, sizeof(source), "%s_FILE", alias->source);
    if (!given) {
        spank_job_environment_unset(spank, alias->name);
        spank_job_environment_unset(spank, name);
        return 0;
    }
    return copy(spank, name, source, error) < 0 ||
                   copy(spank, alias->name, alias->source, error) < 0
               ? -1
               : 0;
}

static int set_aliases(struct spank_handle *spank, const struct alias *aliases,
                       size_t count, bool given, struct error *error)
{
    int status = 0;

    for (size_t i = 0; i < count && status == 0; i++)
        status = set_alias(spank, &aliases[i], given, error);
    return status;
}

/* Sets AZ_BATCH_MASTER_NODE to "node:port", where the processes may meet: the launcher's
 * address, or the first node and the job's own port where it gave none. */
static int set_master(struct spank_handle *spank, const struct step *step,
                      const char *first, bool is_rank, struct error *error)
{
    char *host = is_rank ? spank_job_environment(spank, "MASTER_ADDR") : NULL;
    char *port = is_rank ? spank_job_environment(spank, "MASTER_PORT") : NULL;
    char text[512];
    int status;

    if (host && port)
        snprintf(text, sizeof(text), "%s:%s", host, port);
    else
        snprintf(text, sizeof(text), "%s:%u", first, PORT(step->job.id));
    status = variable_set(spank, "AZ_BATCH_MASTER_NODE", text, true, error);
    free(host);
    free(port);
    return status;
}

static int set_of_hosts(struct spank_handle *spank, const struct step *step, bool is_rank,
                        struct error *error)
{
    char *hosts = spank_job_environment(spank, "ATELIER_HOST_LIST");
    char first[256];
    int status;

    if (!hosts)
        return variable_set(spank, "AZ_BATCH_NODE_ID", step->job.node, true, error);
    snprintf(first, sizeof(first), "%.*s", (int)strcspn(hosts, ","), hosts);
    for (char *comma = hosts; (comma = strchr(comma, ','));)
        *comma = ';';
    status =
        variable_set(spank, "AZ_BATCH_NODE_LIST", hosts, true, error) < 0 ||
                variable_set(spank, "AZ_BATCHAI_MPI_MASTER_NODE", first, true, error) <
                    0 ||
                variable_set(spank, "AZ_BATCHAI_JOB_MASTER_NODE_IP", first, true, error) <
                    0 ||
                variable_set(spank, "AZ_BATCH_NODE_ID", step->job.node, true, error) < 0
            ? -1
            : set_master(spank, step, first, is_rank, error);
    free(hosts);
    return status;
}

/* Sets what Batch AI chose for a framework; what the user set himself stays. */
static int set_backends(struct ours *ours, struct spank_handle *spank,
                        const char *framework, struct error *error)
{
    char *gpus = spank_job_environment(spank, "ATELIER_GPUS");
    bool has_gpus = gpus && strcmp(gpus, "0") != 0;

    free(gpus);
    if (strcmp(framework, "pytorch") == 0)
        return ours_set(ours, spank, LAUNCHER_DEFAULTS, "AZ_BATCHAI_PYTORCH_BACKEND",
                        has_gpus ? "nccl" : "gloo", error);
    if (strcmp(framework, "tensorflow") == 0 || strcmp(framework, "cntk") == 0)
        return ours_set(ours, spank, LAUNCHER_DEFAULTS, "KERAS_BACKEND", framework,
                        error);
    return 0;
}

int compat_take_away(struct spank_handle *spank, struct error *error)
{
    char *inherited = spank_job_environment(spank, "ATELIER_COMPAT");

    spank_job_environment_unset(spank, "ATELIER_COMPAT");
    if (!inherited || strcmp(inherited, COMPAT_BATCHAI) != 0) {
        free(inherited);
        return 0;
    }
    free(inherited);
    for (size_t i = 0; i < COUNT(of_hosts); i++)
        spank_job_environment_unset(spank, of_hosts[i]);
    return set_aliases(spank, of_job, COUNT(of_job), false, error) < 0
               ? -1
               : set_aliases(spank, of_rank, COUNT(of_rank), false, error);
}

int compat_set(struct ours *ours, struct spank_handle *spank, const struct step *step,
               const char *framework, bool is_rank, struct error *error)
{
    return variable_set(spank, "ATELIER_COMPAT", COMPAT_BATCHAI, true, error) < 0 ||
                   set_aliases(spank, of_job, COUNT(of_job), true, error) < 0 ||
                   set_aliases(spank, of_rank, COUNT(of_rank), is_rank, error) < 0 ||
                   set_of_hosts(spank, step, is_rank, error) < 0
               ? -1
               : set_backends(ours, spank, framework, error);
}
