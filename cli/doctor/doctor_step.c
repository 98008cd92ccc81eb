/* doctor_step.c: starts the step that looks at the nodes, and reads what it writes. */
#include "cli/doctor/doctor_step.h"

#include "lib/deadline.h"
#include "lib/ending.h"
#include "lib/slurm/slurm_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 30000   /* from srun's start to the first node */
#define ANSWER_MS 10000  /* and from it to the last one */
#define JOIN_MS 40000    /* MPI's start */
#define MEASURE_MS 60000 /* and all of its work */
#define SILENT_MS 8000   /* nothing for so long from a node that has spoken: it is dead */
#define CONFIRM_MS 10000 /* for a node that did not come, alone */
#define CONFIRMED_MAX 8  /* so many of them are asked alone */
#define END_MS 5000      /* for srun, after SIGTERM */
#define TURN_MS 250
#define LINE_SIZE 1024

enum progress { UNHEARD, HERE, JOINED, DONE };

struct progress_of {
    enum progress progress;
    long long heard_ms;
};

struct doctor_step {
    struct doctor_look *look;
    struct progress_of *nodes;     /* of each */
    size_t live, counts[DONE + 1]; /* how many came so far */
    long long began_ms, moved_ms;  /* when it began, and the last one moved on */
    pid_t srun;
    int output, said;     /* a pipe; a file of what srun itself said */
    struct ending ending; /* of srun */
    char line[LINE_SIZE];
    size_t length;
    bool ended;
    long long seen_ms; /* when it was last looked at; 0 for now */
};

static size_t find_node(const struct doctor_look *look, const char *name)
{
    size_t node = 0;

    while (node < look->node_count && strcmp(look->nodes[node].name, name) != 0)
        node++;
    return node;
}

static void move_on(struct doctor_step *step, const char *name, enum progress progress)
{
    size_t node = find_node(step->look, name);

    if (node == step->look->node_count)
        return;
    step->nodes[node].heard_ms = clock_milliseconds();
    while (step->nodes[node].progress < progress) {
        step->nodes[node].progress++;
        step->counts[step->nodes[node].progress]++;
        step->moved_ms = clock_milliseconds();
    }
}

static void take_link(struct doctor_look *look, const char *from, const char *to,
                      double microseconds, double megabytes)
{
    struct doctor_link link = {.from = find_node(look, from),
                               .to = find_node(look, to),
                               .microseconds = microseconds,
                               .megabytes = megabytes};

    if (link.from < look->node_count && link.to < look->node_count &&
        look->link_count < 3 * look->node_count)
        doctor_add_link(look->links, &look->link_count, &link);
}

static void take_line(struct doctor_step *step, const char *line)
{
    struct doctor_look *look = step->look;
    char one[256], two[256];
    double first, second;

    if (sscanf(line, "doctor here %255s", one) == 1)
        move_on(step, one, HERE);
    else if (sscanf(line, "doctor beat %255s", one) == 1)
        move_on(step, one, UNHEARD);
    else if (sscanf(line, "doctor joined %255s %zu", one, &look->reduced) == 2)
        move_on(step, one, JOINED);
    else if (sscanf(line, "doctor done %255s", one) == 1)
        move_on(step, one, DONE);
    else if (sscanf(line, "doctor reduce %lf %lf", &first, &second) == 2) {
        look->small = look->small > 0 && look->small < first ? look->small : first;
        look->large = look->large > 0 && look->large < second ? look->large : second;
    } else if (sscanf(line, "doctor link %255s %255s %lf %lf", one, two, &first,
                      &second) == 4)
        take_link(look, one, two, first, second);
}

/* Longer lines are nobody's of ours, and cut. */
static void read_output(struct doctor_step *step)
{
    char bytes[4096];
    ssize_t count = read(step->output, bytes, sizeof(bytes));

    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
        step->ended = true;
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] != '\n') {
            if (step->length < LINE_SIZE - 1)
                step->line[step->length++] = bytes[i];
            continue;
        }
        step->line[step->length] = '\0';
        step->length = 0;
        take_line(step, step->line);
    }
}

/* The nodes that are left out, "n1,n2"; malloc'ed. */
static char *dead_nodes(const struct doctor_look *look)
{
    size_t size = 1;
    char *text;

    for (size_t i = 0; i < look->node_count; i++)
        size += strlen(look->nodes[i].name) + 1;
    text = calloc(1, size);
    for (size_t i = 0; text && i < look->node_count; i++) {
        if (look->nodes[i].state != DOCTOR_DEAD)
            continue;
        if (*text)
            strcat(text, ",");
        strcat(text, look->nodes[i].name);
    }
    return text;
}

static void execute(const struct doctor_step *step, const char *exclude, int write_end)
{
    char nodes[32], tasks[32], mpi[64], without[4096];
    char *argv[] = {(char *)"srun",
                    (char *)"--overlap",
                    nodes,
                    tasks,
                    (char *)"--ntasks-per-node=1",
                    mpi,
                    (char *)"--input=none",
                    (char *)"--kill-on-bad-exit=1",
                    (char *)step->look->probe,
                    NULL,
                    NULL};

    snprintf(nodes, sizeof(nodes), "--nodes=%zu", step->live);
    snprintf(tasks, sizeof(tasks), "--ntasks=%zu", step->live);
    snprintf(mpi, sizeof(mpi), "--mpi=%.50s", step->look->mpi);
    if (*exclude) {
        snprintf(without, sizeof(without), "--exclude=%.4080s", exclude);
        argv[8] = without;
        argv[9] = (char *)step->look->probe;
    }
    setpgid(0, 0);
    dup2(write_end, STDOUT_FILENO);
    dup2(step->said, STDERR_FILENO);
    ending_exec(&step->ending, argv, NULL);
}

static int start(struct doctor_step *step, struct error *error)
{
    char *exclude = dead_nodes(step->look);
    int ends[2];

    step->said = memfd_create("srun", MFD_CLOEXEC);
    if (!exclude || step->said < 0 || pipe2(ends, O_CLOEXEC) < 0) {
        free(exclude);
        return error_set(error, ERROR_NODE, "cannot start srun: %s", strerror(errno));
    }
    step->output = ends[0];
    step->began_ms = step->moved_ms = clock_milliseconds();
    ending_begin(&step->ending, "srun");
    ending_share(&step->ending);
    step->srun = fork();
    if (step->srun == 0)
        execute(step, exclude, ends[1]);
    close(ends[1]);
    free(exclude);
    return step->srun < 0
               ? error_set(error, ERROR_NODE, "cannot start srun: %s", strerror(errno))
               : 0;
}

/* srun ends its step at SIGTERM. If not, it is killed and the tasks' alarms end them. */
static void stop(struct doctor_step *step)
{
    struct deadline soon = deadline_after(END_MS);
    pid_t ended = 0;

    kill(step->srun, SIGTERM);
    while ((ended = waitpid(step->srun, &step->ending.status, WNOHANG)) == 0 &&
           !deadline_passed(&soon))
        poll(NULL, 0, 50);
    if (ended == 0) {
        kill(-step->srun, SIGKILL);
        waitpid(step->srun, &step->ending.status, 0);
    }
}

/* Whether a node that has spoken has been silent for so long. */
static bool is_silent(const struct doctor_step *step, size_t node, long long milliseconds)
{
    const struct progress_of *of = &step->nodes[node];
    long long now = step->seen_ms ? step->seen_ms : clock_milliseconds();

    return step->look->nodes[node].state != DOCTOR_DEAD && of->progress > UNHEARD &&
           of->progress < DONE && now - of->heard_ms > milliseconds;
}

static bool somebody_is_silent(const struct doctor_step *step)
{
    for (size_t node = 0; node < step->look->node_count; node++)
        if (is_silent(step, node, SILENT_MS))
            return true;
    return false;
}

static bool is_late(const struct doctor_step *step)
{
    long long now = clock_milliseconds();

    if (step->counts[HERE] == 0)
        return now - step->began_ms > START_MS;
    if (step->counts[HERE] < step->live)
        return now - step->moved_ms > ANSWER_MS;
    if (step->counts[JOINED] < step->live)
        return now - step->moved_ms > JOIN_MS;
    return now - step->moved_ms > MEASURE_MS;
}

static void bury(struct doctor_node *node, const char *how)
{
    struct error error = {.party = ERROR_NONE};

    error_set(&error, ERROR_NODE,
              "%s is dead: %.250s; see `scontrol show node %s`, or leave it out with "
              "--exclude=%s",
              node->name, how, node->name, node->name);
    node->state = DOCTOR_DEAD;
    strcpy(node->why, error.text);
}

/* When all nodes are silent, the fault is srun's. */
static size_t bury_silent(struct doctor_step *step)
{
    const char *during = step->counts[JOINED] < step->live
                             ? "it stopped answering while MPI started"
                             : "it stopped answering in the middle of the test";
    size_t silent = 0;

    for (size_t node = 0; node < step->look->node_count; node++)
        silent += is_silent(step, node, SILENT_MS / 2);
    if (silent == step->live)
        return 0;
    for (size_t node = 0; node < step->look->node_count; node++)
        if (is_silent(step, node, SILENT_MS / 2))
            bury(&step->look->nodes[node], during);
    return silent;
}

/* Asks one node alone whether it starts anything. */
static bool confirm_dead(const struct doctor_look *look, struct doctor_node *node)
{
    struct error why = {.party = ERROR_NONE};
    char where[300];
    const char *const argv[] = {"srun",   "--overlap",  "--nodes=1",    "--ntasks=1",
                                where,    "--mpi=none", "--input=none", look->probe,
                                "--here", NULL};
    char *answer;

    snprintf(where, sizeof(where), "--nodelist=%.255s", node->name);
    answer = slurm_command_run_within(argv, CONFIRM_MS, &why);
    if (!answer)
        bury(node, strstr(why.text, "did not end") ? "it started nothing within 10 s"
                                                   : why.text);
    free(answer);
    return !answer;
}

/* Of the nodes that came no further than `progress`, those that start nothing alone. */
static size_t bury_unconfirmed(struct doctor_step *step, enum progress progress)
{
    size_t found = 0, asked = 0;

    for (size_t node = 0; node < step->look->node_count; node++) {
        struct doctor_node *of = &step->look->nodes[node];

        if (of->state != DOCTOR_DEAD && step->nodes[node].progress <= progress &&
            asked++ < CONFIRMED_MAX)
            found += confirm_dead(step->look, of);
    }
    return found;
}

/* srun ends the tasks of all nodes when one fails, so that their silence says something
 * only while it runs. */
static size_t find_dead(struct doctor_step *step)
{
    size_t found = bury_unconfirmed(step, UNHEARD);

    if (found == 0 && !step->ended)
        found = bury_silent(step);
    if (found == 0)
        found = bury_unconfirmed(step, JOINED);
    return found;
}

/* The first line that srun said, without its name. */
static void read_words(const struct doctor_step *step, char words[LINE_SIZE])
{
    ssize_t length = pread(step->said, words, LINE_SIZE - 1, 0);
    char *line = words;

    words[length > 0 ? length : 0] = '\0';
    words[strcspn(words, "\n")] = '\0';
    if (strncmp(line, "srun: ", 6) == 0)
        line += 6;
    if (strncmp(line, "error: ", 7) == 0)
        line += 7;
    memmove(words, line, strlen(line) + 1);
}

static int judge(struct doctor_step *step, struct error *error)
{
    char words[LINE_SIZE];

    if (step->counts[DONE] == step->live)
        return 0;
    if (ending_was_not_run(&step->ending, NULL))
        return error_set(error, ERROR_NODE, "%s: is Slurm installed?",
                         ending_describe(&step->ending, NULL, words, sizeof(words)));
    if (find_dead(step) > 0)
        return 1;
    read_words(step, words);
    return error_set(error, ERROR_NODE,
                     "the test came to no end, though all nodes answer: %zu of %zu "
                     "started MPI by --mpi=%.30s, %zu ended%s%.200s",
                     step->counts[JOINED], step->live, step->look->mpi,
                     step->counts[DONE], *words ? "; srun said: " : "", words);
}

static void watch(struct doctor_step *step)
{
    while (!step->ended && step->counts[DONE] < step->live && !is_late(step) &&
           !somebody_is_silent(step)) {
        struct pollfd ready = {.fd = step->output, .events = POLLIN};

        if (poll(&ready, 1, TURN_MS) == 1)
            read_output(step);
    }
    if (step->counts[DONE] == step->live) /* they are about to end by themselves */
        for (int turn = 0; turn < END_MS / TURN_MS && !step->ended; turn++) {
            struct pollfd ready = {.fd = step->output, .events = POLLIN};

            if (poll(&ready, 1, TURN_MS) == 1)
                read_output(step);
        }
}

int doctor_step(struct doctor_look *look, struct error *error)
{
    struct doctor_step step = {.look = look, .output = -1, .said = -1};
    int status = -1;

    step.nodes = calloc(look->node_count, sizeof(*step.nodes));
    for (size_t node = 0; node < look->node_count; node++)
        step.live += look->nodes[node].state != DOCTOR_DEAD;
    if (!step.nodes)
        error_set(error, ERROR_NODE, "out of memory for the nodes");
    else if (start(&step, error) == 0) {
        watch(&step);
        step.seen_ms = clock_milliseconds();
        stop(&step);
        status = judge(&step, error);
    }
    if (step.output >= 0)
        close(step.output);
    if (step.said >= 0)
        close(step.said);
    ending_release(&step.ending);
    free(step.nodes);
    return status;
}
