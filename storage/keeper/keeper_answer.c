/* keeper_answer.c: answers a step that joins the job. */
#include "lib/log.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "lib/record.h"
#include "storage/client/loss.h"
#include "storage/keeper/keeper.h"
#include "storage/mount/job_directories.h"

#include <stdio.h>
#include <string.h>

#define OUTPUT_DIRECTORY_MAX 1023 /* bytes; a longer one is left out */
#define NODES_MAX 8191            /* bytes; a longer list is left out */

/* Adds the directory of the output file, unless its name has a pattern: only the tasks
 * can tell what became of that. */
static int add_output_directory(struct record *answer, const struct facts *facts)
{
    const char *path = facts->output, *slash = strrchr(path, '/');
    int length = slash > path ? (int)(slash - path) : 1;

    if (*path != '/' || memchr(path, '%', (size_t)length)) {
        path = facts->directory;
        length = (int)strnlen(path, OUTPUT_DIRECTORY_MAX + 1);
    }
    return *path == '/' && length <= OUTPUT_DIRECTORY_MAX
               ? record_setf(answer, "output_directory", "%.*s", length, path)
               : 0;
}

/* Adds the job's nodes. Slurm tells them to a step as well; but a step that was started
 * without the environment of its job is told only its own. */
static int add_nodes(struct record *answer, const struct facts *facts)
{
    return strlen(facts->nodes) <= NODES_MAX ? record_set(answer, "nodes", facts->nodes)
                                             : 0;
}

static int refuse_size(struct error *error)
{
    return error_set(error, ERROR_SITE,
                     "the environment that the policy adds to the job is too large");
}

/* Adds the values of the options. A value without the form of its option is not handed
 * on, nor is a flag, which each step has for itself. */
static int add_wishes(struct record *answer, const struct facts *facts)
{
    for (size_t i = 0; i < facts_known_count; i++) {
        const struct fact *fact = &facts_known[i];
        const char *text = fact_text(facts, fact);

        if (fact->source != FACT_OF_USER || option_words[fact->option].form == FORM_FLAG)
            continue;
        if (*text && option_check(fact->option, "", text, NULL) < 0)
            text = "";
        if (record_set(answer, fact->key, text) < 0 ||
            (fact->option == OPTION_FRAMEWORK &&
             record_set(answer, "framework_settings", facts->framework_settings) < 0))
            return -1;
    }
    return 0;
}

int keeper_answer_create(struct keeper *keeper, struct error *error)
{
    const struct facts *facts = &keeper->facts;
    struct record *answer = keeper_message_answer("failed");

    keeper->answer = answer;
    return !answer || record_setf(answer, "job", "%u", facts->job) < 0 ||
                   record_setf(answer, "uid", "%u", (unsigned)facts->uid) < 0 ||
                   add_wishes(answer, facts) < 0 ||
                   record_set(answer, "frameworks", "") < 0 ||
                   record_set(answer, "mount_root", keeper->settings->mounts) < 0 ||
                   add_output_directory(answer, facts) < 0 || add_nodes(answer, facts) < 0
               ? error_set(error, ERROR_NODE, "out of memory")
               : 0;
}

static int add_environment(struct record *answer, const struct record *environment)
{
    int status = 0;

    for (size_t i = 0; environment && i < record_count(environment) && status == 0; i++)
        status = keeper_message_add_variable(answer, record_key(environment, i),
                                             record_value(environment, i));
    return status;
}

static int add_directories(const struct keeper *keeper, struct record *answer)
{
    const char *root = keeper->settings->mounts;

    if (record_setf(answer, "job_temp", "%s/" PLAN_JOB_TEMP, root) < 0)
        return -1;
    return job_directories_shared(keeper->plan)
               ? record_setf(answer, "shared_job_temp", "%s/" PLAN_SHARED_JOB_TEMP, root)
               : 0;
}

int keeper_answer_add_plan(struct keeper *keeper, struct error *error)
{
    const struct plan *plan = keeper->plan;
    struct record *answer = keeper->answer;

    return record_set(answer, "workspace", plan->workspace) < 0 ||
                   record_set(answer, "experiment", plan->experiment) < 0 ||
                   record_set(answer, "framework", plan->framework) < 0 ||
                   record_set(answer, "framework_settings", plan->framework_settings) <
                       0 ||
                   record_set(answer, "mount", plan->mount) < 0 ||
                   record_set(answer, "frameworks", plan->frameworks) < 0 ||
                   (!*record_get(answer, "compat") &&
                    record_set(answer, "compat", plan->compat) < 0) ||
                   add_directories(keeper, answer) < 0 ||
                   add_environment(answer, plan->environment) < 0
               ? refuse_size(error)
               : 0;
}

int keeper_answer_ready(struct keeper *keeper)
{
    return record_set(keeper->answer, "state", "ready");
}

static void copy(struct record *line, const struct record *from, const char *key)
{
    const char *value = record_get(from, key);

    if (value)
        record_set(line, key, value);
}

/* A job that did not start has no storage, and its tasks have told why. */
void keeper_answer_add_loss(const struct keeper *keeper, struct record *answer)
{
    if (!keeper->has_storage)
        return;
    copy(answer, keeper->answer, "error");
    copy(answer, keeper->answer, "notice");
    copy(answer, keeper->answer, "party");
}

void keeper_answer_add_unsafe(const struct keeper *keeper, struct record *answer)
{
    struct record *report = record_create();
    struct fault loss = {0};

    keeper_answer_add_loss(keeper, answer);
    if (keeper->has_storage && report && !record_get(answer, "error")) {
        storage_report_unsafe(&keeper->storage, report);
        if (loss_check_unsafe(keeper->plan, keeper->facts.node, report, &loss) < 0)
            keeper_message_add_fault(answer, KEEPER_UNSAFE, &loss);
    }
    record_destroy(report);
}

static void add_volumes(struct record *line, const struct plan *plan)
{
    char names[PLAN_VOLUMES_MAX * (NAME_LENGTH_MAX + 1) + 1] = "";
    char *end = names;

    for (size_t i = 0; plan && i < plan->volume_count; i++)
        if (strcmp(plan->volumes[i].name, PLAN_JOB_TEMP) != 0)
            end += sprintf(end, "%s%s", i ? "," : "", plan->volumes[i].name);
    record_set(line, "volumes", names);
}

void keeper_log(const struct keeper *keeper, const char *event, long long milliseconds,
                const struct record *more)
{
    struct record *line = record_create();

    if (!line)
        return;
    copy(line, keeper->answer, "job");
    record_set(line, "node", keeper->facts.node);
    copy(line, keeper->answer, "workspace");
    copy(line, keeper->answer, "experiment");
    add_volumes(line, keeper->plan);
    record_setf(line, "ms", "%lld", milliseconds);
    for (size_t i = 0; more && i < record_count(more); i++)
        record_set(line, record_key(more, i), record_value(more, i));
    copy(line, keeper->answer, "error");
    log_line(event, line);
    record_destroy(line);
}
