/* plan.h: what the policy decided for one job on this node.
 *
 * This is the only place where C asks the policy. The facts are those that Slurm vouches
 * for (job id, user, groups, account, partition) and the names that the user asked for;
 * the engine (lua/atelier/decide/node.lua) refuses names that do not fit the facts.
 */
#ifndef ATELIER_PLAN_H
#define ATELIER_PLAN_H

#include "lib/agreed.h"
#include "lib/error.h"
#include "lib/protocol/file_server.h"
#include "lib/name.h"
#include "lib/option/mount_list.h"
#include "lib/policy/facts.h"
#include "lib/policy/policy_text.h"
#include "lib/record.h"
#include "lib/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PLAN_VOLUMES_MAX (PLAN_DECLARED_MAX + 1) /* and PLAN_JOB_TEMP */
#define PLAN_MOUNTS_MAX (PLAN_DECLARED_MAX + 1)  /* and PLAN_SHARED_JOB_TEMP */
#define PLAN_GROUPS_MAX 1024
#define PLAN_PATH_SIZE (PLAN_PATH_MAX + 1) /* bytes, with the terminating NUL */
#define PLAN_PLACE_SIZE (PLAN_PLACE_MAX + 1)

/* The job's own directories are a volume and a mount of these names, which no user and no
 * policy can give (name.h). */
#define PLAN_JOB_TEMP ".job-temp"
#define PLAN_SHARED_JOB_TEMP ".shared-job-temp"

/* One volume; a field that its kind does not have is empty. */
struct plan_volume {
    char name[NAME_LENGTH_MAX + 1];
    char kind[NAME_LENGTH_MAX + 1]; /* "nfs", "bind", ... as in the policy */
    bool read_only;
    long deadline_ms;            /* for preflight and mount together */
    char place[PLAN_PLACE_SIZE]; /* where else it appears; "" for nowhere */
    /* nfs */
    struct file_server server;
    char export_path[PLAN_PATH_SIZE];
    char driver[NAME_LENGTH_MAX + 1]; /* "auto", "kernel" or "libnfs" */
    /* other kinds */
    /* Bind: the directory; local: the one above the job's; rclone: the one above its
     * cache. */
    char path[PLAN_PATH_SIZE];
    char size[16];                    /* local on a tmpfs, such as "16g" */
    char source[PLAN_PATH_SIZE];      /* what the mount program calls it */
    char credentials[PLAN_PATH_SIZE]; /* cifs: a file; rclone: its configuration */
    /* Words, each ended by a NUL, and a NUL behind the last. */
    char command[PLAN_PATH_SIZE];
    bool probe; /* the preflight writes a file */
    /* Whether the job is requeued when the volume's server, or the volume itself where it
     * has none, fails it; else the job ends. */
    bool requeue;
    bool parts_only; /* the job sees mounts of parts, and not the volume itself */
};

/* A part of a volume, or all of it, under another name. */
struct plan_mount {
    char name[NAME_LENGTH_MAX + 1];
    unsigned volume; /* its index in the plan */
    /* A path below the volume that no link may leave or lead to; "" for the volume
     * itself. */
    char boundary[PLAN_PATH_SIZE];
    /* A path below the boundary, as the user wrote it; "" for all of it. */
    char subdirectory[PLAN_PATH_SIZE];
    /* A directory of the job's own, which is made there; "" for none. */
    char own[2 * NAME_LENGTH_MAX];
    bool read_only;
};

/* Where the job's shared temporary directory is made. */
struct plan_shared {
    bool is_wanted;
    unsigned volume;            /* its index in the plan */
    char below[PLAN_PATH_SIZE]; /* a path below the volume, or "" */
};

struct plan {
    char workspace[NAME_LENGTH_MAX + 1];
    char experiment[NAME_LENGTH_MAX + 1];
    char framework[NAME_LENGTH_MAX + 1];
    char framework_settings[FRAMEWORK_SETTINGS_MAX + 1];
    char mount[MOUNT_LIST_MAX + 1]; /* the list of the job's mounts */
    /* Allowed frameworks, comma-separated; "" for all. */
    char frameworks[PLAN_PATH_SIZE];
    struct plan_volume volumes[PLAN_VOLUMES_MAX]; /* in the order of mounting */
    size_t volume_count;
    struct plan_mount mounts[PLAN_MOUNTS_MAX];
    size_t mount_count;
    /* The directory above the job's own; "" for the default. */
    char job_temp[PLAN_PATH_SIZE];
    struct plan_shared shared_job_temp;
    char compat[NAME_LENGTH_MAX + 1]; /* the workspace's `compat`; "" for none */
    struct record *environment;       /* what the policy adds to the tasks */
};

/* Asks the policy at settings->policy, which is read into the empty `policy`; the caller
 * releases `policy` in any case. Returns 0 with `*plan` owned by the caller. `*plan` is
 * NULL for a job that has no workspace, neither asked for nor by default; then `error` is
 * filled all the same if the policy could not say which workspace, for the log. Returns
 * -1 with `error` filled: ERROR_USER for a refusal, ERROR_SITE for a policy that cannot
 * be used. */
int plan_create(struct plan **plan, const struct settings *settings,
                const struct facts *facts, struct policy_text *policy,
                struct error *error);
void plan_destroy(struct plan *plan);

#endif
