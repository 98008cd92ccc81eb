/* volume_mounted.c: asks mounted volumes from inside a step of a job. */
#include "cli/volume/volume_mounted.h"

#include "lib/message.h"
#include "lib/mounted.h"
#include "lib/protocol/client_message.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART "mount" /* is what was asked */
#define ANSWER_MS 1000
#define PROBE_BYTES 4096

bool volume_mounted_find(const char *name, char *path, size_t size)
{
    const char *root = getenv("ATELIER_MOUNT_ROOT");

    return root && snprintf(path, size, "%s/%s", root, name) < (int)size &&
           mounted_is(path);
}

bool volume_mounted_any(const json_t *volumes)
{
    char path[1024];
    json_t *volume;
    size_t index;

    json_array_foreach(volumes, index, volume) {
        const char *name = json_string_value(json_object_get(volume, "name"));

        if (name && volume_mounted_find(name, path, sizeof(path)))
            return true;
    }
    return false;
}

/* Another name than any that is there. */
static int write_file(int directory)
{
    char name[64], data[PROBE_BYTES] = "";
    int fd, status;

    snprintf(name, sizeof(name), ".atelier-probe.%ld.%lld", (long)getpid(),
             clock_milliseconds());
    fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    status = write(fd, data, sizeof(data)) == sizeof(data) && fsync(fd) == 0 ? 0 : errno;
    close(fd);
    unlinkat(directory, name, 0);
    errno = status;
    return status ? -1 : 0;
}

/* Returns what failed, or NULL. */
static const char *look(const char *path, bool probe)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    DIR *list;

    if (directory < 0 || fstat(directory, &status) < 0)
        return "its top directory cannot be opened";
    if (probe && write_file(directory) < 0)
        return "no file can be written there";
    list = fdopendir(directory);
    errno = 0;
    if (!list || (!readdir(list) && errno))
        return "its top directory cannot be read";
    return NULL;
}

int volume_mounted_look(const char *path, bool probe, int socket)
{
    struct deadline deadline = deadline_after(ANSWER_MS);
    const char *failed = look(path, probe);
    const char *cause = failed ? strerror(errno) : "";
    struct error error = {.party = ERROR_NONE};
    struct record *answer;

    if (failed)
        error_set(&error, ERROR_STORAGE, "%s, as this job's user: %s: %s", path, failed,
                  cause);
    answer = failed ? client_message_failed(&error, NULL) : client_message_ready(PART);
    if (failed)
        record_set(answer, "part", PART);
    return message_hand(socket, record_whole(answer), -1, &deadline, NULL) < 0;
}
