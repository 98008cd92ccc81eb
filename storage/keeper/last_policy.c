/* last_policy.c: keeps a copy of the last good policy, and falls back to it. */
#include "storage/keeper/last_policy.h"

#include "lib/trusted_file.h"
#include "storage/trusted_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define COPY SETTINGS_LAST_POLICY
#define DRAFT ".new" /* no file that a policy includes has this name */
#define DIRECTORY_MODE 0755
#define FILE_MODE 0600

static bool is_kept(const struct settings *settings, const struct policy_file *file)
{
    char path[2 * SETTINGS_PATH_SIZE + sizeof("/" COPY "/")];
    size_t length;
    char *text;
    bool same;

    snprintf(path, sizeof(path), "%s/" COPY "/%s", settings->state, file->name);
    text = trusted_file_read(path, &length, NULL);
    same = text && length == file->length && memcmp(text, file->text, length) == 0;
    free(text);
    return same;
}

static bool are_kept(const struct settings *settings, const struct policy_text *policy)
{
    for (size_t i = 0; i < policy->count; i++)
        if (!is_kept(settings, &policy->files[i]))
            return false;
    return true;
}

static int write_all(int fd, const struct policy_file *file)
{
    size_t written = 0;

    while (written < file->length) {
        ssize_t count = write(fd, file->text + written, file->length - written);

        if (count < 0 && errno != EINTR)
            return -1;
        written += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* Replaces a file so that readers see either the old one or the whole new one. */
static int replace(int directory, const struct policy_file *file)
{
    int fd = openat(directory, DRAFT,
                    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    int status;

    if (fd < 0)
        return -1;
    status = write_all(fd, file);
    if (close(fd) < 0 || status < 0)
        return -1;
    return renameat(directory, DRAFT, directory, file->name);
}

/* Replaces the policy last, when the files that it includes are there. */
static int replace_all(int directory, const struct policy_text *policy)
{
    for (size_t i = policy->count; i > 0; i--)
        if (replace(directory, &policy->files[i - 1]) < 0)
            return -1;
    return 0;
}

/* Does nothing while the keeper of another job writes the copy, since it has the same
 * policy. */
static int replace_locked(int directory, const struct policy_text *policy)
{
    if (flock(directory, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? 0 : -1;
    return replace_all(directory, policy);
}

int last_policy_keep(const struct settings *settings, const struct policy_text *policy,
                     struct error *error)
{
    char path[SETTINGS_PATH_SIZE + sizeof("/" COPY)];
    char link[TRUSTED_DIRECTORY_LINK_SIZE];
    int place, directory, status = -1;

    if (are_kept(settings, policy))
        return 0;
    snprintf(path, sizeof(path), "%s/" COPY, settings->state);
    place = trusted_directory_open(path, true, DIRECTORY_MODE, error);
    if (place < 0)
        return -1;
    directory =
        open(trusted_directory_link(place, link), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0)
        status = replace_locked(directory, policy);
    if (status < 0)
        error_set(error, ERROR_NODE, "cannot keep a copy of the policy in %s: %s", path,
                  strerror(errno));
    if (directory >= 0)
        close(directory);
    close(place);
    return status;
}
