/* launcher_directory.c: lists the launchers of a site. */
#include "lib/launcher/launcher_directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX ".lua"

/* Copies the name of the framework that the file is of. */
static int framework_of(const char *file, char name[NAME_LENGTH_MAX + 1])
{
    size_t length = strlen(file);
    size_t suffix = strlen(SUFFIX);

    if (length <= suffix || length - suffix > NAME_LENGTH_MAX ||
        strcmp(file + length - suffix, SUFFIX) != 0)
        return 0;
    memcpy(name, file, length - suffix);
    name[length - suffix] = '\0';
    return name_is_valid(name);
}

static int is_launcher(const struct dirent *entry)
{
    char name[NAME_LENGTH_MAX + 1];

    return framework_of(entry->d_name, name);
}

/* Compares the names of the frameworks. alphasort() was rejected, since it follows the
 * user's locale; so was the order of the files' names, in which "a-b.lua" comes before
 * "a.lua". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    char names[2][NAME_LENGTH_MAX + 1];

    framework_of((*a)->d_name, names[0]);
    framework_of((*b)->d_name, names[1]);
    return strcmp(names[0], names[1]);
}

int launcher_names_read(struct launcher_names *names, const char *launchers,
                        struct error *error)
{
    struct dirent **entries;
    int count = scandir(launchers, &entries, is_launcher, by_name);

    names->count = 0;
    names->names = NULL;
    if (count < 0)
        return error_set(error, ERROR_SITE, "cannot list the launchers of %s: %s",
                         launchers, strerror(errno));
    if (count > 0)
        names->names = calloc((size_t)count, sizeof(*names->names));
    for (int i = 0; i < count; i++) {
        if (names->names)
            framework_of(entries[i]->d_name, names->names[names->count++]);
        free(entries[i]);
    }
    free(entries);
    if (count == 0)
        return error_set(error, ERROR_SITE, "no launcher is installed in %s", launchers);
    if (!names->names)
        return error_set(error, ERROR_NODE, "out of memory for the list of launchers");
    return 0;
}

void launcher_names_release(struct launcher_names *names)
{
    free(names->names);
    names->names = NULL;
    names->count = 0;
}

static int refuse_framework(const char *launchers, const char *framework,
                            struct error *error)
{
    char quoted[NAME_QUOTED_SIZE], known[ERROR_TEXT_SIZE] = "";
    struct launcher_names names;
    size_t used = 0;

    if (launcher_names_read(&names, launchers, error) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++)
        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                                     i ? ", " : "", names.names[i]);
    launcher_names_release(&names);
    name_quote(framework, quoted, sizeof(quoted));
    return error_set(error, ERROR_USER,
                     "framework `%s` is not known here: choose one of %s", quoted, known);
}

int launcher_directory_path(const char *launchers, const char *framework, char *path,
                            struct error *error)
{
    struct stat status;
    int length = -1;

    if (name_is_valid(framework))
        length =
            snprintf(path, LAUNCHER_PATH_SIZE, "%s/%s%s", launchers, framework, SUFFIX);
    if (length > 0 && length < LAUNCHER_PATH_SIZE && stat(path, &status) == 0 &&
        S_ISREG(status.st_mode))
        return 0;
    return refuse_framework(launchers, framework, error);
}

int launcher_directory_has(const char *launchers, const char *framework,
                           struct error *error)
{
    char path[LAUNCHER_PATH_SIZE];

    return launcher_directory_path(launchers, framework, path, error);
}
