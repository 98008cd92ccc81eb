/* program.h: another program: how it is started, heard, waited for and ended. No shell
 * stands between.
 *
 *     struct program program;
 *     const struct program_way way = {.words = words, .most = {65536, 65536}};
 *
 *     if (program_start(&program, &way) < 0)
 *         ... strerror(errno)
 *     if (program_wait(&program, &deadline) < 0)
 *         program_kill(&program);
 *     ... program.ending, said_text(&program.said[0])
 *     program_release(&program);
 */
#ifndef ATELIER_PROGRAM_H
#define ATELIER_PROGRAM_H

#include "lib/deadline.h"
#include "lib/ending.h"
#include "lib/error.h"
#include "lib/process.h"
#include "lib/said.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/* How a program is to be started. */
struct program_way {
    char *const *words;       /* ends with NULL */
    char *const *environment; /* of words[0], a path; NULL: ours, and words[0] is looked
                                 for in our PATH */
    struct process_way process;
    size_t most[2];     /* of its output and its errors, so many bytes are kept; 0: as
                           `process` says */
    bool is_one_stream; /* its errors are kept with its output, in their order */
    /* Is called in the child, with `data`, before it becomes the program; or NULL. */
    void (*prepare)(const void *data);
    const void *data;
};

#define PROGRAM_POLLED 3

/* A program that runs, or did. */
struct program {
    struct ending ending;
    pid_t process; /* 0: none runs: it has ended and was reaped, or was never started */
    int watch;     /* readable when it has ended; 0: there was no descriptor for that */
    bool leads_group;
    struct said said[2]; /* its output and its errors, where they are kept */
};

/* Starts a program. `way->words[0]` must outlive `program`. Returns 0; or -1 with errno
 * set, and nothing to be released. A program that cannot be run ends, and ending.h says
 * why: it is not known so soon. Rejected: posix_spawn(3), which tells at once, and waits
 * for the dead disk that the program lies on. */
int program_start(struct program *program, const struct program_way *way);

/* Fills `polled` with what to wait for. */
void program_poll(const struct program *program, struct pollfd polled[PROGRAM_POLLED]);

/* Returns `milliseconds`, or less where no descriptor tells of the end, so that it is
 * looked for again. */
int program_pause(const struct program *program, int milliseconds);

/* Takes what the program has said. Returns whether it has ended: then it is reaped, all
 * that it said itself is taken, and what it left running is not heard any longer. */
bool program_turn(struct program *program);

/* Calls program_turn until the program has ended. Returns 0; or -1 when it still runs at
 * the deadline. */
int program_wait(struct program *program, const struct deadline *deadline);

/* Kills the program, if it runs, and all of its group where it leads one. A program that
 * not even SIGKILL ends (it waits for a dead disk or server) is left to init. */
void program_kill(struct program *program);

/* Closes its pipes, which ends most programs, kills it where it has not ended in a
 * moment, and frees what is left. It may be called of one that does not run. */
void program_leave(struct program *program);

/* Frees what is left, and does not end the program. It may be called twice. */
void program_release(struct program *program);

/* Runs words[0], an absolute path, as root does, from a process whose environment and
 * descriptors may come from anybody: with `words` (NULL-terminated), no environment but
 * SLURM_CONF (slurmd's own word, for Slurm's commands), descriptor 0 at /dev/null and no
 * others but 1 and 2. What it writes to those goes to `text`, cut to `size` bytes with
 * the NUL and without its last newline.
 *
 * Waits at most `milliseconds`, then kills its process group. A descendant that keeps
 * descriptor 1 or 2 open does not prolong the wait. Returns the exit status, 0 to 255; or
 * -1 with `error` filled (ERROR_NODE) when it cannot be started, is ended by a signal or
 * does not end in time. */
int program_run(char *const words[], int milliseconds, char *text, size_t size,
                struct error *error);

/* The same with `more`, PROGRAM_MORE_MAX "NAME=VALUE" at most and then NULL, in its
 * environment: for what is not to stand in a command line, which everybody on the node
 * reads. */
int program_run_with(char *const words[], char *const more[], int milliseconds,
                     char *text, size_t size, struct error *error);

#define PROGRAM_MORE_MAX 40

#endif
