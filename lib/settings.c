#include "settings.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct setting {
    const char *key;
    size_t offset; /* of its array in struct settings */
    const char *initial;
};

#define SETTING(key, initial)                         \
    {                                                 \
#key, offsetof(struct settings, key), initial \
    }

static const struct setting settings_known[] = {
    SETTING(policy, POLICY_FILE),
    SETTING(lua, LUA_DIR),
    SETTING(launchers, LAUNCHERS_DIR),
    SETTING(keeper, PROGRAM_DIR "/atelier-keeper"),
    SETTING(nfs, PROGRAM_DIR "/atelier-nfs"),
    SETTING(scontrol, SCONTROL_PROGRAM),
    SETTING(run, RUN_DIR),
    SETTING(mounts, "/mnt/atelier"),
    SETTING(log, "syslog"),
};

#define SETTINGS_KNOWN (sizeof(settings_known) / sizeof(settings_known[0]))

static char *value_of(struct settings *settings, const struct setting *setting)
{
    return (char *)settings + setting->offset;
}

void settings_init(struct settings *settings)
{
    for (size_t i = 0; i < SETTINGS_KNOWN; i++)
        snprintf(value_of(settings, &settings_known[i]), SETTINGS_PATH_SIZE, "%s",
                 settings_known[i].initial);
}

static const struct setting *find_setting(const char *key, size_t length)
{
    for (size_t i = 0; i < SETTINGS_KNOWN; i++)
        if (strlen(settings_known[i].key) == length &&
            strncmp(settings_known[i].key, key, length) == 0)
            return &settings_known[i];
    return NULL;
}

static int refuse_word(const char *word, struct error *error)
{
    char keys[256] = "";
    size_t used = 0;

    for (size_t i = 0; i < SETTINGS_KNOWN && used < sizeof(keys); i++)
        used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s%s", i ? ", " : "",
                                 settings_known[i].key);
    return error_set(
        error, ERROR_SITE,
        "plugstack line: `%.100s` is no setting: write KEY=VALUE with one of "
        "the keys %s",
        word, keys);
}

static bool is_acceptable(const struct setting *setting, const char *value)
{
    if (value[0] == '/')
        return true;
    return strcmp(setting->key, "log") == 0 &&
           (strcmp(value, "syslog") == 0 || strcmp(value, "stderr") == 0);
}

int settings_apply(struct settings *settings, const char *word, struct error *error)
{
    const char *equals = strchr(word, '=');
    const struct setting *setting =
        equals ? find_setting(word, (size_t)(equals - word)) : NULL;

    if (!setting)
        return refuse_word(word, error);
    if (strlen(equals + 1) >= SETTINGS_PATH_SIZE)
        return error_set(
            error, ERROR_SITE,
            "plugstack line: the value of `%s` is too long: at most %d bytes",
            setting->key, SETTINGS_PATH_SIZE - 1);
    if (!is_acceptable(setting, equals + 1))
        return error_set(error, ERROR_SITE,
                         "plugstack line: `%s` is not an absolute path: write %s=/...",
                         word, setting->key);
    strcpy(value_of(settings, setting), equals + 1);
    return 0;
}

int settings_apply_all(struct settings *settings, int count, char *const words[],
                       struct error *error)
{
    int status = 0;

    for (int i = 0; i < count; i++)
        if (settings_apply(settings, words[i], error) < 0)
            status = -1;
    return status;
}

size_t settings_count(void)
{
    return SETTINGS_KNOWN;
}

void settings_word(const struct settings *settings, size_t index, char *word)
{
    const struct setting *setting = &settings_known[index];

    snprintf(word, SETTINGS_WORD_SIZE, "%s=%s", setting->key,
             (const char *)settings + setting->offset);
}
