#include "settings.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct setting {
    const char *key;
    size_t offset; /* of its array in struct settings */
    const char *initial;
    bool is_switch;       /* takes only `words` */
    const char *words[2]; /* accepted beside a path; NULL for none */
};

#define SETTING(key, initial, is_switch, ...)                     \
    {                                                             \
#key, offsetof(struct settings, key), initial, is_switch, \
        {                                                         \
            __VA_ARGS__                                           \
        }                                                         \
    }

static const struct setting settings_known[] = {
    SETTING(policy, POLICY_FILE, false, NULL),
    SETTING(lua, LUA_DIR, false, NULL),
    SETTING(launchers, LAUNCHERS_DIR, false, NULL),
    SETTING(keeper, PROGRAM_DIR "/atelier-keeper", false, NULL),
    SETTING(nfs, PROGRAM_DIR "/atelier-nfs", false, NULL),
    SETTING(rank, PROGRAM_DIR "/atelier-rank", false, NULL),
    SETTING(doctor, PROGRAM_DIR "/atelier-doctor", false, NULL),
    SETTING(experiment, PROGRAM_DIR "/atelier-experiment", false, NULL),
    SETTING(scontrol, SCONTROL_PROGRAM, false, NULL),
    SETTING(run, RUN_DIR, false, NULL),
    SETTING(state, STATE_DIR, false, NULL),
    SETTING(mounts, "/mnt/atelier", false, NULL),
    SETTING(defaults, "off", true, "on", "off"),
    SETTING(log, "syslog", false, "syslog", "stderr"),
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
    for (int i = 0; i < 2; i++)
        if (setting->words[i] && strcmp(value, setting->words[i]) == 0)
            return true;
    return !setting->is_switch && value[0] == '/';
}

static int refuse_value(const struct setting *setting, const char *word,
                        struct error *error)
{
    if (setting->is_switch)
        return error_set(
            error, ERROR_SITE, "plugstack line: `%s` is neither %s=%s nor %s=%s", word,
            setting->key, setting->words[0], setting->key, setting->words[1]);
    return error_set(error, ERROR_SITE,
                     "plugstack line: `%s` is not an absolute path: write %s=/...", word,
                     setting->key);
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
        return refuse_value(setting, word, error);
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

void settings_use_last_policy(struct settings *settings)
{
    char path[2 * SETTINGS_PATH_SIZE];
    const char *slash = strrchr(settings->policy, '/');

    snprintf(path, sizeof(path), "%s/" SETTINGS_LAST_POLICY "%s", settings->state,
             slash ? slash : "/");
    if (strlen(path) >= SETTINGS_PATH_SIZE)
        strcpy(path, "/"); /* no policy is there */
    strcpy(settings->policy, path);
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

bool settings_serve_defaults(const struct settings *settings)
{
    return strcmp(settings->defaults, "on") == 0;
}
