/* replay.c: plays hook sequences against the plugin, with no Slurm, and prints TAP.
 *
 *     replay [FILE.hooks ...]     without files: all those of $top_srcdir/tests/hooks
 *
 * A file holds tests; each one runs in a process of its own, as each process of Slurm has
 * its own copy of the plugin. A line is one of
 *
 *     test TEXT                what the test shows; begins it
 *     given TEXT               at a line's begin: the lines that follow, up to a test or
 *                              another one, are what tests of this file have in common;
 *                              in a test, where they are to be
 *     context WORD             sbatch, salloc, srun, step, slurmd or prolog
 *     plugstack WORD...        the words of the plugstack line
 *     host NAME=VALUE          a variable of the process that the plugin is loaded in
 *     environment NAME=VALUE   a variable of the step or task
 *     item NAME VALUE          job, step, uid, gid, task (its local number), program,
 *                              setns_errno, is_inside, is_in_slurms, real_namespaces; of
 *                              the step on this node local_tasks, first_rank, node_rank
 *     needs namespaces         skipped where a process cannot make one
 *     directory PATH           made with those above it
 *     keeper JOB WORD...       a keeper listens for job JOB on node n1 (fake_keeper.h)
 *     option NAME VALUE        Slurm reads an option
 *     hook NAME                Slurm calls slurm_spank_NAME
 *     leave                    the process goes into a mount namespace of its own
 *
 * or, looked at when all others are done,
 *
 *     expect [no] status N     the last hook or option returned N
 *     expect [no] exit N       the process ended with N: 0 when all hooks returned
 *     expect [no] said TEXT    a sentence of the plugin holds TEXT
 *     expect [no] lines N      the number of its sentences
 *     expect [no] handed NAME=VALUE  what was last put into the job's SPANK environment
 *     expect [no] entered N    the number of namespaces entered
 *     expect [no] host NAME[=VALUE], environment NAME[=VALUE]
 *     expect [no] line PATH TEXT     the file has that line
 *     expect [no] file PATH
 *
 * In a line, $run is an empty directory, $uid the caller's user id, $programs where the
 * product's are installed, $source the directory of the tests, \xHH a byte, and \*NC the
 * character C N times.
 */
#include "tests/hooks/replay.h"

#include "tests/hooks/remove_tree.h"
#include "tests/hooks/spank_stub.h"

#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLIP 99 /* how a process ends that plays a line it does not know, or too much */
#define LINES_MAX 64

#define GIVEN_MAX 16

struct test {
    char title[256];
    char *lines[LINES_MAX];
    size_t count;
};

/* The file's; the title of each is what it is called by. */
static struct test given[GIVEN_MAX];
static size_t given_count;

char run_directory[] = "/tmp/atelier-replay-XXXXXX";
char source_directory[512];
static int played, failed;

/* The process ends where there are more than the stub can keep. */
static void keep_host_environment(void)
{
    size_t length = 0;

    for (char **pair = environ; *pair; pair++) {
        if (!strstr(*pair, "ATELIER") && !strstr(*pair, "atelier"))
            continue;
        length += (size_t)snprintf(stub->host + length, sizeof(stub->host) - length,
                                   "%s\n", *pair);
        if (length >= sizeof(stub->host)) {
            printf("#   the variables that name atelier are longer than %zu bytes, with "
                   "%.40s\n",
                   sizeof(stub->host) - 1, *pair);
            fflush(stdout);
            _exit(SLIP);
        }
    }
}

/* Its own process group, which the fake keepers join, so that all end together. */
static int play(const struct test *test)
{
    pid_t process = fork();
    int status;

    if (process == 0) {
        setpgid(0, 0);
        for (size_t i = 0; i < test->count; i++)
            action_do(line_expand(test->lines[i]));
        keep_host_environment();
        _exit(0);
    }
    waitpid(process, &status, 0);
    kill(-process, SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void show_outcome(int exit_status)
{
    printf("#   exit %d, status %d, said:\n", exit_status, stub->status);
    for (char *text = stub->said; text && *text;)
        printf("#     %s\n", strsep(&text, "\n"));
}

/* Whether the test needs namespaces and cannot have them. */
static bool is_skipped(const struct test *test)
{
    pid_t process;
    int status;

    for (size_t i = 0; i < test->count; i++) {
        if (strcmp(test->lines[i], "needs namespaces") != 0)
            continue;
        process = fork();
        if (process == 0)
            _exit(unshare(CLONE_NEWNS) == 0 ? 0 : 1);
        waitpid(process, &status, 0);
        return status != 0;
    }
    return false;
}

static void run_test(const struct test *test)
{
    bool right = true;
    int status, expectations = 0;

    remove_tree(run_directory);
    mkdir(run_directory, 0700);
    stub_reset();
    fflush(stdout);
    if (is_skipped(test)) {
        printf("ok %d - %s # SKIP needs the right to make a mount namespace\n", ++played,
               test->title);
        return;
    }
    status = play(test);
    for (size_t i = 0; i < test->count; i++)
        if (strncmp(test->lines[i], "expect ", 7) == 0) {
            right = expectation_holds(test->lines[i], status) && right;
            expectations++;
        }
    right = right && expectations > 0 && status != SLIP;
    if (!right)
        show_outcome(status);
    printf("%s %d - %s\n", right ? "ok" : "not ok", ++played, test->title);
    failed += !right;
}

static void forget(struct test *test)
{
    for (size_t i = 0; i < test->count; i++)
        free(test->lines[i]);
    memset(test, 0, sizeof(*test));
}

static void end_test(struct test *test)
{
    if (test->title[0])
        run_test(test);
    forget(test);
}

static void slip(const char *text)
{
    fprintf(stderr, "replay: %s\n", text);
    exit(1);
}

static void add_line(struct test *test, const char *text)
{
    if (test->count == LINES_MAX)
        slip("a test or a given has too many lines");
    test->lines[test->count++] = strdup(text);
}

static void add_given(struct test *test, const char *title)
{
    for (size_t i = 0; i < given_count; i++)
        if (strcmp(given[i].title, title) == 0) {
            for (size_t j = 0; j < given[i].count; j++)
                add_line(test, given[i].lines[j]);
            return;
        }
    slip(title);
}

static struct test *begin_given(const char *title)
{
    if (given_count == GIVEN_MAX)
        slip("a file has too many givens");
    snprintf(given[given_count].title, sizeof(given[0].title), "%.255s", title);
    return &given[given_count++];
}

/* The test or the given that the lines behind `line` are of. */
static struct test *read_line(char *line, struct test *test, struct test *open)
{
    char *text = line + strspn(line, " ");

    if (strncmp(line, "given ", 6) == 0) {
        end_test(test);
        return begin_given(line + 6);
    }
    if (strncmp(text, "test ", 5) == 0) {
        end_test(test);
        snprintf(test->title, sizeof(test->title), "%s", text + 5);
        return test;
    }
    if (strncmp(text, "given ", 6) == 0)
        add_given(open, text + 6);
    else if (*text && *text != '#')
        add_line(open, text);
    return open;
}

/* The file's text. The file is closed before anything is played: where the plugin ends a
 * client, its fflush(NULL) would, in glibc 2.43, put an open one back to where it was
 * read to, for us, too. */
static char *text_of(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");

    if (!file || getdelim(&text, &size, '\0', file) < 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

static void run_file(const char *path)
{
    static struct test test;
    struct test *open = &test;
    char *text = text_of(path);

    for (char *rest = text; rest;)
        open = read_line(strsep(&rest, "\n"), &test, open);
    free(text);
    end_test(&test);
    while (given_count > 0)
        forget(&given[--given_count]);
}

static void run_all(void)
{
    char pattern[600];
    glob_t files;

    snprintf(pattern, sizeof(pattern), "%s/*.hooks", source_directory);
    if (glob(pattern, 0, NULL, &files) != 0) {
        fprintf(stderr, "no %s\n", pattern);
        exit(1);
    }
    for (size_t i = 0; i < files.gl_pathc; i++)
        run_file(files.gl_pathv[i]);
    globfree(&files);
}

int main(int count, char *words[])
{
    const char *top = getenv("top_srcdir");

    snprintf(source_directory, sizeof(source_directory), "%s/tests/hooks",
             top ? top : ".");
    unsetenv("SLURM_JOB_ID");
    if (!mkdtemp(run_directory)) {
        perror(run_directory);
        return 1;
    }
    if (count == 1)
        run_all();
    for (int i = 1; i < count; i++)
        run_file(words[i]);
    printf("1..%d\n", played);
    remove_tree(run_directory);
    return failed ? 1 : 0;
}
