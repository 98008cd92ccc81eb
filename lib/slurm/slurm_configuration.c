/* slurm_configuration.c: reads Slurm's configuration for requirement.lua. */
#include "lib/slurm/slurm_configuration.h"

#include "lib/slurm/plugstack.h"
#include "lib/slurm/slurm_place.h"
#include "lib/trusted_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The script's text; "" when there is none, null when it cannot be read. */
static json_t *script_of(const char *directory, const char *name)
{
    struct error ignored = {.party = ERROR_NONE};
    char path[PATH_MAX + NAME_MAX];
    char *text;
    json_t *value;
    size_t length;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (access(path, R_OK) < 0)
        return errno == ENOENT ? json_string("") : json_null();
    text = plain_file_read(path, &length, &ignored);
    value = text ? json_stringn_nocheck(text, length) : json_null();
    free(text);
    return value;
}

/* "SlurmctldHost[0]        = head(10.0.0.1)", one of the lines being this machine. */
static bool is_controller(const char *text)
{
    char name[HOST_NAME_MAX + 1];
    const char *line = text;

    if (gethostname(name, sizeof(name)) < 0)
        return false;
    name[strcspn(name, ".")] = '\0';
    while ((line = strstr(line, "\nSlurmctldHost["))) {
        size_t length;

        line += strcspn(line + 1, "=") + 1;
        line += strspn(line, "= ");
        length = strcspn(line, ".( \n");
        if (length == strlen(name) && strncmp(line, name, length) == 0)
            return true;
    }
    return false;
}

/* The line of the plugin, or null. */
static json_t *line_of(const char *plugstack)
{
    struct error ignored = {.party = ERROR_NONE};
    struct plugstack_line line;
    json_t *words;

    if (plugstack_find(plugstack, &line, &ignored) < 1)
        return json_null();
    words = json_array();
    for (int i = 0; i < line.word_count; i++)
        json_array_append_new(words, json_string(line.words[i]));
    return json_pack("{s:s, s:i, s:o}", "file", line.file, "line", (int)line.number,
                     "words", words);
}

/* Of the files that say how Slurm makes mount namespaces, those that are here. */
static json_t *namespaces_of(const char *directory)
{
    static const char *const names[] = {"job_container.conf", "namespace.yaml"};
    json_t *files = json_object();

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        json_t *text = script_of(directory, names[i]);

        if (json_string_length(text) > 0)
            json_object_set(files, names[i], text);
        json_decref(text);
    }
    return files;
}

json_t *slurm_configuration(const char *text)
{
    struct slurm_place place;
    json_t *known;

    slurm_place_read(&place, text);
    known = json_pack("{s:o, s:s, s:o, s:o, s:o}", "slurm", json_string_nocheck(text),
                      "directory", place.directory, "plugstack", line_of(place.plugstack),
                      "cli_filter", script_of(place.directory, "cli_filter.lua"),
                      "namespaces", namespaces_of(place.directory));
    if (is_controller(text))
        json_object_set_new(known, "job_submit",
                            script_of(place.directory, "job_submit.lua"));
    return known;
}
