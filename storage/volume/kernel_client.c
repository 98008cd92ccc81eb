/* kernel_client.c: mounts an export by the kernel's NFS client. */
#include "storage/volume/kernel_client.h"

#include "storage/volume/mounter.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* Returns whether a line of the file has `word` in it. doctor_fact.c has the same: the
 * keeper and the command share lib/ alone, which has no piece that this belongs to. */
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

/* Reads the "bytes:" line of a mount: read and written, through its page cache and around
 * it. */
static void add_bytes(const char *line, const char *volume, struct record *report)
{
    unsigned long long cached[2], direct[2];
    char key[128];

    if (sscanf(line, " bytes: %llu %llu %llu %llu", &cached[0], &cached[1], &direct[0],
               &direct[1]) != 4)
        return;
    snprintf(key, sizeof(key), "%s.bytes_read", volume);
    record_setf(report, key, "%llu", cached[0] + direct[0]);
    snprintf(key, sizeof(key), "%s.bytes_written", volume);
    record_setf(report, key, "%llu", cached[1] + direct[1]);
}

void kernel_client_report(const char *target, const char *volume, struct record *report)
{
    FILE *file = fopen("/proc/self/mountstats", "re");
    char line[4096], start[1024];
    bool is_here = false;

    snprintf(start, sizeof(start), " mounted on %s with fstype nfs", target);
    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, "device ", strlen("device ")) == 0)
            is_here = strstr(line, start) != NULL;
        else if (is_here)
            add_bytes(line, volume, report);
    }
    if (file)
        fclose(file);
}
