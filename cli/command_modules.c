/* command_modules.c: looks for the commands that are modules in Lua. */
#include "cli/command_modules.h"

#include "lib/settings.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

json_t *command_modules(const char *lua)
{
    char path[SETTINGS_PATH_SIZE + sizeof("/atelier/command")];
    json_t *nouns = json_array();
    const struct dirent *entry;
    DIR *directory;

    snprintf(path, sizeof(path), "%s/atelier/command", lua);
    directory = opendir(path);
    while (directory && (entry = readdir(directory))) {
        const char *suffix = strrchr(entry->d_name, '.');

        if (suffix && strcmp(suffix, ".lua") == 0)
            json_array_append_new(
                nouns, json_stringn(entry->d_name, (size_t)(suffix - entry->d_name)));
    }
    if (directory)
        closedir(directory);
    return nouns;
}
