/* launch_timer.c: what the environment of a task costs in slurmstepd.
 *
 *     launch_timer LAUNCHERS NODES TASKS_PER_NODE FRAMEWORK COUNT
 *
 * The plugin joins a job that a stand-in of the keeper has, and COUNT times a forked
 * process, the last rank of the step, runs slurm_spank_task_init as a task does. Prints
 * the median in microseconds, and the bytes that it had of malloc at once.
 */
#include "tests/hooks/fake_keeper.h"
#include "tests/hooks/remove_tree.h"
#include "tests/hooks/spank_stub.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 1000

/* What the functions below, which stand in for those of the C library, were asked for. */
static size_t used, peak;

#define EXPORTED __attribute__((visibility("default"))) /* for libraries, too */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static void *count_in(void *memory)
{
    used += memory ? malloc_usable_size(memory) : 0;
    peak = used > peak ? used : peak;
    return memory;
}

static void count_out(void *memory)
{
    used -= memory ? malloc_usable_size(memory) : 0;
}

EXPORTED void *malloc(size_t size)
{
    return count_in(__libc_malloc(size));
}

EXPORTED void *calloc(size_t count, size_t size)
{
    return count_in(__libc_calloc(count, size));
}

EXPORTED void *realloc(void *memory, size_t size)
{
    count_out(memory);
    return count_in(__libc_realloc(memory, size));
}

EXPORTED void free(void *memory)
{
    count_out(memory);
    __libc_free(memory);
}

/* Of the processor: what else the machine does is not the plugin's. */
static long microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void set_number(const char *name, unsigned number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    spank_setenv(NULL, name, text, 1);
}

/* What Slurm gives the last node's step, and the last rank. */
static void set_layout(unsigned nodes, unsigned tasks_per_node)
{
    char text[64];

    stub->local_tasks = tasks_per_node;
    stub->node_rank = nodes - 1;
    stub->first_rank = (nodes - 1) * tasks_per_node;

    snprintf(text, sizeof(text), "node[00001-%05u]", nodes);
    spank_setenv(NULL, "SLURM_STEP_NODELIST", text, 1);
    spank_setenv(NULL, "SLURM_JOB_NODELIST", text, 1);
    snprintf(text, sizeof(text), "%u(x%u)", tasks_per_node, nodes);
    spank_setenv(NULL, "SLURM_STEP_TASKS_PER_NODE", text, 1);
    spank_setenv(NULL, "SLURM_TASKS_PER_NODE", text, 1);
    set_number("SLURM_STEP_NUM_TASKS", nodes * tasks_per_node);
    set_number("SLURM_PROCID", nodes * tasks_per_node - 1);
    set_number("SLURM_LOCALID", tasks_per_node - 1);
    set_number("SLURM_NODEID", nodes - 1);
    snprintf(text, sizeof(text), "node%05u", nodes);
    setenv("SLURMD_NODENAME", text, 1);
}

static pid_t start_keeper(const char *directory, const char *framework)
{
    const char *colon = strchr(framework, ':');
    char path[256], name[128], settings[256];
    char *words[] = {(char *)"protocol=1",
                     (char *)"state=ready",
                     (char *)"job=7",
                     (char *)"workspace=vision",
                     (char *)"uid=0",
                     name,
                     settings};

    snprintf(path, sizeof(path), "%s/%s", directory, getenv("SLURMD_NODENAME"));
    mkdir(path, 0700);
    strcat(path, "/7");
    mkdir(path, 0700);
    strcat(path, "/keeper.sock");
    snprintf(name, sizeof(name), "framework=%.*s", (int)strcspn(framework, ":"),
             framework);
    snprintf(settings, sizeof(settings), "framework_settings=%s", colon ? colon + 1 : "");
    return fake_keeper_start(path, words, colon ? 7 : 6);
}

static long *results; /* shared: the time of each process, and then its bytes */

static void run_task(int number, int words, char *plugstack[])
{
    size_t before = used;
    long began = microseconds();

    peak = used;
    if (slurm_spank_task_init(NULL, words, plugstack) != 0)
        _exit(1);
    results[number] = microseconds() - began;
    results[COUNT_MAX] = (long)(peak - before);
    _exit(0);
}

static int compare(const void *one, const void *other)
{
    const long *left = one, *right = other;

    return (*left > *right) - (*left < *right);
}

static int measure(int count, int words, char *plugstack[])
{
    for (int i = 0; i < count; i++) {
        int status = 1;
        pid_t task = fork();

        if (task == 0)
            run_task(i, words, plugstack);
        if (task < 0 || waitpid(task, &status, 0) < 0 || status != 0)
            return -1;
    }
    qsort(results, (size_t)count, sizeof(*results), compare);
    printf("%ld %ld\n", results[count / 2], results[COUNT_MAX]);
    return 0;
}

int main(int argc, char **argv)
{
    char directory[] = "/tmp/atelier-launch-XXXXXX", launchers[512], run[64];
    char *plugstack[] = {run, launchers};
    int count = argc == 6 ? atoi(argv[5]) : 0, status;
    pid_t keeper;

    if (count < 1 || count > COUNT_MAX || !mkdtemp(directory))
        return 2;
    results = mmap(NULL, sizeof(*results) * (COUNT_MAX + 1), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    snprintf(run, sizeof(run), "run=%s", directory);
    snprintf(launchers, sizeof(launchers), "launchers=%s", argv[1]);
    stub_reset();
    stub->context = S_CTX_REMOTE;
    stub->job = 7;
    stub->task = 0;
    strcpy(stub->program, "train");
    set_layout((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]));
    keeper = start_keeper(directory, argv[4]);
    slurm_spank_init(NULL, 2, plugstack);
    slurm_spank_init_post_opt(NULL, 2, plugstack);
    slurm_spank_user_init(NULL, 2, plugstack);
    status = measure(count, 2, plugstack);
    if (status < 0)
        fprintf(stderr, "launch_timer: %s: %s\n", argv[4], stub->said);
    if (keeper > 0)
        kill(keeper, SIGKILL);
    remove_tree(directory);
    return status < 0 ? 1 : 0;
}
