/* plan.h: what the policy decided for one job on this node.
 *
 * The only place where C asks the policy. The facts are those that Slurm vouches for (job
 * id, user, groups, account, partition) and the names that the user asked for; the engine
 * (lua/atelier/node.lua) refuses names that do not fit the facts.
 */
#ifndef ATELIER_PLAN_H
#define ATELIER_PLAN_H

#include "error.h"
#include "name.h"
#include "record.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PLAN_VOLUMES_MAX 64
#define PLAN_GROUPS_MAX 1024
#define PLAN_PATH_SIZE 1024 /* bytes, with the terminating NUL */

struct facts {
    unsigned job;
    uid_t uid;
    gid_t gid;
    const char *user;          /* name, from the password database */
    const char *const *groups; /* names of all the user's groups */
    size_t group_count;
    const char *account;   /* SLURM_JOB_ACCOUNT */
    const char *partition; /* SLURM_JOB_PARTITION */
    const char *node;      /* SLURMD_NODENAME */
    const char *workspace; /* the user's words from here on; "" when not given */
    const char *experiment;
    const char *framework;          /* its name alone: the policy knows no settings */
    const char *framework_settings; /* what followed it, for its launcher */
};

struct plan_volume {
    char name[NAME_LENGTH_MAX + 1];
    char server[NAME_LENGTH_MAX + 1]; /* the file server's name in the policy */
    char host[256];                   /* its host name or address */
    char export_path[PLAN_PATH_SIZE];
    char driver[NAME_LENGTH_MAX + 1]; /* "libnfs" */
    bool read_only;
    unsigned port;       /* 0: ask the portmapper */
    unsigned mount_port; /* likewise, for the MOUNT protocol */
    int deadline_ms;     /* preflight and mount together */
};

struct plan {
    char workspace[NAME_LENGTH_MAX + 1];
    char experiment[NAME_LENGTH_MAX + 1];
    char framework[NAME_LENGTH_MAX + 1];
    char frameworks[PLAN_PATH_SIZE]; /* allowed ones, comma-separated; "" for all */
    struct plan_volume volumes[PLAN_VOLUMES_MAX]; /* in the order of mounting */
    size_t volume_count;
    struct record *environment; /* what the policy adds to the tasks */
};

/* Asks the policy at settings->policy. Returns 0 with `*plan` owned by the caller, which
 * is NULL for a job that has no workspace, be it asked for or the user's default; or -1
 * with `error` filled: ERROR_USER for a refusal, ERROR_SITE for a policy that cannot be
 * used. */
int plan_create(struct plan **plan, const struct settings *settings,
                const struct facts *facts, struct error *error);
void plan_destroy(struct plan *plan);

#endif
