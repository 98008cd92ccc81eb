/* mounted.c: looks for a path in the kernel's list of mounts. */
#include "lib/mounted.h"

#include <stdio.h>
#include <string.h>

bool mounted_is(const char *target)
{
    FILE *list = fopen("/proc/self/mountinfo", "re");
    char line[4096], path[1024];
    bool found = false;

    while (list && !found && fgets(line, sizeof(line), list))
        found = sscanf(line, "%*u %*u %*s %*s %1023s", path) == 1 &&
                strcmp(path, target) == 0;
    if (list)
        fclose(list);
    return found;
}
