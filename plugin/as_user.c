/* as_user.c: forks a process with the user's rights to look at the user's files. */
#include "plugin/as_user.h"

#include "lib/errand.h"

#include <grp.h>
#include <stdbool.h>
#include <unistd.h>

/* slurmstepd may have dropped to the user already, but for its real id. */
static bool become_user(struct spank_handle *spank, const struct job *job)
{
    const gid_t *groups;
    int count;

    if (geteuid() == 0 && (spank_job_groups(spank, &groups, &count) < 0 ||
                           setgroups((size_t)count, groups) < 0))
        return false;
    return setresgid(job->gid, job->gid, job->gid) == 0 &&
           setresuid(job->uid, job->uid, job->uid) == 0;
}

struct user_look {
    struct spank_handle *spank;
    const struct job *job;
    int (*look)(const void *data, struct error *error);
    const void *data;
};

/* In the child. Descriptor 0 becomes the answer's, and no other stays open. */
static int look_and_tell(const void *data)
{
    const struct user_look *look = data;
    struct error found = {.party = ERROR_NONE};

    if (dup2(PROCESS_SOCKET, 0) < 0 || close_range(1, ~0U, 0) < 0 ||
        !become_user(look->spank, look->job))
        return 1;
    if (look->look(look->data, &found) < 0)
        (void)!write(0, &found, sizeof(found));
    return 0;
}

/* Who sent the answer was a process of the user's: nothing but its text is taken. */
int as_user(struct spank_handle *spank, const struct job *job, int milliseconds,
            int (*look)(const void *data, struct error *error), const void *data,
            struct error *error)
{
    const struct user_look work = {spank, job, look, data};
    struct deadline deadline = deadline_after(milliseconds);
    struct errand errand;
    struct error found;
    int status = 0;

    if (errand_start(&errand, "the look as the user", look_and_tell, &work, NULL) < 0)
        return 0;
    if (errand_receive(&errand, &found, sizeof(found), &deadline) == 0)
        status = error_set(error, ERROR_USER, "%.*s", ERROR_TEXT_SIZE - 1, found.text);
    errand_kill(&errand);
    return status;
}
