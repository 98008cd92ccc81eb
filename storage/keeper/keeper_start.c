/* keeper_start.c: forks the keeper of a job and waits until it is ready. */
#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "storage/keeper/keeper.h"
#include "storage/keeper/stale_jobs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Shares of KEEPER_START_MS, which add up to less. */
#define STALE_MS 1200  /* for an older keeper of the job to end by itself */
#define RETURN_MS 1000 /* for killing a keeper that hangs, twice */
#define UNLOCK_MS 100  /* of RETURN_MS, for its clients' locks: it had hardly any yet */

/* A plain fork(2): unlike the children of process.h, the keeper outlives who starts it,
 * and keeper_run itself leaves what was that one's. */
static int fork_keeper(const struct command_line *line, const struct deadline *deadline,
                       pid_t *child, struct error *error)
{
    int sockets[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "cannot make a socket pair: %s",
                         strerror(errno));
    *child = fork();
    if (*child == 0) {
        keeper_run(line, sockets[1], deadline);
        _exit(0);
    }
    close(sockets[1]);
    if (*child > 0)
        return sockets[0];
    error_set(error, ERROR_NODE, "cannot start the keeper: %s", strerror(errno));
    close(sockets[0]);
    return -1;
}

static int explain_silence(pid_t *child, struct ending *ending,
                           const struct deadline *deadline, struct error *error)
{
    char text[ENDING_TEXT_SIZE];

    if (!deadline_passed(deadline) && process_ended(child, ending))
        error_set(error, ERROR_NODE, "before the job's volumes were ready, %s",
                  ending_describe(ending, NULL, text, sizeof(text)));
    else
        error_set(error, ERROR_NODE, "the keeper was not ready in time");
    return KEEPER_NONE;
}

static int read_report(int socket, pid_t *child, struct ending *ending,
                       const struct deadline *deadline, struct fault *fault)
{
    struct record *report;
    int code = KEEPER_READY;

    if (message_receive(socket, &report, NULL, deadline, NULL) < 0)
        return explain_silence(child, ending, deadline, &fault->error);
    if (!keeper_message_is(report, "ready")) {
        keeper_message_fault(report, fault);
        code = fault->requeue ? KEEPER_REQUEUE : KEEPER_FAILED;
    }
    record_destroy(report);
    return code;
}

static int run_keeper(const struct command_line *line, const struct deadline *deadline,
                      struct fault *fault)
{
    struct ending ending;
    pid_t child = 0;
    int socket, code;

    ending_begin(&ending, "the keeper");
    socket = fork_keeper(line, deadline, &child, &fault->error);
    if (socket < 0)
        return KEEPER_NONE;
    code = read_report(socket, &child, &ending, deadline, fault);
    close(socket);
    if (code == KEEPER_NONE && child > 0)
        process_kill(child);
    return code;
}

static int start(const struct command_line *line, struct fault *fault)
{
    struct deadline deadline = deadline_after(KEEPER_START_MS - RETURN_MS);
    struct fault ignored = {0};
    struct run_directory directory;
    int code = KEEPER_NONE;

    /* That a stale keeper had to be killed is no reason to refuse the new job. */
    keeper_stop(&line->settings, line->facts.node, line->facts.job, -1, STALE_MS,
                &ignored);
    stale_jobs_clear(line->settings.run, line->facts.node);
    if (run_directory_name(&directory, line->settings.run, line->facts.node,
                           line->facts.job, &fault->error) < 0 ||
        run_directory_create(&directory, &fault->error) < 0)
        return KEEPER_NONE;
    code = run_keeper(line, &deadline, fault);
    if (code == KEEPER_NONE) {
        run_directory_remove(&directory);
        lock_notes_clear(&line->settings, line->facts.node, line->facts.job, UNLOCK_MS);
    }
    run_directory_close(&directory);
    return code;
}

int keeper_start(const struct command_line *line, struct fault *fault)
{
    int code = start(line, fault);
    char what[FAULT_NOTICE_SIZE];

    if (code == KEEPER_NONE) {
        snprintf(what, sizeof(what), "on node %s the job's workspace", line->facts.node);
        fault_write_notice(fault, what);
    }
    return code;
}
