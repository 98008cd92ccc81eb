/* rank_main.c: atelier-rank and atelier-prepare, which srun starts for `atelier run`.
 *
 * The first is started for each rank, the second for each node's preparation: the same
 * program, but to the plugin, for which only the first is a rank.
 *
 * It looks whether the command can be started here, waits until all ranks have, starts
 * it, and tells `atelier run` how it ended. */
#include "lib/deadline.h"
#include "lib/number.h"
#include "lib/process.h"
#include "lib/protocol/run_message.h"
#include "run/rank_command.h"
#include "run/rank_link.h"
#include "run/rank_options.h"
#include "run/rank_output.h"
#include "run/rank_service.h"
#include "run/run_directories.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define DRAIN_MS 1000 /* for output of processes that the command left running */

struct rank {
    struct rank_options options;
    struct rank_link link;
    struct rank_output output;
    struct rank_name name;
    char log[RUN_WORD_SIZE];
    char role[RUN_WORD_SIZE];
    char **words; /* the command */
    int signals;  /* a signalfd */
    pid_t command, service;
    int status; /* the command's, as waitpid(2) has it */
    bool is_ended;
    bool was_told; /* whether it was told to end the command */
    struct deadline grace;
};

/* Copies a value as one word of a line: the user may have set the variable to
 * anything. */
static void copy_word(char word[RUN_WORD_SIZE], const char *value)
{
    size_t length = 0;

    for (; value && value[length] && length < RUN_WORD_SIZE - 1; length++)
        word[length] =
            isalnum((unsigned char)value[length]) || strchr("._-", value[length])
                ? value[length]
                : '?';
    if (length == 0)
        word[length++] = '-';
    word[length] = '\0';
}

/* Writes the log's name, "ps-0" or "wk-1" (the chief is worker 0), or "-" where there are
 * no roles. */
static void name_log(struct rank *rank)
{
    const char *role = rank->role, *index = getenv("ATELIER_TASK_INDEX");
    char text[2 * RUN_WORD_SIZE];

    if (strcmp(role, "worker") == 0 || strcmp(role, "chief") == 0 ||
        strcmp(role, "master") == 0)
        role = "wk";
    snprintf(text, sizeof(text), "%s-%s", role, index ? index : "0");
    copy_word(rank->log, strcmp(role, "-") == 0 ? NULL : text);
}

static void name_rank(struct rank *rank)
{
    const char *node = getenv("SLURMD_NODENAME");

    rank->name.rank = (unsigned)number_of(getenv("SLURM_PROCID"), UINT_MAX);
    rank->name.node = node ? node : "unknown";
    copy_word(rank->role, getenv("ATELIER_ROLE"));
    name_log(rank);
    rank->name.log = rank->log;
}

/* Returns whether the rank has the role. Worker 0 is also the chief, whatever the
 * framework calls it. */
static bool is_called(const struct rank *rank, const char *role, size_t length)
{
    static const char *const heads[] = {"chief", "master"};

    if (strlen(rank->role) == length && strncmp(rank->role, role, length) == 0)
        return true;
    for (size_t i = 0; i < 2; i++)
        if (strlen(heads[i]) == length && strncmp(heads[i], role, length) == 0)
            return strcmp(rank->log, "wk-0") == 0;
    return false;
}

/* Returns the command of the rank's role. Worker 0 runs the chief's, where there is
 * one. */
static const char *command_of_role(const struct rank *rank)
{
    const char *found = NULL;

    for (size_t i = 0; i < rank->options.role_count; i++) {
        const char *role = rank->options.roles[i];
        size_t length = strcspn(role, "=");

        if (is_called(rank, role, length) && (!found || strncmp(role, "worker", 6) != 0))
            found = role + length + 1;
    }
    return found;
}

static int choose_command(struct rank *rank, struct error *error)
{
    const char *text = command_of_role(rank);

    rank->words = rank->options.command;
    if (text)
        return rank_command_read(&rank->words, text, error);
    if (rank->words[0])
        return 0;
    return error_set(
        error, ERROR_USER,
        "there is no command for the role `%s`: give it by --role=%s=COMMAND, "
        "or one for all after --",
        rank->role, rank->role);
}

static int get_ready(struct rank *rank, struct error *error)
{
    const char *service = getenv(SERVICE_VARIABLE);

    if (run_directories_make(error) < 0 || choose_command(rank, error) < 0 ||
        rank_command_check(rank->words, error) < 0 ||
        rank_output_open(&rank->output, &rank->options, &rank->name, error) < 0)
        return -1;
    if (!service || !*service)
        return 0;
    rank->service = rank_service_start(service, rank->words[0], error);
    return rank->service < 0 ? -1 : 0;
}

/* Not by program.h, since the rank's exit code tells what was wrong with the command. */
static void execute(const struct rank *rank)
{
    execvp(rank->words[0], rank->words);
    fprintf(stderr, "atelier: rank %u on node %s cannot execute %s: %s\n",
            rank->name.rank, rank->name.node, rank->words[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}

static void say_end(struct rank *rank, bool by_signal, int number)
{
    char text[RUN_LINE_SIZE];

    run_message_ended(text, by_signal, number);
    rank_link_say(&rank->link, "%s", text);
}

/* Nothing of the command outlives us. */
static void start(struct rank *rank)
{
    const struct process_way way = {.output = rank->output.streams[0].command_end,
                                    .errors = rank->output.streams[1].command_end,
                                    .rules = PROCESS_GROUP | PROCESS_BOUND};

    rank->command = process_start(&way);
    if (rank->command == 0)
        execute(rank);
    rank_output_leave(&rank->output);
    if (rank->command > 0)
        return;
    say_end(rank, false, 126);
    exit(126);
}

static void tell_to_end(struct rank *rank, int signal)
{
    if (rank->command <= 0)
        exit(0);
    if (rank->was_told && signal != SIGKILL)
        return;
    rank->was_told = true;
    rank->grace = deadline_after(RUN_GRACE_MS);
    kill(-rank->command, signal);
}

static void follow_orders(struct rank *rank)
{
    enum rank_order order;

    while ((order = rank_link_read(&rank->link)) != RANK_WAIT) {
        if (order == RANK_GO && rank->command == 0)
            start(rank);
        else if (order == RANK_END)
            tell_to_end(rank, SIGTERM);
    }
}

/* Reads a signal. Slurm signals all processes of a step, so the command has got it as
 * well; before there is a command, we end. */
static void read_signal(struct rank *rank)
{
    struct signalfd_siginfo read_one;

    if (read(rank->signals, &read_one, sizeof(read_one)) != sizeof(read_one))
        return;
    if (read_one.ssi_signo != SIGCHLD && rank->command <= 0) {
        say_end(rank, true, (int)read_one.ssi_signo);
        exit(128 + (int)read_one.ssi_signo);
    }
    if (rank->command > 0 && !rank->is_ended &&
        waitpid(rank->command, &rank->status, WNOHANG) == rank->command) {
        rank->is_ended = true;
        rank->grace = deadline_after(DRAIN_MS);
    }
}

static int time_left(const struct rank *rank)
{
    return rank->was_told || rank->is_ended ? deadline_left(&rank->grace) : -1;
}

/* Waits for one event and handles it. */
static void step(struct rank *rank)
{
    struct pollfd polled[] = {
        {.fd = rank->signals, .events = POLLIN},
        {.fd = rank->link.fd, .events = POLLIN},
        {.fd = rank->output.streams[0].our_end, .events = POLLIN},
        {.fd = rank->output.streams[1].our_end, .events = POLLIN},
    };

    if (poll(polled, 4, time_left(rank)) < 0)
        return;
    for (int i = 0; i < 2; i++)
        if (polled[2 + i].revents)
            rank_output_forward(&rank->output, i);
    if (polled[0].revents)
        read_signal(rank);
    if (polled[1].revents)
        follow_orders(rank);
    if (rank->was_told && !rank->is_ended && deadline_passed(&rank->grace))
        tell_to_end(rank, SIGKILL);
}

static bool is_done(const struct rank *rank)
{
    bool is_silent =
        rank->output.streams[0].our_end < 0 && rank->output.streams[1].our_end < 0;

    return rank->is_ended && (is_silent || deadline_passed(&rank->grace));
}

/* Reports the command's end and ends in the same way, so that Slurm's accounting has it;
 * but with 0 where the command was told to end. */
static int end(struct rank *rank)
{
    const struct rlimit no_core = {0, 0};
    int signal = WIFSIGNALED(rank->status) ? WTERMSIG(rank->status) : 0;

    say_end(rank, signal, signal ? signal : WEXITSTATUS(rank->status));
    if (rank->service > 0)
        kill(-rank->service, SIGKILL);
    if (rank->was_told)
        return 0;
    if (signal) {
        sigset_t set;

        setrlimit(RLIMIT_CORE, &no_core);
        sigemptyset(&set);
        sigaddset(&set, signal);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        raise(signal);
        return 128 + signal;
    }
    return WEXITSTATUS(rank->status);
}

static int watch_signals(struct rank *rank)
{
    static const int ours[] = {SIGCHLD, SIGTERM, SIGINT,  SIGHUP,
                               SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        sigaddset(&set, ours[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    rank->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return rank->signals;
}

static void introduce(const struct rank *rank, char introduction[RUN_LINE_SIZE])
{
    const char *step = getenv("SLURM_STEP_ID");
    struct run_rank self = {.number = rank->name.rank};

    snprintf(self.node, sizeof(self.node), "%s", rank->name.node);
    snprintf(self.step, sizeof(self.step), "%s", step ? step : "0");
    strcpy(self.role, rank->role);
    strcpy(self.log, rank->log);
    run_message_rank(introduction, &self);
}

int main(int argc, char **argv)
{
    static struct rank rank;
    struct error error = {.party = ERROR_NONE};
    char text[RUN_LINE_SIZE];

    name_rank(&rank);
    introduce(&rank, text);
    if (rank_options_read(&rank.options, argc, argv) < 0)
        return 2;
    if (watch_signals(&rank) < 0 || rank_link_open(&rank.link, text, &error) < 0) {
        fprintf(stderr, "atelier: rank %u on node %s: %s\n", rank.name.rank,
                rank.name.node, error.party ? error.text : strerror(errno));
        return 2;
    }
    if (get_ready(&rank, &error) < 0)
        run_message_refusal(text, error.text);
    rank_link_say(&rank.link, "%s", error.party ? text : RUN_READY);
    while (!is_done(&rank))
        step(&rank);
    return end(&rank);
}
