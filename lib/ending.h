/* ending.h: how a program that we started ended, in words for the person who can act.
 *
 * It could not be run, and why; or it was killed, by which signal and by whom, as far as
 * that can be known; or it failed, with its exit code and its own words. Nothing is
 * guessed: what execve(2) said comes from the child through memory that both share.
 *
 *     ending_begin(&ending, "/usr/bin/rclone");
 *     ending_share(&ending);
 *     child = fork();
 *     if (child == 0)
 *         ending_exec(&ending, words, environment);
 *     ...
 *     waitpid(child, &ending.status, 0);
 *     ending_describe(&ending, "what it wrote", text, sizeof(text));
 *     ending_release(&ending);
 *
 * With posix_spawn(3), its return value becomes `cause`, and nothing is to be shared or
 * released. Nor is it for a child that runs no other program.
 */
#ifndef ATELIER_ENDING_H
#define ATELIER_ENDING_H

#include "lib/error.h"

#include <stdbool.h>
#include <stddef.h>

#define ENDING_TEXT_SIZE 384 /* bytes, enough for a description */

struct ending {
    const char *program; /* its path or its name; not owned */
    int cause;           /* why it could not be run: an errno; 0: it ran */
    int status;          /* as waitpid(2) has it */
    int *shared; /* holds the errno that the child met; NULL: the child does not tell */
    /* Of the kernel on this node, before the start; -1: unknown. */
    long long memory_kills;
};

/* Is called before the program is started. `program` must outlive `ending`. */
void ending_begin(struct ending *ending, const char *program);

/* Is called before fork(2). Where memory is too short for it, an execve(2) that failed
 * will look like the program's own exit code 127. */
void ending_share(struct ending *ending);

/* Is called in the child, which becomes the program words[0] with `environment`. Where
 * that is NULL, the child's own is kept, and the program is looked for in its PATH. Does
 * not return. */
void ending_exec(const struct ending *ending, char *const words[],
                 char *const environment[]) __attribute__((noreturn));

/* Returns why the program could not be run, an errno; 0: it ran, or its child has not
 * come so far. */
int ending_cause(const struct ending *ending);

/* Returns whether the child ended without having run the program: because there is none,
 * it may not be run, it is of another kind of machine, or a library of it is missing.
 * `words` is as for ending_describe. */
bool ending_was_not_run(const struct ending *ending, const char *words);

/* Writes how a child ended, as "/usr/bin/rclone was killed by signal 9 (SIGKILL), ...".
 * `words` is what it wrote, whose last line tells why; NULL or empty when it said
 * nothing. Returns `text`. */
const char *ending_describe(const struct ending *ending, const char *words, char *text,
                            size_t size);

/* Copies the line of `words` that tells why to `line`: the last that is not blank,
 * without the program's own name before it. Returns `line`. */
const char *ending_words(const struct ending *ending, const char *words, char *line,
                         size_t size);

/* Returns who can act: the node's administrator where the program could not be run or was
 * killed, else `failed`. */
enum error_party ending_party(const struct ending *ending, const char *words,
                              enum error_party failed);

/* Frees what ending_share took. It may be called twice, and with a zeroed ending. */
void ending_release(struct ending *ending);

#endif
