/* keeper_stop.c: stops the keeper of a job, be it well, hung or dead. */
#include "lib/log.h"
#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/keeper/keeper.h"
#include "storage/volume/scratch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* The time that file servers get at least to take back the locks of dead clients. */
#define UNLOCK_LEAST_MS 300
#define UNLOCK_MOST_MS 1000

/* Reads what the keeper has to tell. Returns 0, or -1 when it does not answer. */
static int read_answer(int socket, const struct deadline *deadline, struct fault *fault)
{
    struct record *answer;

    if (message_receive(socket, &answer, NULL, deadline, NULL) < 0)
        return -1;
    keeper_message_fault(answer, fault);
    record_destroy(answer);
    return 0;
}

/* Writes the notice that the keeper was killed, unless the keeper gave one before. */
static void write_notice_of_kill(const char *node, struct fault *fault)
{
    if (!*fault->notice)
        snprintf(
            fault->notice, FAULT_NOTICE_SIZE,
            "on node %s the volumes of the job were ended by force, so that data may be "
            "lost; check the files that were written last",
            node);
}

/* Asks the keeper to stop, waits, and kills it. Returns 0 when it ended by itself. */
static int end_keeper(int socket, const char *node, long restart,
                      const struct deadline *deadline, struct fault *fault)
{
    struct deadline last;
    int pidfd = process_open_peer(socket);
    int ended = -1;

    if (message_hand(socket, keeper_message_stop(restart), -1, deadline, NULL) == 0)
        ended = read_answer(socket, deadline, fault);
    if (pidfd < 0)
        return ended;
    ended = process_wait_pidfd(pidfd, deadline);
    if (ended < 0) {
        last = deadline_after(PROCESS_KILL_MS);
        pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
        process_wait_pidfd(pidfd, &last);
        error_set(&fault->error, ERROR_NODE,
                  "the keeper did not stop in time and was killed");
        write_notice_of_kill(node, fault);
    }
    close(pidfd);
    return ended;
}

/* Connects, again and again until the deadline: a full backlog is that of a keeper that
 * is busy or hangs. */
static int connect_patiently(const struct run_directory *directory,
                             const struct deadline *deadline)
{
    int socket;

    while ((socket = run_directory_connect(directory)) < 0 && errno == EAGAIN &&
           !deadline_passed(deadline))
        poll(NULL, 0, 10);
    return socket;
}

/* Deletes the job's temporary directory, unless the keeper has ended in order and so
 * removed the note of it. */
static void clear_temp(const struct run_directory *directory)
{
    char temp[PLAN_PATH_SIZE];

    if (run_directory_take_temp(directory->fd, temp) == 0)
        scratch_sweep(temp);
}

static int stop(struct run_directory *directory, long restart,
                const struct deadline *deadline, struct fault *fault)
{
    struct error cause = {0};
    int socket, status = 0;

    if (run_directory_open(directory, &cause) < 0)
        return errno == ENOENT ? 0 : error_pass(&fault->error, &cause);
    socket = connect_patiently(directory, deadline);
    if (socket >= 0) {
        status = end_keeper(socket, directory->node, restart, deadline, fault);
        close(socket);
    }
    clear_temp(directory);
    run_directory_remove(directory);
    return status;
}

int keeper_stop(const struct settings *settings, const char *node, unsigned job,
                long restart, int milliseconds, struct fault *fault)
{
    struct deadline deadline = deadline_after(milliseconds);
    struct run_directory directory;
    int status, left;

    if (run_directory_name(&directory, settings->run, node, job, &fault->error) < 0)
        return -1;
    status = stop(&directory, restart, &deadline, fault);
    log_open(settings->log);
    left = deadline_left(&deadline);
    lock_notes_clear(settings, node, job,
                     left < UNLOCK_LEAST_MS  ? UNLOCK_LEAST_MS
                     : left > UNLOCK_MOST_MS ? UNLOCK_MOST_MS
                                             : left);
    return status < 0 || *fault->notice ? -1 : 0;
}

static int print_answer(int socket, FILE *output, struct error *error)
{
    struct deadline deadline = deadline_after(KEEPER_JOIN_MS);
    struct record *answer;

    if (message_hand(socket, keeper_message_ask(KEEPER_STATUS), -1, &deadline, error) <
            0 ||
        message_receive(socket, &answer, NULL, &deadline, error) < 0)
        return -1;
    for (size_t i = 0; i < record_count(answer); i++)
        fprintf(output, "%s=%s\n", record_key(answer, i), record_value(answer, i));
    record_destroy(answer);
    return 0;
}

int keeper_status(const struct settings *settings, const char *node, unsigned job,
                  FILE *output, struct error *error)
{
    struct run_directory directory;
    int socket, status;

    if (run_directory_name(&directory, settings->run, node, job, error) < 0 ||
        run_directory_open(&directory, error) < 0)
        return -1;
    socket = run_directory_connect(&directory);
    run_directory_close(&directory);
    if (socket < 0)
        return error_set(error, ERROR_NODE, "job %u has no keeper on node %s", job, node);
    status = print_answer(socket, output, error);
    close(socket);
    return status;
}
