/* namespace_kind.c: reads which plugin of Slurm's makes mount namespaces. */
#include "lib/slurm/namespace_kind.h"

#include "lib/agreed.h"
#include "lib/protocol/field.h"
#include "lib/slurm/slurm_place.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const keys[] = {"JobContainerType", "NamespaceType"};

static bool is_key(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strlen(keys[i]) == length && strncasecmp(keys[i], word, length) == 0)
            return true;
    return false;
}

/* A line has pairs "KEY=VALUE", with blanks beside the sign where somebody likes them. */
static bool read_line(const char *line, char setting[NAMESPACE_SETTING_SIZE])
{
    const char *key = line + strspn(line, " \t");
    size_t length = strcspn(key, "= \t\n#");
    const char *value = key + length + strspn(key + length, " \t");
    size_t size;

    if (*value != '=' || !is_key(key, length))
        return false;
    value += 1 + strspn(value + 1, " \t\"");
    size = strcspn(value, " \t\n#\"");
    snprintf(setting, NAMESPACE_SETTING_SIZE, "%.*s=%.*s", (int)length, key, (int)size,
             value);
    return true;
}

static bool is_known(const char *setting)
{
    const char *value = strchr(setting, '=') + 1, *slash = strrchr(value, '/');
    const char *kind = slash ? slash + 1 : value;

    return !*kind || field_has_word(NAMESPACE_KINDS, kind, strlen(kind));
}

bool namespace_kind_find(FILE *conf, char setting[NAMESPACE_SETTING_SIZE])
{
    bool is_found = false;
    char *line = NULL;
    size_t size = 0;

    while (!is_found && getline(&line, &size, conf) > 0)
        is_found = read_line(line, setting) && !is_known(setting);
    free(line);
    return is_found;
}

bool namespace_kind_look(char setting[NAMESPACE_SETTING_SIZE])
{
    char path[SETTINGS_PATH_SIZE + sizeof("/slurm.conf")];
    struct slurm_place place;
    bool is_found = false;
    FILE *conf;

    slurm_place_read(&place, NULL);
    snprintf(path, sizeof(path), "%s/slurm.conf", place.directory);
    conf = fopen(path, "re");
    if (conf) {
        is_found = namespace_kind_find(conf, setting);
        fclose(conf);
    }
    return is_found;
}
