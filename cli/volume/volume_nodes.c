/* volume_nodes.c: runs `atelier volume test` on every node at once. */
#include "cli/volume/volume_nodes.h"

#include "cli/slurm_rows.h"
#include "lib/hostlist.h"
#include "lib/slurm/slurm_command.h"
#include "lib/words.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* With room for the start and the end of a job of many nodes. */
#define SRUN_MS 60000
#define ALLOCATION_WORDS "--immediate=20", "--time=1", "--mem=64M"

/* The names of the usable nodes of the partition, "n1,n2". `%P` has a `*` at the default.
 */
static char *find_nodes(char *partition, size_t size, struct error *error)
{
    const char *const argv[] = {"sinfo",          "-h", "-r",    "-t",
                                "idle,mix,alloc", "-o", "%P|%N", NULL};
    const char *const names[] = {"partition", "nodes", NULL};
    json_t *rows = slurm_rows(argv, names, error);
    char *nodes = NULL;
    size_t index;
    json_t *row;

    json_array_foreach(rows, index, row) {
        const char *name = json_string_value(json_object_get(row, "partition"));
        const char *list = json_string_value(json_object_get(row, "nodes"));
        size_t length = strcspn(name, "*");
        bool is_wanted = *partition ? strlen(partition) == length &&
                                          strncmp(partition, name, length) == 0
                                    : name[length] == '*';
        char *longer;

        if (!is_wanted || length >= size ||
            asprintf(&longer, "%s%s%s", nodes ? nodes : "", nodes ? "," : "", list) < 0)
            continue;
        free(nodes);
        nodes = longer;
        if (!*partition)
            snprintf(partition, size, "%.*s", (int)length, name);
    }
    if (rows && !nodes)
        error_set(error, ERROR_SITE, "partition `%s` has no node that is up",
                  *partition ? partition : "(default)");
    json_decref(rows);
    return nodes;
}

/* srun's own words. Inside an allocation nothing is asked for but a step beside others.
 */
static void add_srun(struct words *words, const char *partition, const char *nodes,
                     size_t count)
{
    static const char *const always[] = {"srun",
                                         "--quiet",
                                         "--ntasks-per-node=1",
                                         "--cpus-per-task=1",
                                         "--kill-on-bad-exit=0",
                                         "--input=none"};
    static const char *const alone[] = {ALLOCATION_WORDS,
                                        "--job-name=atelier-volume-test"};

    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        words_add(words, "%s", always[i]);
    words_add(words, "--ntasks=%zu", count);
    words_add(words, "--nodelist=%s", nodes);
    if (!partition) {
        words_add(words, "--overlap");
        return;
    }
    words_add(words, "--partition=%s", partition);
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
        words_add(words, "%s", alone[i]);
}

/* The same program, with the same settings. */
static int add_command(struct words *words, const struct volume_nodes *nodes)
{
    static char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    if (length <= 0)
        return -1;
    program[length] = '\0';
    words_add(words, "%s", program);
    for (size_t i = 0; i < settings_count(); i++) {
        char word[SETTINGS_WORD_SIZE];

        settings_word(nodes->settings, i, word);
        words_add(words, "--set");
        words_add(words, "%s", word);
    }
    words_add(words, "volume");
    words_add(words, "test");
    words_add(words, "--report");
    if (nodes->policy) {
        words_add(words, "--policy");
        words_add(words, "%s", nodes->policy);
    }
    for (char *const *name = nodes->names; *name; name++)
        words_add(words, "%s", *name);
    return 0;
}

static char *run(const struct volume_nodes *nodes, const char *partition,
                 const char *list, size_t count, struct error *error)
{
    struct words words = {.count = 0};
    char *said = NULL;

    add_srun(&words, partition, list, count);
    if (add_command(&words, nodes) < 0)
        error_set(error, ERROR_NODE, "cannot find this program's own path");
    else if (words.failed)
        error_set(error, ERROR_NODE, "out of memory for srun's words");
    else
        said = slurm_command_run_within((const char *const *)words.list, SRUN_MS, error);
    words_release(&words);
    return said;
}

static json_t *silent(const char *node)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:n, s:n}", "node", node, "volume",
                     "", "server", "", "host", "", "driver", "", "error",
                     "the node gave no answer: see whether atelier is installed there",
                     "milliseconds", "asked");
}

/* Lines that are not ours, such as a site's greeting, are passed over. */
static json_t *read_lines(char *said)
{
    json_t *lines = json_array();
    char *rest = said, *line;

    while ((line = strsep(&rest, "\n"))) {
        json_t *answer = json_loads(line, 0, NULL);

        if (json_is_object(answer) && json_object_get(answer, "node"))
            json_array_append(lines, answer);
        json_decref(answer);
    }
    return lines;
}

static json_t *in_order(const json_t *lines, const struct hostlist *hosts)
{
    json_t *answers = json_array(), *line;
    size_t index;

    for (size_t i = 0; i < hosts->count; i++) {
        size_t before = json_array_size(answers);

        json_array_foreach(lines, index, line)
            if (strcmp(json_string_value(json_object_get(line, "node")),
                       hosts->hosts[i]) == 0)
                json_array_append(answers, line);
        if (json_array_size(answers) == before)
            json_array_append_new(answers, silent(hosts->hosts[i]));
    }
    return answers;
}

/* Whether Slurm said that the nodes have no room for the job. */
static bool is_want_of_room(const struct error *cause)
{
    return strstr(cause->text, "Requested nodes are busy") ||
           strstr(cause->text, "Requested node configuration is not available");
}

json_t *volume_nodes_ask(const struct volume_nodes *nodes, struct error *error)
{
    const char *own = getenv("SLURM_JOB_ID") ? getenv("SLURM_JOB_NODELIST") : NULL;
    struct error cause = {.party = ERROR_NONE};
    struct hostlist hosts = {.count = 0};
    char partition[256], *list, *said = NULL;
    json_t *answers = NULL;

    snprintf(partition, sizeof(partition), "%s",
             nodes->partition ? nodes->partition : "");
    list = own ? strdup(own) : find_nodes(partition, sizeof(partition), error);
    if (!list || hostlist_expand(&hosts, list, error) < 0) {
        free(list);
        return NULL;
    }
    said = run(nodes, own ? NULL : partition, list, hosts.count, &cause);
    if (said) {
        json_t *lines = read_lines(said);

        answers = in_order(lines, &hosts);
        json_decref(lines);
    } else {
        error_set(error, cause.party, "%s%s", cause.text,
                  !own && is_want_of_room(&cause)
                      ? "; --all-nodes needs a processor and 64 MiB on every node of the "
                        "partition within 20 s, or an allocation to run in"
                      : "");
    }
    hostlist_release(&hosts);
    free(list);
    free(said);
    return answers;
}
