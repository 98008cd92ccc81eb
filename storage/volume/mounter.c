/* mounter.c: runs programs that mount: mount.nfs, rclone, root's own. */
#include "storage/volume/mounter.h"

#include "lib/mounted.h"
#include "lib/trusted_file.h"
#include "storage/system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAID_SIZE 1024 /* bytes of what a program wrote, at its end */
#define LINE_SIZE 256

bool mounter_exists(const char *program)
{
    return access(program, X_OK) == 0;
}

static int refuse_program(const char *program, int cause, const char *volume,
                          struct error *error)
{
    struct ending ending = {.program = program, .cause = cause};
    char text[ENDING_TEXT_SIZE];

    if (cause == ENOENT)
        return error_set(error, ERROR_NODE,
                         "volume `%s` needs the program %s, which this node does not "
                         "have: install it",
                         volume, program);
    return error_set(error, ERROR_NODE, "volume `%s`: %s", volume,
                     ending_describe(&ending, NULL, text, sizeof(text)));
}

static int check_program(const struct words *words, const char *volume,
                         struct error *error)
{
    struct error cause = {.party = ERROR_NONE};

    if (words->failed)
        return error_set(error, ERROR_NODE,
                         "volume `%s`: out of memory for a command line", volume);
    if (!mounter_exists(words->list[0]))
        return refuse_program(words->list[0], errno, volume, error);
    if (trusted_file_check(words->list[0], &cause) < 0)
        return error_wrap(error, &cause, "volume `%s`", volume);
    return 0;
}

static void be_private(void)
{
    umask(077);
}

/* Drops powers. A program that stays parses a server's answers, so it keeps of root's
 * powers only those to mount and to bind a reserved port. One that mounts and ends may
 * need any. */
static void drop_powers(void)
{
    be_private();
    for (int power = 0; prctl(PR_CAPBSET_READ, power) >= 0; power++)
        if (power != CAP_SYS_ADMIN && power != CAP_NET_BIND_SERVICE)
            prctl(PR_CAPBSET_DROP, power);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        _exit(127);
}

static int start_program(struct program *program, const struct words *words, int said,
                         void (*prepare)(void), const char *volume, struct error *error)
{
    char *environment[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                           (char *)"LC_ALL=C", NULL};
    const struct program_way way = {
        .words = words->list,
        .environment = environment,
        .process = {.errors = said,
                    .rules = PROCESS_ALONE | PROCESS_BOUND | PROCESS_MORTAL},
        .prepare = prepare};

    if (program_start(program, &way) == 0)
        return 0;
    return error_set(error, ERROR_NODE, "volume `%s`: cannot start a process: %s", volume,
                     strerror(errno));
}

static int report_failure(const struct ending *ending, const char *volume, int said,
                          struct error *error)
{
    char words[SAID_SIZE], text[ENDING_TEXT_SIZE];

    said_in_file(said, true, words, sizeof(words));
    ending_describe(ending, words, text, sizeof(text));
    return error_set(error, ending_party(ending, words, ERROR_STORAGE), "volume `%s`: %s",
                     volume, text);
}

static int report_lateness(const struct ending *ending, const char *volume, int said,
                           struct error *error)
{
    char words[SAID_SIZE], line[LINE_SIZE];

    said_in_file(said, true, words, sizeof(words));
    ending_words(ending, words, line, sizeof(line));
    return error_set(error, ERROR_STORAGE,
                     "volume `%s`: %s was not ready in time%s%s: check its server",
                     volume, strrchr(ending->program, '/') + 1, *line ? ": " : "", line);
}

/* Opens memory for standard error. Unlike a pipe, nobody has to read it, and a program
 * can open it by name. */
static int open_said(const struct words *words, const char *volume, struct error *error)
{
    int said;

    if (check_program(words, volume, error) < 0)
        return -1;
    said = system_calls.memfd(volume);
    return said >= 0 ? said
                     : error_set(error, ERROR_NODE, "volume `%s`: no memory: %s", volume,
                                 strerror(errno));
}

static int run_to_end(const struct words *words, const char *volume,
                      const struct deadline *deadline, struct error *error)
{
    int said = open_said(words, volume, error), result = 0;
    struct program program;

    if (said < 0)
        return -1;
    if (start_program(&program, words, said, be_private, volume, error) < 0) {
        close(said);
        return -1;
    }
    if (program_wait(&program, deadline) < 0)
        result = report_lateness(&program.ending, volume, said, error);
    else if (program.ending.status != 0)
        result = report_failure(&program.ending, volume, said, error);
    program_kill(&program);
    program_release(&program);
    close(said);
    return result;
}

int mounter_run(struct words *words, const char *volume, const struct deadline *deadline,
                struct error *error)
{
    int status = run_to_end(words, volume, deadline, error);

    words_release(words);
    return status;
}

/* Waits until something is mounted. The kernel raises POLLPRI on its list of mounts when
 * that changes. */
static int await_mount(const struct mounter *mounter, const char *target,
                       const struct deadline *deadline)
{
    int list =
        system_calls.openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    struct pollfd polled[1 + PROGRAM_POLLED] = {{.fd = list, .events = POLLPRI}};
    bool mounted = false;

    program_poll(&mounter->program, polled + 1);
    while (list >= 0 && !(mounted = mounted_is(target)) && !polled[1].revents &&
           !deadline_passed(deadline))
        poll(polled, 1 + PROGRAM_POLLED, deadline_left(deadline));
    if (list >= 0)
        close(list);
    return mounted ? 0 : -1;
}

static int report_no_mount(struct mounter *mounter, const char *volume,
                           struct error *error)
{
    if (program_turn(&mounter->program))
        return report_failure(&mounter->program.ending, volume, mounter->said, error);
    return report_lateness(&mounter->program.ending, volume, mounter->said, error);
}

/* Waits a moment, since the program ends only after its mount has failed. */
int mounter_explain(struct mounter *mounter, const char *volume, struct error *error)
{
    if (process_ended(&mounter->program.process, &mounter->program.ending)) {
        error_clear(error);
        report_failure(&mounter->program.ending, volume, mounter->said, error);
    }
    return -1;
}

const char *mounter_describe(struct mounter *mounter, char *text, size_t size)
{
    struct program *program = &mounter->program;
    char words[SAID_SIZE];

    if (!process_ended(&program->process, &program->ending)) {
        snprintf(text, size, "%s %s", mounter->path,
                 process_is_stopped(program->process)
                     ? "was stopped by a signal, and then ended by its keeper"
                     : "ended");
        return text;
    }
    said_in_file(mounter->said, true, words, sizeof(words));
    return ending_describe(&program->ending, words, text, size);
}

static int start_and_await(struct mounter *mounter, const struct words *words,
                           const char *volume, const char *target,
                           const struct deadline *deadline, struct error *error)
{
    struct deadline now = deadline_after(0);

    *mounter = (struct mounter){.said = open_said(words, volume, error)};
    if (mounter->said < 0)
        return -1;
    snprintf(mounter->path, sizeof(mounter->path), "%s", words->list[0]);
    if (start_program(&mounter->program, words, mounter->said, drop_powers, volume,
                      error) == 0) {
        mounter->program.ending.program = mounter->path;
        if (await_mount(mounter, target, deadline) == 0) {
            fcntl(mounter->said, F_ADD_SEALS,
                  F_SEAL_GROW); /* what it writes later is lost */
            return 0;
        }
        report_no_mount(mounter, volume, error);
    }
    mounter_end(mounter, &now);
    return -1;
}

int mounter_start(struct mounter *mounter, struct words *words, const char *volume,
                  const char *target, const struct deadline *deadline,
                  struct error *error)
{
    int status = start_and_await(mounter, words, volume, target, deadline, error);

    words_release(words);
    return status;
}

int mounter_end(struct mounter *mounter, const struct deadline *deadline)
{
    int status = 0;

    if (program_wait(&mounter->program, deadline) < 0) {
        program_kill(&mounter->program);
        status = -1;
    }
    program_release(&mounter->program);
    if (mounter->said >= 0)
        close(mounter->said);
    *mounter = (struct mounter){.said = -1};
    return status;
}
