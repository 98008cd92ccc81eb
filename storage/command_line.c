#include "command_line.h"

#include "framework.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION "SPANK__SLURM_SPANK_OPTION_atelier_"

enum fact_kind { FACT_TEXT, FACT_ID, FACT_JOB };

struct fact {
    const char *key;
    enum fact_kind kind;
    size_t offset;              /* in struct facts */
    const char *environment[2]; /* where Slurm's prolog has it */
};

#define FACT(key, kind, ...)                     \
    {                                            \
#key, kind, offsetof(struct facts, key), \
        {                                        \
            __VA_ARGS__                          \
        }                                        \
    }

static const struct fact facts_known[] = {
    FACT(job, FACT_JOB, "SLURM_JOB_ID", "SLURM_JOBID"),
    FACT(uid, FACT_ID, "SLURM_JOB_UID"),
    FACT(gid, FACT_ID, "SLURM_JOB_GID"),
    FACT(account, FACT_TEXT, "SLURM_JOB_ACCOUNT"),
    FACT(partition, FACT_TEXT, "SLURM_JOB_PARTITION"),
    FACT(node, FACT_TEXT, "SLURMD_NODENAME"),
    FACT(nodes, FACT_TEXT, "SLURM_NODELIST", "SLURM_JOB_NODELIST"),
    FACT(cluster, FACT_TEXT, "SLURM_CLUSTER_NAME"),
    FACT(restart, FACT_ID, "SLURM_JOB_RESTART_COUNT"),
    FACT(output, FACT_TEXT, "SLURM_JOB_STDOUT"),
    FACT(directory, FACT_TEXT, "SLURM_JOB_WORK_DIR"),
    FACT(workspace, FACT_TEXT, OPTION "workspace"),
    FACT(experiment, FACT_TEXT, OPTION "experiment"),
    FACT(framework, FACT_TEXT, OPTION "framework"),
    FACT(mount, FACT_TEXT, OPTION "mount"),
    FACT(check, FACT_TEXT, OPTION "check"),
    FACT(compat, FACT_TEXT, OPTION "compat"),
    FACT(with_input, FACT_TEXT, OPTION "with_input"),
    FACT(with_output, FACT_TEXT, OPTION "with_output"),
};

#define FACTS_KNOWN (sizeof(facts_known) / sizeof(facts_known[0]))

/* Digits only, below 2^32 - 1, which stands for "no id". */
static int parse_number(const char *text, uint32_t *number)
{
    uint64_t value = 0;

    if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 10)
        return -1;
    for (; *text; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    if (value >= UINT32_MAX)
        return -1;
    *number = (uint32_t)value;
    return 0;
}

static int set_fact(struct facts *facts, const struct fact *fact, const char *value,
                    struct error *error)
{
    char *place = (char *)facts + fact->offset;
    char quoted[NAME_QUOTED_SIZE];
    uint32_t number;

    if (fact->kind == FACT_TEXT) {
        *(const char **)(void *)place = value;
        return 0;
    }
    if (parse_number(value, &number) < 0 || (fact->kind == FACT_JOB && number == 0)) {
        name_quote(value, quoted, sizeof(quoted));
        return error_set(error, ERROR_NODE, "%s=%s is no valid number", fact->key,
                         quoted);
    }
    *(uint32_t *)(void *)place = number;
    return 0;
}

static bool is_given(const bool given[], const char *key)
{
    for (size_t i = 0; i < FACTS_KNOWN; i++)
        if (strcmp(facts_known[i].key, key) == 0)
            return given[i];
    return false;
}

static const struct fact *find_fact(const char *word)
{
    for (size_t i = 0; i < FACTS_KNOWN; i++) {
        size_t length = strlen(facts_known[i].key);

        if (strncmp(word, facts_known[i].key, length) == 0 && word[length] == '=')
            return &facts_known[i];
    }
    return NULL;
}

static const char *find_in_environment(const struct fact *fact)
{
    const char *value = getenv(fact->environment[0]);

    return value || !fact->environment[1] ? value : getenv(fact->environment[1]);
}

/* Only what no word gives: a malformed variable that is not needed harms nobody. */
static int apply_environment(struct facts *facts, const bool given[], struct error *error)
{
    for (size_t i = 0; i < FACTS_KNOWN; i++) {
        const char *value = given[i] ? NULL : find_in_environment(&facts_known[i]);

        if (value && set_fact(facts, &facts_known[i], value, error) < 0)
            return -1;
    }
    return 0;
}

/* The policy decides on the framework's name alone; the settings are handed on. */
static void part_framework(struct command_line *line)
{
    const char *text = line->facts.framework;

    snprintf(line->framework, sizeof(line->framework), "%.*s", (int)strcspn(text, ":"),
             text);
    line->facts.framework = line->framework;
    line->facts.framework_settings = framework_settings(text);
}

int command_line_parse(struct command_line *line, int count, char *const words[],
                       struct error *error)
{
    bool given[FACTS_KNOWN] = {false};

    settings_init(&line->settings);
    line->facts = (struct facts){.uid = COMMAND_LINE_NO_ID,
                                 .gid = COMMAND_LINE_NO_ID,
                                 .account = "",
                                 .partition = "",
                                 .node = "",
                                 .nodes = "",
                                 .cluster = "",
                                 .output = "",
                                 .directory = "",
                                 .workspace = "",
                                 .experiment = "",
                                 .framework = "",
                                 .framework_settings = "",
                                 .check = "",
                                 .compat = "",
                                 .with_input = "",
                                 .with_output = "",
                                 .mount = ""};
    for (int i = 0; i < count; i++) {
        const struct fact *fact = find_fact(words[i]);

        if (!fact) {
            if (settings_apply(&line->settings, words[i], error) < 0)
                return -1;
            continue;
        }
        if (set_fact(&line->facts, fact, strchr(words[i], '=') + 1, error) < 0)
            return -1;
        given[fact - facts_known] = true;
    }
    line->restart_is_given = is_given(given, "restart");
    if (apply_environment(&line->facts, given, error) < 0)
        return -1;
    part_framework(line);
    return 0;
}
