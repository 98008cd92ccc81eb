/* sweep.c: deletes directories that users filled. */
#include "storage/sweep.h"

#include "lib/deadline.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SWEEP_MS (30 * 60 * 1000) /* for one directory; more than any disk needs */

struct sweep {
    int top;
    unsigned moved; /* directories that were moved, for their new names */
    unsigned gone;  /* entries deleted in this pass */
    struct deadline deadline;
};

static int open_below(int parent, const char *name)
{
    const struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                            RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS};

    return (int)syscall(SYS_openat2, parent, name, &how, sizeof(how));
}

/* Calls `visit` for each entry of the directory `name` below `parent`. */
static void visit_entries(int parent, const char *name, void *data,
                          void (*visit)(int directory, const char *entry, void *data))
{
    int fd = open_below(parent, name);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (!entries) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            visit(dirfd(entries), entry->d_name, data);
    closedir(entries);
}

/* Unlinks a file or an empty directory. errno is ENOTEMPTY for one that is not empty. */
static bool is_removed(struct sweep *sweep, int directory, const char *entry)
{
    bool removed = unlinkat(directory, entry, 0) == 0 ||
                   unlinkat(directory, entry, AT_REMOVEDIR) == 0;

    sweep->gone += removed;
    return removed;
}

/* Moves directories of the second level up to the first, so that no tree is too deep. */
static void move_up(int directory, const char *entry, void *data)
{
    struct sweep *sweep = data;
    char name[32];

    if (deadline_passed(&sweep->deadline) || is_removed(sweep, directory, entry) ||
        (errno != ENOTEMPTY && errno != EEXIST))
        return;
    snprintf(name, sizeof(name), ".%u", sweep->moved++);
    sweep->gone += renameat(directory, entry, sweep->top, name) == 0;
}

static void remove_entry(int directory, const char *entry, void *data)
{
    struct sweep *sweep = data;

    if (deadline_passed(&sweep->deadline) || is_removed(sweep, directory, entry) ||
        (errno != ENOTEMPTY && errno != EEXIST))
        return;
    visit_entries(directory, entry, sweep, move_up);
    sweep->gone += unlinkat(directory, entry, AT_REMOVEDIR) == 0;
}

/* Passes over the first level again as long as a pass finds something to delete. */
void sweep_opened(int top)
{
    struct sweep sweep = {.top = top, .deadline = deadline_after(SWEEP_MS)};

    do {
        sweep.gone = 0;
        visit_entries(sweep.top, ".", &sweep, remove_entry);
    } while (sweep.gone > 0 && !deadline_passed(&sweep.deadline));
}

int sweep_one(int parent, const char *name)
{
    int top = open_below(parent, name);

    if (top < 0)
        return errno == ENOENT ? 0 : -1;
    sweep_opened(top);
    close(top);
    return unlinkat(parent, name, AT_REMOVEDIR);
}

static void sweep_unlocked(int directory, const char *entry, void *data)
{
    int *status = data;
    int fd;

    if (strncmp(entry, SWEEP_PREFIX, strlen(SWEEP_PREFIX)) != 0)
        return;
    fd = open_below(directory, entry);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && sweep_one(directory, entry) < 0)
        *status = -1;
    close(fd);
}

struct sweep_search {
    const char *except;
    bool found;
};

static void look_at(int directory, const char *entry, void *data)
{
    struct sweep_search *look = data;

    (void)directory;
    look->found |= strncmp(entry, SWEEP_PREFIX, strlen(SWEEP_PREFIX)) == 0 &&
                   strcmp(entry, look->except) != 0;
}

bool sweep_has_others(int parent, const char *name)
{
    struct sweep_search look = {.except = name};

    visit_entries(parent, ".", &look, look_at);
    return look.found;
}

int sweep_left(int parent)
{
    int status = 0;

    visit_entries(parent, ".", &status, sweep_unlocked);
    return status;
}
