/* job_directories.c: makes the directories that each job has besides its volumes. */
#include "storage/mount/job_directories.h"

#include "lib/hostlist.h"
#include "storage/trusted_directory.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEMP_DEADLINE_MS 5000
#define TEMP_MODE 0711 /* of the default place; each job's own directory has 0700 */

static int make_default_place(char path[PLAN_PATH_SIZE], const struct settings *settings,
                              struct error *error)
{
    int directory;

    snprintf(path, PLAN_PATH_SIZE, "%s/temp", settings->state);
    directory = trusted_directory_open(path, true, TEMP_MODE, error);
    if (directory < 0)
        return -1;
    close(directory);
    return 0;
}

static int add_temp(struct plan *plan, const struct settings *settings,
                    struct error *error)
{
    struct plan_volume *volume = &plan->volumes[plan->volume_count];

    *volume = (struct plan_volume){
        .name = PLAN_JOB_TEMP, .kind = "local", .deadline_ms = TEMP_DEADLINE_MS};
    strcpy(volume->path, plan->job_temp);
    if (!*volume->path && make_default_place(volume->path, settings, error) < 0)
        return -1;
    plan->volume_count++;
    return 0;
}

/* Adds the shared directory's mount. The cluster is in its name, since two clusters that
 * share a volume have jobs of the same number. */
static void add_shared(struct plan *plan, const struct facts *facts)
{
    struct plan_mount *mount = &plan->mounts[plan->mount_count++];
    bool has_cluster = name_is_valid(facts->cluster);

    *mount = (struct plan_mount){.name = PLAN_SHARED_JOB_TEMP,
                                 .volume = plan->shared_job_temp.volume};
    strcpy(mount->boundary, plan->shared_job_temp.below);
    snprintf(mount->own, sizeof(mount->own), "job.%s%s%u",
             has_cluster ? facts->cluster : "", has_cluster ? "." : "", facts->job);
}

int job_directories_add(struct plan *plan, const struct settings *settings,
                        const struct facts *facts, struct error *error)
{
    if (add_temp(plan, settings, error) < 0)
        return -1;
    if (plan->shared_job_temp.is_wanted)
        add_shared(plan, facts);
    return 0;
}

const struct plan_mount *job_directories_shared(const struct plan *plan)
{
    for (size_t i = 0; i < plan->mount_count; i++)
        if (*plan->mounts[i].own)
            return &plan->mounts[i];
    return NULL;
}

bool job_directories_is_keeper_of_shared(const struct facts *facts)
{
    struct hostlist nodes = {.count = 0};
    bool is_first = *facts->nodes && hostlist_expand(&nodes, facts->nodes, NULL) == 0 &&
                    nodes.count > 0 && strcmp(nodes.hosts[0], facts->node) == 0;

    hostlist_release(&nodes);
    return is_first;
}
