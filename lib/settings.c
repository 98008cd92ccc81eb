/* settings.c: reads where the site keeps things from KEY=VALUE words. */
#include "lib/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum setting_form { FORM_PATH, FORM_SWITCH, FORM_IDS };

struct setting {
    const char *key;
    size_t offset; /* of the setting's array in struct settings */
    const char *initial;
    enum setting_form form; /* a switch takes only `words` */
    const char *words[2];   /* words accepted beside a path; NULL for none */
};

#define SETTING(key, initial, form, ...)                     \
    {                                                        \
#key, offsetof(struct settings, key), initial, form, \
        {                                                    \
            __VA_ARGS__                                      \
        }                                                    \
    }

static const struct setting settings_known[] = {
    SETTING(policy, POLICY_FILE, FORM_PATH, NULL),
    SETTING(lua, LUA_DIR, FORM_PATH, NULL),
    SETTING(launchers, LAUNCHERS_DIR, FORM_PATH, NULL),
    SETTING(keeper, PROGRAM_DIR "/atelier-keeper", FORM_PATH, NULL),
    SETTING(nfs, PROGRAM_DIR "/atelier-nfs", FORM_PATH, NULL),
    SETTING(rank, PROGRAM_DIR "/atelier-rank", FORM_PATH, NULL),
    SETTING(doctor, PROGRAM_DIR "/atelier-doctor", FORM_PATH, NULL),
    SETTING(experiment, PROGRAM_DIR "/atelier-experiment", FORM_PATH, NULL),
    SETTING(scontrol, SCONTROL_PROGRAM, FORM_PATH, NULL),
    SETTING(run, RUN_DIR, FORM_PATH, NULL),
    SETTING(state, STATE_DIR, FORM_PATH, NULL),
    SETTING(mounts, "/mnt/atelier", FORM_PATH, NULL),
    SETTING(defaults, "off", FORM_SWITCH, "on", "off"),
    SETTING(log, "syslog", FORM_PATH, "syslog", "stderr"),
    SETTING(client_ids, "2100000000-2100065535", FORM_IDS, NULL),
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

/* Reads "FIRST-LAST". Both are below 2^32 - 1, which stands for "no id". */
static bool read_ids(const char *value, struct settings_ids *ids)
{
    unsigned long long numbers[2];

    for (int i = 0; i < 2; i++) {
        size_t length = strspn(value, "0123456789");

        if (length == 0 || length > 10 || value[length] != "-"[i])
            return false;
        numbers[i] = strtoull(value, NULL, 10);
        value += length + 1;
    }
    if (numbers[0] == 0 || numbers[0] >= numbers[1] || numbers[1] >= UINT32_MAX)
        return false;
    *ids = (struct settings_ids){(uid_t)numbers[0], (uid_t)numbers[1]};
    return true;
}

static bool is_acceptable(const struct setting *setting, const char *value)
{
    for (int i = 0; i < 2; i++)
        if (setting->words[i] && strcmp(value, setting->words[i]) == 0)
            return true;
    if (setting->form == FORM_IDS)
        return read_ids(value, &(struct settings_ids){0});
    return setting->form == FORM_PATH && value[0] == '/';
}

static int refuse_value(const struct setting *setting, const char *word,
                        struct error *error)
{
    if (setting->form == FORM_IDS)
        return error_set(error, ERROR_SITE,
                         "plugstack line: `%s` is no range of user ids: write "
                         "%s=FIRST-LAST, two ids or more that no user and no group has",
                         word, setting->key);
    if (setting->form == FORM_SWITCH)
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
        strcpy(path, "/"); /* the path of a directory, so no policy is there */
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

struct settings_ids settings_client_ids(const struct settings *settings)
{
    struct settings_ids ids = {0};

    read_ids(settings->client_ids, &ids);
    return ids;
}
