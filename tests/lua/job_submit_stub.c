/* job_submit_stub.c: runs Slurm's real job_submit_lua.so outside slurmctld.
 *
 *     SLURM_CONF=FILE job_submit_stub PLUGIN_DIR UID [FIELD=VALUE | NAME=VALUE]...
 *
 * submits one job of user UID; job_submit.lua is taken from FILE's directory. The fields
 * of the table below are set in the job, every other pair goes to its SPANK environment.
 * Prints "rc=", the fields that a decision can change after the submission, and
 * "message=" as the client would show it, one a line. With the first pair repeat=COUNT it
 * submits the job as often, and prints "p50_us=" and "p99_us=" too. With `-` in place of
 * the pairs each line of its input is a job, "UID\tPAIR\tPAIR...", and an empty line
 * follows each answer. Exit status 77 means that this machine's plugin is of another
 * Slurm than the one that the stub was built for.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <slurm/slurm.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXIT_SKIP 77

/* What slurmctld itself provides to its plugins; hidden symbols would not be found. */
#pragma GCC visibility push(default)
void *job_list, *part_list, *resv_list;
time_t last_job_update, last_resv_update;
void *get_job_script(const void *job);

void *get_job_script(const void *job)
{
    (void)job;
    return NULL;
}

/* Slurm's error log. libslurmfull calls it by the name of a function that libc has too
 * and that would end the process; the program's own comes before both. */
void error(const char *format, ...) __attribute__((format(printf, 1, 2)));

void error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

#pragma GCC visibility pop

static void *library, *plugin;

static int stop(int status, const char *reason)
{
    fprintf(stderr, "%s\n", reason);
    return status;
}

/* dlsym gives an object pointer where C wants a function pointer; the union is how POSIX
 * systems convert it. */
union symbol {
    void *object;
    void (*slurm_init)(const char *conf);
    void *(*list_create)(void (*destroy)(void *));
    void (*init_job)(job_desc_msg_t *job);
    char *(*copy)(const char *text);
    int (*init)(void);
    int (*submit)(job_desc_msg_t *job, uint32_t uid, char **message);
};

static union symbol symbol(void *handle, const char *name)
{
    union symbol found = {.object = dlsym(handle, name)};
    if (!found.object) {
        fprintf(stderr, "no symbol %s: %s\n", name, dlerror());
        exit(EXIT_FAILURE);
    }
    return found;
}

static int open_plugin(const char *directory)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/libslurmfull.so", directory);
    library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!library)
        return stop(EXIT_FAILURE, dlerror());
    symbol(library, "slurm_init").slurm_init(NULL);
    union symbol create = symbol(library, "slurm_list_create");
    job_list = create.list_create(NULL);
    part_list = create.list_create(NULL);
    resv_list = create.list_create(NULL);
    snprintf(path, sizeof(path), "%s/job_submit_lua.so", directory);
    plugin = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!plugin)
        return stop(EXIT_FAILURE, dlerror());
    const uint32_t *version = symbol(plugin, "plugin_version").object;
    if (*version != SLURM_VERSION_NUMBER)
        return stop(EXIT_SKIP,
                    "job_submit_lua.so is of another Slurm than slurm/slurm.h");
    return 0;
}

enum kind { TEXT, NUMBER, SHORT, LONG };

static const struct field {
    const char *name;
    enum kind kind;
    size_t offset;
} fields[] = {
    {"account", TEXT, offsetof(job_desc_msg_t, account)},
    {"partition", TEXT, offsetof(job_desc_msg_t, partition)},
    {"wckey", TEXT, offsetof(job_desc_msg_t, wckey)},
    {"qos", TEXT, offsetof(job_desc_msg_t, qos)},
    {"features", TEXT, offsetof(job_desc_msg_t, features)},
    {"licenses", TEXT, offsetof(job_desc_msg_t, licenses)},
    {"reservation", TEXT, offsetof(job_desc_msg_t, reservation)},
    {"array_inx", TEXT, offsetof(job_desc_msg_t, array_inx)},
    {"script", TEXT, offsetof(job_desc_msg_t, script)},
    {"comment", TEXT, offsetof(job_desc_msg_t, comment)},
    {"tres_per_job", TEXT, offsetof(job_desc_msg_t, tres_per_job)},
    {"min_nodes", NUMBER, offsetof(job_desc_msg_t, min_nodes)},
    {"max_nodes", NUMBER, offsetof(job_desc_msg_t, max_nodes)},
    {"shared", SHORT, offsetof(job_desc_msg_t, shared)},
    {"num_tasks", NUMBER, offsetof(job_desc_msg_t, num_tasks)},
    {"min_cpus", NUMBER, offsetof(job_desc_msg_t, min_cpus)},
    {"time_limit", NUMBER, offsetof(job_desc_msg_t, time_limit)},
    {"pn_min_cpus", SHORT, offsetof(job_desc_msg_t, pn_min_cpus)},
    {"cpus_per_task", SHORT, offsetof(job_desc_msg_t, cpus_per_task)},
    {"pn_min_memory", LONG, offsetof(job_desc_msg_t, pn_min_memory)},
};

/* Strings of a job are freed by Slurm, so they come from its allocator. */
static void set_field(job_desc_msg_t *job, const struct field *field, const char *text)
{
    void *place = (char *)job + field->offset;

    switch (field->kind) {
    case TEXT:
        *(char **)place = symbol(library, "slurm_xstrdup").copy(text);
        break;
    case NUMBER:
        *(uint32_t *)place = (uint32_t)strtoul(text, NULL, 10);
        break;
    case SHORT:
        *(uint16_t *)place = (uint16_t)strtoul(text, NULL, 10);
        break;
    case LONG:
        *(uint64_t *)place = strtoull(text, NULL, 10);
        break;
    }
}

static void set(job_desc_msg_t *job, const char *pair)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        size_t length = strlen(fields[i].name);

        if (strncmp(pair, fields[i].name, length) == 0 && pair[length] == '=') {
            set_field(job, &fields[i], pair + length + 1);
            return;
        }
    }
    job->spank_job_env[job->spank_job_env_size++] =
        symbol(library, "slurm_xstrdup").copy(pair);
}

static void print(const char *name, const char *text)
{
    printf("%s=%s\n", name, text ? text : "(none)");
}

/* Of this thread: what else the machine does is not the policy's cost. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static void print_job(const job_desc_msg_t *job, int rc, const char *message)
{
    printf("rc=%d\n", rc);
    print("account", job->account);
    print("partition", job->partition);
    print("wckey", job->wckey);
    print("qos", job->qos);
    print("features", job->features);
    print("licenses", job->licenses);
    print("reservation", job->reservation);
    if (job->time_limit == NO_VAL)
        print("time_limit", NULL);
    else
        printf("time_limit=%u\n", job->time_limit);
    print("admin_comment", job->admin_comment);
    if (job->max_nodes == NO_VAL)
        print("max_nodes", NULL);
    else
        printf("max_nodes=%u\n", job->max_nodes);
    print("message", message);
}

/* As sbatch sends it and slurmctld hands it on, to which tests/recordings hold it. */
static void begin_job(job_desc_msg_t *job, uint32_t uid)
{
    symbol(library, "slurm_init_job_desc_msg").init_job(job);
    job->het_job_offset = NO_VAL;
    job->user_id = job->group_id = uid;
    job->contiguous = 0;
    job->mail_type = 0;
    job->min_cpus = 1;
}

/* Submits one new job of the `count` pairs; returns the microseconds that the plugin
 * took. Earlier jobs are not freed: the program ends soon. */
static double submit(const char *uid, int count, char *pairs[], int is_shown)
{
    static job_desc_msg_t job;
    begin_job(&job, strtoul(uid, NULL, 10));
    job.spank_job_env = calloc(count + 1, sizeof(char *));
    if (!job.spank_job_env)
        exit(EXIT_FAILURE);
    for (int index = 0; index < count; index++)
        set(&job, pairs[index]);

    char *message = NULL;
    union symbol plugin_submit = symbol(plugin, "job_submit");
    double began = now();
    int rc = plugin_submit.submit(&job, job.user_id, &message);
    double took = now() - began;
    if (is_shown)
        print_job(&job, rc, message);
    return took;
}

/* Each line of the standard input is a job. */
static void submit_lines(void)
{
    static char line[65536];

    while (fgets(line, sizeof(line), stdin)) {
        char *words[64], *rest = line;
        int count = 0;

        line[strcspn(line, "\n")] = '\0';
        while (count < 64 && (words[count] = strsep(&rest, "\t")))
            count++;
        submit(words[0], count - 1, words + 1, 1);
        putchar('\n');
    }
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static void print_times(double *times, int count)
{
    qsort(times, count, sizeof(*times), compare);
    printf("p50_us=%.0f\np99_us=%.0f\n", times[count / 2], times[count * 99 / 100]);
}

int main(int argc, char *argv[])
{
    if (argc < 3)
        return stop(EXIT_FAILURE,
                    "usage: job_submit_stub PLUGIN_DIR UID [NAME=VALUE]...");
    int status = open_plugin(argv[1]);
    if (status)
        return status;
    if (symbol(plugin, "init").init())
        return EXIT_FAILURE;

    if (argc == 4 && strcmp(argv[3], "-") == 0) {
        submit_lines();
        return 0;
    }
    int first = argc > 3 && !strncmp(argv[3], "repeat=", 7) ? 4 : 3;
    int count = first == 4 ? atoi(argv[3] + 7) : 1;
    double *times = calloc(count, sizeof(*times));
    if (!times)
        return EXIT_FAILURE;
    for (int index = 0; index < count; index++)
        times[index] = submit(argv[2], argc - first, argv + first, index == count - 1);
    if (first == 4)
        print_times(times, count);
    return 0;
}
