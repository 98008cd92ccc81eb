/* client_id.c: chooses the id under which the kernel sees a job's NFS clients. */
#include "storage/client/client_id.h"

#include "lib/errand.h"
#include "lib/nobody.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TRIES 8              /* ids that may turn out to be somebody's before giving up */
#define CHECK_MS 2000        /* the user database's share of the start */
#define ENTRY_SIZE (1 << 20) /* bytes: a group entry carries all its members */

static bool job_has(int node, const char *job, uid_t id)
{
    char text[16];

    return run_directory_read_note(node, job, RUN_DIRECTORY_CLIENT, text, sizeof(text)) &&
           strtoul(text, NULL, 10) == id;
}

static bool is_taken(DIR *jobs, uid_t id)
{
    const struct dirent *entry;

    rewinddir(jobs);
    while ((entry = readdir(jobs)))
        if (run_directory_is_job(entry->d_name) &&
            job_has(dirfd(jobs), entry->d_name, id))
            return true;
    return false;
}

static int note(const struct run_directory *directory, uid_t id)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", (unsigned)id);
    unlinkat(directory->fd, RUN_DIRECTORY_CLIENT, 0);
    return symlinkat(text, directory->fd, RUN_DIRECTORY_CLIENT);
}

/* Takes the first id from `*id` on that no other job has, going round to the range's
 * begin. */
static int take_free(DIR *jobs, const struct run_directory *directory,
                     const struct settings_ids *range, uid_t *id, struct error *error)
{
    uid_t count = range->last - range->first;

    for (uid_t tried = 0; tried < count; tried++) {
        if (!is_taken(jobs, *id))
            return note(directory, *id) == 0
                       ? 0
                       : error_set(error, ERROR_NODE, "cannot write to %s: %s",
                                   directory->path, strerror(errno));
        *id = range->first + (*id - range->first + 1) % count;
    }
    return error_set(error, ERROR_SITE,
                     "the %u ids of the setting client_ids are too few for the jobs of "
                     "this node: give it a wider range",
                     (unsigned)count);
}

static int choose(const struct run_directory *directory, const struct settings_ids *range,
                  const struct deadline *deadline, uid_t *id, struct error *error)
{
    int node = openat(directory->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *jobs = node < 0 ? NULL : fdopendir(node);
    int status;

    /* By this lock the keepers of a node choose one after the other. */
    if (!jobs || deadline_lock(node, LOCK_EX, deadline) < 0)
        status = error_set(error, ERROR_NODE, "cannot lock %s: %s", directory->node_path,
                           strerror(errno));
    else
        status = take_free(jobs, directory, range, id, error);
    if (jobs)
        closedir(jobs);
    else if (node >= 0)
        close(node);
    return status;
}

/* Judges what the database said of an id: `name`, or NULL without an entry. An entry that
 * does not fit into the buffer is an entry all the same. Where the database cannot tell,
 * the id is not used. */
static int judge(uid_t id, const char *kind, int failure, const char *name,
                 struct error *error)
{
    if (failure == ERANGE || name)
        return error_set(error, ERROR_SITE,
                         "the setting client_ids has id %u, which is that of %s `%.64s`"
                         ": give it a range that no user and no group has",
                         (unsigned)id, kind, name ? name : "");
    if (!nobody_has_it(failure))
        return error_set(error, ERROR_NODE,
                         "the node's user database does not tell whether a %s has id %u "
                         "of an NFS client: %s",
                         kind, (unsigned)id, strerror(failure));
    return 0;
}

/* Asks the database; runs in a child. */
static int check(const void *data, struct error *error)
{
    const uid_t *id = data;
    char *entry = malloc(ENTRY_SIZE);
    struct passwd user, *is_user = NULL;
    struct group group, *is_group = NULL;
    int failure;

    if (!entry)
        return error_set(error, ERROR_NODE, "out of memory");
    failure = getpwuid_r(*id, &user, entry, ENTRY_SIZE, &is_user);
    if (judge(*id, "user", failure, is_user ? user.pw_name : NULL, error) < 0)
        return -1;
    failure = getgrgid_r(*id, &group, entry, ENTRY_SIZE, &is_group);
    return judge(*id, "group", failure, is_group ? group.gr_name : NULL, error);
}

static int check_in_time(uid_t id, const struct deadline *deadline, struct error *error)
{
    struct deadline own = deadline_after(CHECK_MS);

    if (deadline_left(deadline) < deadline_left(&own))
        own = *deadline;
    return errand_run(check, &id,
                      "asking the node's user database whether it has the id of an NFS "
                      "client",
                      &own, error);
}

/* A job whose id belongs to somebody takes the next one; the site learns of it from
 * `atelier doctor`. */
int client_id_choose(const struct run_directory *directory,
                     const struct settings_ids *range, unsigned job,
                     const struct deadline *deadline, uid_t *id, struct error *error)
{
    uid_t count = range->last - range->first;
    struct error cause;

    for (unsigned i = 0; i < TRIES; i++) {
        *id = range->first + (uid_t)((job + (unsigned long)i) % count);
        error_clear(&cause);
        if (choose(directory, range, deadline, id, &cause) == 0 &&
            check_in_time(*id, deadline, &cause) == 0)
            return 0;
        if (cause.party != ERROR_SITE)
            break;
    }
    return error_pass(error, &cause);
}
