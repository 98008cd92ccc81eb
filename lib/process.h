/* process.h: children: how they begin, and that they end: with their parent where that is
 * asked for, and within a deadline.
 *
 * What a child does is errand.h's, or program.h's where it runs another program.
 */
#ifndef ATELIER_PROCESS_H
#define ATELIER_PROCESS_H

#include "deadline.h"
#include "ending.h"

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_SOCKET 3    /* where a child finds the descriptor that it was given */
#define PROCESS_END_MS 100  /* from the close of a child's socket to its end */
#define PROCESS_KILL_MS 500 /* the longest wait for a process that got SIGKILL */

enum process_rule {
    /* No other descriptor than 0 to 2 and `kept`; default signals, none of them blocked.
     */
    PROCESS_ALONE = 1,
    /* It leads a process group of its own, which is killed as a whole and which no
     * terminal signals; no signal is blocked. */
    PROCESS_GROUP = 2,
    /* It gets SIGKILL when its parent (the thread that started it) dies. */
    PROCESS_BOUND = 4,
    /* The default score of the kernel's memory killer: the keeper is spared when memory
     * is short, a child that takes too much of it is not. */
    PROCESS_MORTAL = 8,
};

#define PROCESS_NULL (-2) /* as a descriptor: /dev/null */

/* How a child begins. Its descriptors 0 to 2 are the same as the caller's where 0 or -1
 * is said, else the descriptor or PROCESS_NULL. */
struct process_way {
    int input, output, errors;
    int kept;       /* its PROCESS_SOCKET; 0 or -1: none */
    unsigned rules; /* of enum process_rule */
};

/* Forks such a child. Returns as fork(2) does; a child that cannot begin so ends with
 * 127. In the child only what is safe after fork(2) of a process with threads. */
pid_t process_start(const struct process_way *way);

/* Forks a child of the keeper's kind: alone, bound and mortal, with the caller's
 * descriptors 0 to 2, and `kept` as PROCESS_SOCKET (none when -1). */
pid_t process_fork(int kept);

/* Moves `kept` to PROCESS_SOCKET and closes all other descriptors above 2. Returns 0 or
 * -1. */
int process_keep_only(int kept);

/* Waits for the child to end and reaps it. Returns 0 with its wait status in `*status`
 * (which may be NULL), or -1 when it still runs at the deadline. */
int process_wait(pid_t child, const struct deadline *deadline, int *status);

/* Whether `*child`, whose socket was closed or said nonsense, has ended or does so in a
 * moment. Then it is reaped, `*child` becomes 0, and `ending` has its status. */
bool process_ended(pid_t *child, struct ending *ending);

/* Whether the child is stopped by a signal. It stays to be waited for. */
bool process_is_stopped(pid_t child);

/* Kills the child and reaps it. One that not even SIGKILL ends within PROCESS_KILL_MS (it
 * waits in the kernel) is left to init. */
void process_kill(pid_t child);

/* The same of a child that leads a group, and of all that is in it. */
void process_kill_group(pid_t child);

/* Returns a pidfd of the process at the other end of a connected socket, which must be of
 * our user; or -1 when it is not, or has gone. */
int process_open_peer(int socket);

/* Waits until the process behind `pidfd`, of any parent, has ended. Returns 0 or -1. */
int process_wait_pidfd(int pidfd, const struct deadline *deadline);

#endif
