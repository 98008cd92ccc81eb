/* scratch_place.c: root's own directory in a place where users may make names. */
#include "storage/volume/scratch_place.h"

#include "storage/trusted_directory.h"
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0711  /* each job's own directory, below, has 0700 */
#define ATTEMPTS 8 /* a user who changes the name meanwhile does not win every time */

/* Exchanges what has the name for a directory of root's, in one step: between two steps,
 * the user could make the name anew. What the user made stays, under a name that nobody
 * can guess. */
static int take_name(int parent, const char *path, struct error *error)
{
    char aside[sizeof(SCRATCH_PLACE ".not-root.") + 16];
    unsigned long long number;
    int status, cause;

    if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number))
        return error_set(error, ERROR_NODE, "the kernel has no random numbers yet");
    snprintf(aside, sizeof(aside), SCRATCH_PLACE ".not-root.%016llx", number);
    status = system_calls.mkdirat(parent, aside, MODE) == 0 &&
                     renameat2(parent, aside, parent, SCRATCH_PLACE, RENAME_EXCHANGE) == 0
                 ? 0
                 : -1;
    if (status == 0)
        return 0;
    cause = errno;
    unlinkat(parent, aside, AT_REMOVEDIR);
    error_set(error, ERROR_NODE,
              "%s/" SCRATCH_PLACE " is not root's, and cannot be exchanged: %s; "
              "remove it",
              path, strerror(cause));
    errno = cause;
    return -1;
}

/* Returns whether the name is taken by something that another user made: a directory, a
 * file or a link. */
static bool is_taken(int cause)
{
    return cause == EPERM || cause == ENOTDIR || cause == ELOOP;
}

static int open_place(int parent, const char *path, bool create, struct error *error)
{
    for (int attempt = 0;; attempt++) {
        struct error found = {.party = ERROR_NONE};
        int place =
            trusted_directory_open_at(parent, path, SCRATCH_PLACE, create, MODE, &found);

        if (place >= 0)
            return place;
        if (!create || attempt == ATTEMPTS || !is_taken(errno))
            return error_pass(error, &found);
        if (take_name(parent, path, error) < 0 && errno != ENOENT)
            return -1;
    }
}

int scratch_place_open(const char *path, bool create, struct error *error)
{
    int parent = trusted_directory_open(path, false, 0, error);
    int place, cause;

    if (parent < 0)
        return -1;
    place = open_place(parent, path, create, error);
    cause = errno;
    close(parent);
    errno = cause;
    return place;
}
