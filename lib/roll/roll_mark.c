/* roll_mark.c: checks that the tasks of a step see the same directory. */
#include "lib/roll/roll_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* Returns the length of the file's directory in `path`, for a sentence. */
static int directory_length(const char *path)
{
    return (int)(strrchr(path, '/') - path);
}

int roll_mark_make(const char *path, const char *node, char token[ROLL_TOKEN_SIZE],
                   struct error *error)
{
    uint64_t random = 0;
    int length, fd, status;

    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random = (uint64_t)getpid();
    length = snprintf(token, ROLL_TOKEN_SIZE, "%016llx", (unsigned long long)random);
    unlink(path); /* an earlier step that was killed may have left one */
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    status = fd >= 0 && write(fd, token, (size_t)length) == length ? 0 : -1;
    if (fd >= 0 && close(fd) < 0)
        status = -1;
    if (status == 0)
        return 0;
    return error_set(
        error, ERROR_USER,
        "%s cannot make a file in %.*s, where the processes are to meet: %s; "
        "name a directory that you may write and all nodes share",
        node, directory_length(path), path, strerror(errno));
}

int roll_mark_read(const char *path, const char *node, char token[ROLL_TOKEN_SIZE],
                   struct error *error)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t length = -1;

    if (fd >= 0)
        length = read(fd, token, ROLL_TOKEN_SIZE - 1);
    if (length >= 0)
        token[length] = '\0';
    else
        error_set(error, ERROR_USER,
                  "%s does not see what rank 0 has just written in %.*s, where the "
                  "processes are to meet: %s; name a directory that all nodes share",
                  node, directory_length(path), path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return length >= 0 ? 0 : -1;
}
