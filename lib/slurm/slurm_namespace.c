/* slurm_namespace.c: finds and opens the mount namespace that Slurm made for a job. */
#include "lib/slurm/slurm_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "/.ns"
#define MOUNT_NAME "/mnt"

/* The list has blanks, and what is no text, as "\040". */
static void unescape(char *path)
{
    char *to = path;

    for (const char *from = path; *from; to++) {
        unsigned byte;

        if (sscanf(from, "\\%3o", &byte) == 1) {
            *to = (char)byte;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), tail = strlen(ending);

    return length > tail && strcmp(path + length - tail, ending) == 0;
}

/* "36 25 0:4 mnt:[4026532801] /var/tmp/jc/7/.ns rw shared:9 - nsfs nsfs rw": the line of
 * the job. */
static bool read_line(const char *line, unsigned job,
                      struct slurm_namespace_binding *binding)
{
    char tmpfs[32], linux_plugin[40];

    _Static_assert(SLURM_NAMESPACE_PATH_SIZE > 4095, "a path does not fit");
    if (sscanf(line, "%*u %*u %*s mnt:[%lu] %4095s", &binding->inode, binding->path) != 2)
        return false;
    unescape(binding->path);
    snprintf(tmpfs, sizeof(tmpfs), "/%u" FILE_NAME, job);
    snprintf(linux_plugin, sizeof(linux_plugin), "%s" MOUNT_NAME, tmpfs);
    return ends_with(binding->path, tmpfs) || ends_with(binding->path, linux_plugin);
}

/* Of several the last is the newest: Slurm may have left one behind. */
bool slurm_namespace_find(FILE *list, unsigned job, const char *node,
                          struct slurm_namespace_binding *found)
{
    bool is_found = false, is_of_node = false;
    char *line = NULL, of_node[160];
    size_t size = 0;

    snprintf(of_node, sizeof(of_node), "/%.64s/%u" FILE_NAME, node, job);
    while (getline(&line, &size, list) > 0) {
        struct slurm_namespace_binding one;

        if (!read_line(line, job, &one) || (is_of_node && !strstr(one.path, of_node)))
            continue;
        *found = one;
        is_found = true;
        is_of_node = strstr(one.path, of_node) != NULL;
    }
    free(line);
    return is_found;
}

static bool find(unsigned job, const char *node, struct slurm_namespace_binding *found)
{
    FILE *list = fopen("/proc/self/mountinfo", "re");
    bool is_found = list && slurm_namespace_find(list, job, node, found);

    if (list)
        fclose(list);
    return is_found;
}

/* The path is of directories of root's; that it still leads to what the list has is
 * looked at all the same. */
static int open_binding(const struct slurm_namespace_binding *binding)
{
    int fd = open(binding->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && status.st_ino == binding->inode)
        return fd;
    close(fd);
    errno = ESTALE;
    return -1;
}

int slurm_namespace_open(struct slurm_namespace *found, unsigned job, const char *node,
                         struct error *error)
{
    struct slurm_namespace_binding binding;

    *found = (struct slurm_namespace){.fd = -1};
    if (!find(job, node, &binding))
        return 0;
    found->fd = open_binding(&binding);
    if (found->fd < 0)
        return error_set(error, ERROR_NODE,
                         "cannot open the mount namespace that Slurm made for the job, "
                         "%s: %s",
                         binding.path, strerror(errno));
    if (ends_with(binding.path, FILE_NAME))
        snprintf(found->directory, sizeof(found->directory), "%.*s",
                 (int)(strlen(binding.path) - strlen(FILE_NAME)), binding.path);
    return 0;
}

void slurm_namespace_close(struct slurm_namespace *found)
{
    if (found->fd >= 0)
        close(found->fd);
    found->fd = -1;
}
