/* launcher_text.c: reads the texts of a site's launchers. */
#include "cli/launcher_text.h"

#include "lib/launcher/launcher_directory.h"
#include "lib/trusted_file.h"

#include <stdio.h>
#include <stdlib.h>

#define MODULE_SIZE (NAME_LENGTH_MAX + 16)

static void add_text(json_t *texts, const char *directory, const char *prefix,
                     const char *name)
{
    struct error error = {.party = ERROR_NONE};
    char path[LAUNCHER_PATH_SIZE], module[MODULE_SIZE];
    size_t length;
    char *text;

    if (launcher_directory_path(directory, name, path, &error) < 0)
        return;
    text = plain_file_read(path, &length, &error);
    snprintf(module, sizeof(module), "%s%s", prefix, name);
    if (text)
        json_object_set_new(texts, module, json_stringn(text, length));
    free(text);
}

static void add_directory(json_t *texts, const char *directory, const char *prefix)
{
    struct error error = {.party = ERROR_NONE};
    struct launcher_names names;

    if (launcher_names_read(&names, directory, &error) < 0)
        return;
    for (size_t i = 0; i < names.count; i++)
        add_text(texts, directory, prefix, names.names[i]);
    launcher_names_release(&names);
}

json_t *launcher_texts(const char *launchers)
{
    char support[LAUNCHER_PATH_SIZE];
    json_t *texts = json_object();

    snprintf(support, sizeof(support), "%s/support", launchers);
    add_directory(texts, launchers, "");
    add_directory(texts, support, "support.");
    return texts;
}
