#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, LIST, COUNT, MEMORY, GPUS, GRES, YES };

enum {
    WORKSPACE = REQUEST_KEY_FIRST,
    EXPERIMENT,
    FRAMEWORK,
    MOUNT,
    WCKEY,
    MEM,
    GRES_KEY,
    RESERVATION,
    CHECK,
    COMPAT,
    WITH_INPUT,
    WITH_OUTPUT
};

/* One option: its key for argp, the request's key, and how its argument is read. */
static const struct rule {
    int key;
    const char *name;
    enum kind kind;
} rules[] = {
    {WORKSPACE, "workspace", TEXT},
    {EXPERIMENT, "experiment", TEXT},
    {FRAMEWORK, "framework", TEXT},
    {MOUNT, "mount", LIST},
    {'A', "account", TEXT},
    {'p', "partition", TEXT},
    {'q', "qos", TEXT},
    {WCKEY, "wckey", TEXT},
    {'N', "nodes", COUNT},
    {'n', "tasks", COUNT},
    {'c', "cpus", COUNT},
    {'G', "gpus", GPUS},
    {GRES_KEY, "gpus_per_node", GRES},
    {MEM, "memory", MEMORY},
    {'t', "time", TEXT},
    {'C', "features", TEXT},
    {RESERVATION, "reservation", TEXT},
    {'a', "array", YES},
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "The job, in the options of sbatch:", 2},
    {"workspace", WORKSPACE, "NAME", 0, "Workspace", 0},
    {"experiment", EXPERIMENT, "NAME", 0, "Experiment in it", 0},
    {"framework", FRAMEWORK, "NAME", 0, "Framework", 0},
    {"mount", MOUNT, "VOLUME[/SUB]:NAME[:ro]", 0, "Part of a volume under a name", 0},
    {"check", CHECK, NULL, 0, "The launch check of its steps", 0},
    {"compat", COMPAT, "WORD", 0, "Whose variables it gets", 0},
    {"with-input", WITH_INPUT, "ID=PATH", 0, "Directory that it is told of", 0},
    {"with-output", WITH_OUTPUT, "ID=PATH", 0, "Directory that is made for it", 0},
    {"account", 'A', "NAME", 0, "Account", 0},
    {"partition", 'p', "NAMES", 0, "Partitions", 0},
    {"qos", 'q', "NAME", 0, "QOS, or the priority low, normal or high", 0},
    {"wckey", WCKEY, "KEY", 0, "Wckey", 0},
    {"nodes", 'N', "COUNT", 0, "Nodes", 0},
    {"ntasks", 'n', "COUNT", 0, "Tasks", 0},
    {"cpus-per-task", 'c', "COUNT", 0, "Processors of a task", 0},
    {"gpus", 'G', "[TYPE:]COUNT", 0, "GPUs of the job", 0},
    {"gres", GRES_KEY, "gpu:[TYPE:]COUNT", 0, "GPUs of a node", 0},
    {"mem", MEM, "SIZE[K|M|G|T]", 0, "Memory of a node", 0},
    {"time", 't', "TIME", 0, "Wall time", 0},
    {"constraint", 'C', "FEATURES", 0, "Features", 0},
    {"reservation", RESERVATION, "NAME", 0, "Reservation", 0},
    {"array", 'a', "INDEXES", 0, "An array job", 0},
    {0},
};

/* Reads a decimal number, and what follows it. */
static bool read_number(const char *text, unsigned long *number, const char **rest)
{
    char *end;

    errno = 0;
    *number = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    if (!(*text >= '0' && *text <= '9') || errno || *number > 1000000000UL)
        return false;
    *rest = end;
    return true;
}

static bool read_count(const char *text, unsigned long *count)
{
    const char *rest;

    return read_number(text, count, &rest) && !*rest;
}

/* "8", "a100:8". */
static bool read_gpus(const char *text, unsigned long *count)
{
    const char *colon = strrchr(text, ':');

    return read_count(colon ? colon + 1 : text, count);
}

/* "gpu", "gpu:8", "gpu:a100:8". */
static bool read_gres(const char *text, unsigned long *count)
{
    *count = 1;
    return strcmp(text, "gpu") == 0 ||
           (strncmp(text, "gpu:", 4) == 0 && read_gpus(text + 4, count));
}

/* To MiB, rounded up; without a suffix it is MiB. */
static bool read_memory(const char *text, unsigned long *memory)
{
    const char *rest;

    if (!read_number(text, memory, &rest) || (*rest && rest[1]))
        return false;
    switch (*rest) {
    case '\0':
    case 'M':
        return true;
    case 'K':
        *memory = (*memory + 1023) / 1024;
        return true;
    case 'G':
        *memory *= 1024;
        return true;
    case 'T':
        *memory *= 1024UL * 1024;
        return true;
    default:
        return false;
    }
}

static json_t *value_of(enum kind kind, const char *text)
{
    unsigned long number = 0;
    bool good = true;

    switch (kind) {
    case TEXT:
    case LIST:
        return json_string(text);
    case YES:
        return json_true();
    case COUNT:
        good = read_count(text, &number);
        break;
    case GPUS:
        good = read_gpus(text, &number);
        break;
    case GRES:
        good = read_gres(text, &number);
        break;
    case MEMORY:
        good = read_memory(text, &number);
        break;
    }
    return good ? json_integer((json_int_t)number) : NULL;
}

/* Of an option that may be given several times: what it said before, and this. */
static json_t *joined(const json_t *earlier, json_t *value)
{
    json_t *list;

    if (!earlier || !value)
        return value;
    list = json_sprintf("%s,%s", json_string_value(earlier), json_string_value(value));
    json_decref(value);
    return list;
}

/* GPUs of the job, from those of a node. */
static void complete(json_t *request)
{
    json_t *per_node = json_object_get(request, "gpus_per_node");
    json_t *nodes = json_object_get(request, "nodes");

    if (!per_node)
        return;
    if (!json_object_get(request, "gpus"))
        json_object_set_new(request, "gpus",
                            json_integer(json_integer_value(per_node) *
                                         (nodes ? json_integer_value(nodes) : 1)));
    json_object_del(request, "gpus_per_node");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    json_t *request = state->input, *value;

    if (key == ARGP_KEY_END) {
        complete(request);
        return 0;
    }
    if (key == CHECK || key == COMPAT || key == WITH_INPUT || key == WITH_OUTPUT)
        return 0; /* the policy has nothing to decide */
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].key != key)
            continue;
        value = value_of(rules[i].kind, argument);
        if (!value)
            argp_error(state, "`%s` is no %s as sbatch takes it", argument,
                       rules[i].kind == MEMORY ? "size" : "count");
        if (rules[i].kind == LIST)
            value = joined(json_object_get(request, rules[i].name), value);
        json_object_set_new(request, rules[i].name, value);
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

const struct argp request_argp = {.options = options, .parser = parse};
