/* mounter.h: programs that mount: mount.nfs, rclone, root's own.
 *
 * They run as root by an absolute path, with a clean environment, no descriptor of ours
 * and no shell. Each must belong to root and be writable by nobody else, and so must the
 * directories above it. What a program writes to standard error is kept in memory, and
 * its last line is shown when the program fails.
 */
#ifndef ATELIER_MOUNTER_H
#define ATELIER_MOUNTER_H

#include "lib/deadline.h"
#include "lib/error.h"
#include "lib/policy/plan.h"
#include "lib/program.h"
#include "lib/words.h"

#include <stdbool.h>
#include <stddef.h>

/* A program that stays and serves what it mounted. */
struct mounter {
    char path[PLAN_PATH_SIZE];
    struct program program;
    int said; /* its standard error; -1 */
};

/* Returns whether the node has the program. */
bool mounter_exists(const char *program);

/* Runs the program words->list[0] to its end, and releases the words. `volume` is the
 * volume's name, for sentences. Returns 0 when it has ended with success, else -1 with
 * `error` filled: ERROR_NODE when it could not be run or was killed, ERROR_STORAGE when
 * it failed or was not ready by the deadline. */
int mounter_run(struct words *words, const char *volume, const struct deadline *deadline,
                struct error *error);

/* Starts the program and returns as soon as something is mounted at `target`. The program
 * ends with this process, and has of root's powers only those to mount and to bind a
 * reserved port. Returns 0, with `mounter` to be ended by mounter_end; or -1 as
 * mounter_run, with no process left. */
int mounter_start(struct mounter *mounter, struct words *words, const char *volume,
                  const char *target, const struct deadline *deadline,
                  struct error *error);

/* If the program has ended, replaces what others found wrong with the mount by how it
 * ended and what it said. Always returns -1. */
int mounter_explain(struct mounter *mounter, const char *volume, struct error *error);

/* Writes how the program ended, whose watch is readable. Returns `text`. */
const char *mounter_describe(struct mounter *mounter, char *text, size_t size);

/* Waits for the program to end after its volume was unmounted, and kills it at the
 * deadline. Returns 0, or -1 when it had to be killed. */
int mounter_end(struct mounter *mounter, const struct deadline *deadline);

#endif
