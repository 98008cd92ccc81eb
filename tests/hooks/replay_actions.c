/* replay_actions.c: does what the lines of a hook sequence say. */
#include "tests/hooks/replay.h"

#include "tests/hooks/fake_keeper.h"
#include "tests/hooks/spank_stub.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS_MAX 24

/* A sequence with a slip must not pass. */
static void refuse_line(const char *reason, const char *word)
{
    snprintf(stub->said, sizeof(stub->said), "replay: %s %s\n", reason, word);
    _exit(99);
}

static char *plugstack[WORDS_MAX];
static int plugstack_count;

static int split(char *text, char *words[WORDS_MAX])
{
    int count = 0;

    while (*text && count < WORDS_MAX)
        words[count++] = line_next_word(&text);
    return count;
}

static void set_context(const char *word)
{
    static const struct {
        const char *word;
        spank_context_t context;
    } contexts[] = {{"sbatch", S_CTX_ALLOCATOR}, {"salloc", S_CTX_ALLOCATOR},
                    {"srun", S_CTX_LOCAL},       {"step", S_CTX_REMOTE},
                    {"slurmd", S_CTX_SLURMD},    {"prolog", S_CTX_JOB_SCRIPT}};

    for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++)
        if (strcmp(contexts[i].word, word) == 0)
            stub->context = contexts[i].context;
    if (stub->context == S_CTX_ERROR)
        refuse_line("no context", word);
}

static void set_item(char *text)
{
    char *name = line_next_word(&text);
    unsigned long number = strtoul(text, NULL, 0);

    if (strcmp(name, "job") == 0)
        stub->job = (uint32_t)number;
    else if (strcmp(name, "step") == 0)
        stub->step = (uint32_t)number;
    else if (strcmp(name, "uid") == 0)
        stub->uid = (uid_t)number;
    else if (strcmp(name, "gid") == 0)
        stub->gid = (gid_t)number;
    else if (strcmp(name, "task") == 0)
        stub->task = (int)number;
    else if (strcmp(name, "local_tasks") == 0)
        stub->local_tasks = (uint32_t)number;
    else if (strcmp(name, "first_rank") == 0)
        stub->first_rank = (uint32_t)number;
    else if (strcmp(name, "node_rank") == 0)
        stub->node_rank = (uint32_t)number;
    else if (strcmp(name, "real_namespaces") == 0)
        stub->real_namespaces = (int)number;
    else if (strcmp(name, "is_in_slurms") == 0)
        stub->is_in_slurms = (int)number;
    else if (strcmp(name, "is_inside") == 0)
        stub->is_inside = (int)number;
    else if (strcmp(name, "setns_errno") == 0)
        stub->setns_errno = (int)number;
    else
        snprintf(stub->program, sizeof(stub->program), "%s", text);
}

static void make_directory(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(path, 0700);
}

static void start_keeper(char *text)
{
    char path[256];
    char *words[WORDS_MAX];
    int count = split(text, words);

    snprintf(path, sizeof(path), "%s/n1/%s", run_directory, words[0]);
    make_directory(path);
    strcat(path, "/keeper.sock");
    fake_keeper_start(path, words + 1, count - 1);
}

static void call_hook(const char *name)
{
    static const struct {
        const char *name;
        spank_f *hook;
    } hooks[] = {{"init", slurm_spank_init},
                 {"init_post_opt", slurm_spank_init_post_opt},
                 {"user_init", slurm_spank_user_init},
                 {"task_init", slurm_spank_task_init},
                 {"task_exit", slurm_spank_task_exit},
                 {"job_prolog", slurm_spank_job_prolog},
                 {"job_epilog", slurm_spank_job_epilog},
                 {"exit", slurm_spank_exit}};
    char mark[64];

    /* Marks for who traces the system calls; they go nowhere. */
    int length = snprintf(mark, sizeof(mark), "hook %s", name);

    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
        if (strcmp(hooks[i].name, name) == 0) {
            (void)!write(-1, mark, (size_t)length);
            stub->status = hooks[i].hook(NULL, plugstack_count, plugstack);
            (void)!write(-1, "end", 3);
            return;
        }
    refuse_line("no hook", name);
}

static void give_option(char *text)
{
    char *name = line_next_word(&text);

    stub->status = stub_give_option(name, text);
}

static void set_variable(char *text, bool host)
{
    char *name = strsep(&text, "=");

    if (host)
        setenv(name, text, 1);
    else
        spank_setenv(NULL, name, text, 1);
}

void action_do(char *line)
{
    char *verb = line_next_word(&line);

    if (strcmp(verb, "context") == 0)
        set_context(line);
    else if (strcmp(verb, "plugstack") == 0)
        plugstack_count = split(line, plugstack);
    else if (strcmp(verb, "host") == 0)
        set_variable(line, true);
    else if (strcmp(verb, "environment") == 0)
        set_variable(line, false);
    else if (strcmp(verb, "item") == 0)
        set_item(line);
    else if (strcmp(verb, "directory") == 0)
        make_directory(line);
    else if (strcmp(verb, "keeper") == 0)
        start_keeper(line);
    else if (strcmp(verb, "option") == 0)
        give_option(line);
    else if (strcmp(verb, "hook") == 0)
        call_hook(line);
    else if (strcmp(verb, "leave") == 0)
        unshare(CLONE_NEWNS);
    else if (strcmp(verb, "expect") != 0 && strcmp(verb, "needs") != 0)
        refuse_line("no word", verb);
}
