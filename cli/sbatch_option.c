#include "sbatch_option.h"

#include "host_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Whether an option has an argument. MAY: only as "--name=value"; also for what has one
 * in some releases and none in others. */
enum argument { NO, YES, MAY };

/* Those that decide something come first, with a word for --help. help, usage and their
 * letters are left out: argp's own answer. */
static const struct rule {
    const char *name;
    char letter; /* 0 for none */
    enum argument argument;
    const char *word, *help; /* NULL: one of sbatch's that decides nothing */
} rules[] = {
    {"workspace", 0, YES, "NAME", "Workspace"},
    {"experiment", 0, YES, "NAME", "Experiment in it"},
    {"framework", 0, YES, "NAME[:SETTING,...]", "Framework"},
    {"mount", 0, YES, "VOLUME[/SUB]:NAME[:ro]", "Part of a volume under a name"},
    {"account", 'A', YES, "NAME", "Account"},
    {"partition", 'p', YES, "NAMES", "Partitions"},
    {"qos", 'q', YES, "NAME", "QOS, or the priority low, normal or high"},
    {"wckey", 0, YES, "KEY", "Wckey"},
    {"nodes", 'N', YES, "LEAST[-MOST]", "Nodes"},
    {"ntasks", 'n', YES, "COUNT", "Tasks"},
    {"ntasks-per-node", 0, YES, "COUNT", "Tasks of a node"},
    {"cpus-per-task", 'c', YES, "COUNT", "Processors of a task"},
    {"gpus", 'G', YES, "[TYPE:]COUNT", "GPUs of the job"},
    {"gpus-per-node", 0, YES, "[TYPE:]COUNT", "GPUs of a node"},
    {"gpus-per-task", 0, YES, "[TYPE:]COUNT", "GPUs of a task"},
    {"gres", 0, YES, "LIST", "Generic resources of a node, such as gpu:2"},
    {"mem", 0, YES, "SIZE[K|M|G|T]", "Memory of a node"},
    {"mem-per-cpu", 0, YES, "SIZE[K|M|G|T]", "Memory of a processor"},
    {"time", 't', YES, "TIME", "Wall time"},
    {"constraint", 'C', YES, "FEATURES", "Features"},
    {"licenses", 'L', YES, "LIST", "Licenses"},
    {"reservation", 0, YES, "NAME", "Reservation"},
    {"array", 'a', YES, "INDEXES", "An array job"},
    {"ntasks-per-gpu", 0, YES, "COUNT", "Tasks of a GPU"},
    {"nodelist", 'w', YES, "HOSTS", "These nodes at least"},
    {"nodefile", 'F', YES, "FILE", "These nodes at least, from a file"},
    {"distribution", 'm', YES, "WORD", "Where tasks are: arbitrary counts"},
    {"overcommit", 'O', NO, NULL, "Tasks share processors"},
    {"extra-node-info", 'B', YES, "S[:C[:T]]", "Sockets, cores and threads of a node"},
    {"sockets-per-node", 0, YES, "COUNT", "Sockets of a node"},
    {"cores-per-socket", 0, YES, "COUNT", "Cores of a socket"},
    {"threads-per-core", 0, YES, "COUNT", "Threads of a core"},
    {"gpus-per-socket", 0, YES, "[TYPE:]COUNT", "GPUs of a socket"},
    {"tres-per-task", 0, YES, "LIST", "What a task needs, such as cpu:2,gres/gpu:1"},
    {"cpus-per-gpu", 0, YES, "COUNT", "Processors of a GPU"},
    {"mem-per-gpu", 0, YES, "SIZE[K|M|G|T]", "Memory of a GPU"},
    {"resources", 0, YES, "LIST", "Licenses by another name"},
    {"wrap", 0, YES, "COMMAND", "A script of one command"},
    {"check", 0, NO, NULL, "The launch check of its steps"},
    {"compat", 0, YES, "WORD", "Whose variables it gets"},
    {"with-input", 0, YES, "ID=PATH", "Directory that it is told of"},
    {"with-output", 0, YES, "ID=PATH", "Directory that is made for it"},
    {"acctg-freq", 0, YES, NULL, NULL},
    {"autocomplete", 0, YES, NULL, NULL},
    {"batch", 0, YES, NULL, NULL},
    {"bb", 0, YES, NULL, NULL},
    {"bbf", 0, YES, NULL, NULL},
    {"begin", 'b', YES, NULL, NULL},
    {"chdir", 'D', YES, NULL, NULL},
    {"cluster", 0, YES, NULL, NULL},
    {"cluster-constraint", 0, YES, NULL, NULL},
    {"clusters", 'M', YES, NULL, NULL},
    {"comment", 0, YES, NULL, NULL},
    {"consolidate-segments", 0, NO, NULL, NULL},
    {"container", 0, YES, NULL, NULL},
    {"container-id", 0, YES, NULL, NULL},
    {"container-type", 0, YES, NULL, NULL},
    {"context", 0, YES, NULL, NULL},
    {"contiguous", 0, NO, NULL, NULL},
    {"core-spec", 'S', YES, NULL, NULL},
    {"cpu-freq", 0, YES, NULL, NULL},
    {"deadline", 0, YES, NULL, NULL},
    {"delay-boot", 0, YES, NULL, NULL},
    {"dependency", 'd', YES, NULL, NULL},
    {"error", 'e', YES, NULL, NULL},
    {"exclude", 'x', YES, NULL, NULL},
    {"exclusive", 0, MAY, NULL, NULL},
    {"export", 0, YES, NULL, NULL},
    {"export-file", 0, YES, NULL, NULL},
    {"external", 0, NO, NULL, NULL},
    {"extra", 0, YES, NULL, NULL},
    {"get-user-env", 0, MAY, NULL, NULL},
    {"gid", 0, YES, NULL, NULL},
    {"gpu-bind", 0, YES, NULL, NULL},
    {"gpu-freq", 0, YES, NULL, NULL},
    {"gres-flags", 0, YES, NULL, NULL},
    {"hint", 0, YES, NULL, NULL},
    {"hold", 'H', NO, NULL, NULL},
    {"ignore-pbs", 0, NO, NULL, NULL},
    {"input", 'i', YES, NULL, NULL},
    {"job-name", 'J', YES, NULL, NULL},
    {"kill-on-invalid-dep", 0, YES, NULL, NULL},
    {"mail-type", 0, YES, NULL, NULL},
    {"mail-user", 0, YES, NULL, NULL},
    {"mcs-label", 0, YES, NULL, NULL},
    {"mem-bind", 0, YES, NULL, NULL},
    {"mem-update", 0, YES, NULL, NULL},
    {"mincpus", 0, YES, NULL, NULL},
    {"network", 0, YES, NULL, NULL},
    {"nice", 0, MAY, NULL, NULL},
    {"no-kill", 'k', MAY, NULL, NULL},
    {"no-requeue", 0, NO, NULL, NULL},
    {"ntasks-per-core", 0, YES, NULL, NULL},
    {"ntasks-per-socket", 0, YES, NULL, NULL},
    {"ntasks-per-tres", 0, YES, NULL, NULL},
    {"oom-kill-step", 0, MAY, NULL, NULL},
    {"open-mode", 0, YES, NULL, NULL},
    {"output", 'o', YES, NULL, NULL},
    {"oversubscribe", 's', NO, NULL, NULL},
    {"parsable", 0, NO, NULL, NULL},
    {"power", 0, YES, NULL, NULL},
    {"prefer", 0, YES, NULL, NULL},
    {"priority", 0, YES, NULL, NULL},
    {"profile", 0, YES, NULL, NULL},
    {"propagate", 0, MAY, NULL, NULL},
    {"quiet", 'Q', NO, NULL, NULL},
    {"reboot", 0, NO, NULL, NULL},
    {"requeue", 0, MAY, NULL, NULL},
    {"resv-ports", 0, MAY, NULL, NULL},
    {"segment", 0, YES, NULL, NULL},
    {"signal", 0, YES, NULL, NULL},
    {"spread-job", 0, NO, NULL, NULL},
    {"spread-segments", 0, NO, NULL, NULL},
    {"stepmgr", 0, NO, NULL, NULL},
    {"switches", 0, YES, NULL, NULL},
    {"tasks-per-node", 0, YES, NULL, NULL},
    {"test-only", 0, NO, NULL, NULL},
    {"thread-spec", 0, YES, NULL, NULL},
    {"time-min", 0, YES, NULL, NULL},
    {"tmp", 0, YES, NULL, NULL},
    {"tres-bind", 0, YES, NULL, NULL},
    {"uid", 0, YES, NULL, NULL},
    {"use-min-nodes", 0, NO, NULL, NULL},
    {"verbose", 'v', NO, NULL, NULL},
    {"version", 'V', NO, NULL, NULL},
    {"wait", 'W', NO, NULL, NULL},
    {"wait-all-nodes", 0, YES, NULL, NULL},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static int key_of(size_t index)
{
    return rules[index].letter ? rules[index].letter
                               : SBATCH_OPTION_KEY_FIRST + (int)index;
}

static const struct rule *rule_of(int key)
{
    for (size_t i = 0; i < RULES; i++)
        if (key_of(i) == key)
            return &rules[i];
    return NULL;
}

/* { name, value, from }; of hosts, from a file or not, each by its name. NULL when a file
 * cannot be read, or the argument is not UTF-8. */
static json_t *word_of(const struct rule *rule, const char *argument, const char *from)
{
    bool is_list = rule->letter == 'w' || rule->letter == 'F';
    bool is_file = rule->letter == 'F' || (is_list && strchr(argument, '/'));
    char *hosts = is_file   ? host_list_read(argument)
                  : is_list ? host_list_expand(argument)
                            : NULL;
    json_t *word = NULL;

    if (!is_list || hosts)
        word = json_pack("{s:s, s:s?, s:s?}", "name", is_list ? "nodelist" : rule->name,
                         "value", is_list ? hosts : argument, "from", from);
    free(hosts);
    return word;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    const struct sbatch_words *words = state->input;
    const struct rule *rule = rule_of(key);
    json_t *word;

    if (!rule)
        return ARGP_ERR_UNKNOWN;
    word = word_of(rule, argument, words->from);
    if (!word)
        argp_failure(state, argp_err_exit_status, 0, "--%s=%s cannot be read", rule->name,
                     argument ? argument : "");
    if (!word)
        return EINVAL;
    json_array_append_new(words->list, word);
    return 0;
}

const struct argp *sbatch_option_argp(void)
{
    static struct argp_option options[RULES + 2] = {
        {NULL, 0, NULL, 0,
         "The job, in the options of sbatch; all others of sbatch are "
         "taken, too:",
         2}};
    static const struct argp argp = {.options = options, .parser = parse};

    for (size_t i = 0; i < RULES; i++) {
        struct argp_option *option = &options[i + 1];

        option->name = rules[i].name;
        option->key = key_of(i);
        option->arg = rules[i].argument == NO ? NULL
                      : rules[i].word         ? rules[i].word
                                              : "VALUE";
        option->flags = (rules[i].argument == MAY ? OPTION_ARG_OPTIONAL : 0) |
                        (rules[i].help ? 0 : OPTION_HIDDEN);
        option->doc = rules[i].help;
    }
    return &argp;
}

bool sbatch_option_is_known(const char *word)
{
    size_t length = strcspn(word, "=");

    for (size_t i = 0; i < RULES; i++)
        if (length > 2 && strncmp(word + 2, rules[i].name, length - 2) == 0)
            return true;
    return false;
}

int sbatch_option_read(int count, char **words, struct sbatch_words *into,
                       struct error *error)
{
    int end = count;

    if (argp_parse(sbatch_option_argp(), count, words,
                   ARGP_NO_ERRS | ARGP_NO_EXIT | ARGP_NO_HELP, &end, into) == 0 &&
        end == count)
        return 0;
    return error_set(error, ERROR_USER,
                     "%s: sbatch cannot read this line: it has a word that is no option, "
                     "an option without its argument, or names a file that cannot be "
                     "read",
                     into->from);
}
