/* coarse_times.c: preloaded into a file server, makes its file system's times coarse.
 *
 * Times are cut to a multiple of COARSE_TIMES nanoseconds: 1000000 for a file system that
 * keeps milliseconds, 1000000000 for one that keeps whole seconds, as ext3 does.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>

static void cut(struct timespec *time)
{
    const char *text = getenv("COARSE_TIMES");
    long grain = text ? strtol(text, NULL, 10) : 1;

    if (grain > 0)
        time->tv_nsec -= time->tv_nsec % grain;
}

static int coarse(int result, struct stat64 *status)
{
    if (result == 0) {
        cut(&status->st_atim);
        cut(&status->st_mtim);
        cut(&status->st_ctim);
    }
    return result;
}

__attribute__((visibility("default"))) int stat64(const char *path, struct stat64 *status)
{
    int (*real)(const char *, struct stat64 *) = dlsym(RTLD_NEXT, "stat64");

    return coarse(real(path, status), status);
}

__attribute__((visibility("default"))) int fstat64(int fd, struct stat64 *status)
{
    int (*real)(int, struct stat64 *) = dlsym(RTLD_NEXT, "fstat64");

    return coarse(real(fd, status), status);
}

__attribute__((visibility("default"))) int fstatat64(int directory, const char *path,
                                                     struct stat64 *status, int flags)
{
    int (*real)(int, const char *, struct stat64 *, int) = dlsym(RTLD_NEXT, "fstatat64");

    return coarse(real(directory, path, status, flags), status);
}

/* The server's part for local file systems is loaded so that it would call libc's first.
 */
__attribute__((visibility("default"))) void *dlopen(const char *path, int flags)
{
    void *(*real)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");

    return real(path, flags & ~RTLD_DEEPBIND);
}
