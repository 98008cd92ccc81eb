/* facts.c: has the one table of a job's facts, and reads and writes them by it. */
#include "lib/policy/facts.h"

#include "lib/name.h"
#include "lib/number.h"
#include "lib/slurm/slurm_option.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FACT(of, is, from, decides, ...)                                          \
    .offset = offsetof(struct facts, of), .key = #of, .kind = is, .source = from, \
    .is_for_policy = decides, .option = OPTION_COUNT, .environment = {__VA_ARGS__}

const struct fact facts_known[] = {
    {FACT(job, FACT_JOB, FACT_OF_SPANK, true, "SLURM_JOB_ID", "SLURM_JOBID")},
    {FACT(uid, FACT_ID, FACT_OF_SPANK, true, "SLURM_JOB_UID")},
    {FACT(gid, FACT_ID, FACT_OF_SPANK, true, "SLURM_JOB_GID")},
    {FACT(node, FACT_TEXT, FACT_OF_SPANK, true, "SLURMD_NODENAME")},
    {FACT(account, FACT_TEXT, FACT_OF_PROLOG, true, "SLURM_JOB_ACCOUNT")},
    {FACT(partition, FACT_TEXT, FACT_OF_PROLOG, true, "SLURM_JOB_PARTITION")},
    {FACT(nodes, FACT_TEXT, FACT_OF_PROLOG, false, "SLURM_NODELIST",
          "SLURM_JOB_NODELIST")},
    {FACT(cluster, FACT_TEXT, FACT_OF_PROLOG, false, "SLURM_CLUSTER_NAME")},
    {FACT(restart, FACT_ID, FACT_OF_PROLOG, false, "SLURM_JOB_RESTART_COUNT")},
    {FACT(output, FACT_TEXT, FACT_OF_PROLOG, false, "SLURM_JOB_STDOUT")},
    {FACT(directory, FACT_TEXT, FACT_OF_PROLOG, false, "SLURM_JOB_WORK_DIR")},
#define OPTION(id, field, ...)      \
    {#field,                        \
     FACT_TEXT,                     \
     FACT_OF_USER,                  \
     true,                          \
     OPTION_##id,                   \
     offsetof(struct facts, field), \
     {SLURM_OPTION_FOR_PROLOG #field}},
#include "lib/option/option_rows.h"
};

_Static_assert(sizeof(facts_known) / sizeof(facts_known[0]) <= FACTS_KNOWN_MAX,
               "FACTS_KNOWN_MAX is too small");

const size_t facts_known_count = sizeof(facts_known) / sizeof(facts_known[0]);

static void *place_of(struct facts *facts, const struct fact *fact)
{
    return (char *)facts + fact->offset;
}

void facts_init(struct facts *facts)
{
    *facts = (struct facts){.uid = FACTS_NO_ID, .gid = FACTS_NO_ID};
    for (size_t i = 0; i < facts_known_count; i++)
        if (facts_known[i].kind == FACT_TEXT)
            *(const char **)place_of(facts, &facts_known[i]) = "";
    facts->framework_settings = "";
}

const struct fact *fact_find(const char *word)
{
    for (size_t i = 0; i < facts_known_count; i++) {
        size_t length = strlen(facts_known[i].key);

        if (strncmp(word, facts_known[i].key, length) == 0 && word[length] == '=')
            return &facts_known[i];
    }
    return NULL;
}

const char *fact_in_environment(const struct fact *fact)
{
    const char *value = getenv(fact->environment[0]);

    if (!value && fact->environment[1])
        value = getenv(fact->environment[1]);
    return value && fact->source == FACT_OF_USER ? option_value(fact->option, value)
                                                 : value;
}

int fact_set(struct facts *facts, const struct fact *fact, const char *value,
             struct error *error)
{
    char quoted[NAME_QUOTED_SIZE];
    uint64_t number;

    if (fact->kind == FACT_TEXT) {
        *(const char **)place_of(facts, fact) = value;
        return 0;
    }
    if (!number_parse(value, FACTS_NO_ID - 1, &number) ||
        (fact->kind == FACT_JOB && number == 0)) {
        name_quote(value, quoted, sizeof(quoted));
        return error_set(error, ERROR_NODE, "%s=%s is no valid number", fact->key,
                         quoted);
    }
    *(uint32_t *)place_of(facts, fact) = (uint32_t)number;
    return 0;
}

const char *fact_text(const struct facts *facts, const struct fact *fact)
{
    const char *text =
        *(const char *const *)(const void *)((const char *)facts + fact->offset);

    return text ? text : "";
}

unsigned fact_number(const struct facts *facts, const struct fact *fact)
{
    return *(const uint32_t *)(const void *)((const char *)facts + fact->offset);
}

bool facts_ask(const struct facts *facts)
{
    for (size_t i = 0; i < facts_known_count; i++)
        if (facts_known[i].source == FACT_OF_USER && *fact_text(facts, &facts_known[i]))
            return true;
    return false;
}
