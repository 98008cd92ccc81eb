#include "kernel_client.h"
#include "mounter.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* Whether a line of the file has `word` in it. */
static bool file_has(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    char line[4096];
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = strstr(line, word) != NULL;
    if (file)
        fclose(file);
    return found;
}

static bool module_can_be_loaded(void)
{
    struct utsname kernel;
    char path[sizeof(kernel.release) + 64];

    if (uname(&kernel) < 0 || file_has("/proc/sys/kernel/modules_disabled", "1"))
        return false;
    snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", kernel.release);
    return file_has(path, "/nfs.ko");
}

bool kernel_client_exists(void)
{
    return mounter_exists(KERNEL_CLIENT_PROGRAM) &&
           (file_has("/proc/filesystems", "\tnfs") || module_can_be_loaded());
}
