/* process.h: children: how they begin, and that they end: with their parent where that is
 * asked for, and within a deadline.
 *
 * What a child does is errand.h's, or program.h's where it runs another program.
 */
#ifndef ATELIER_PROCESS_H
#define ATELIER_PROCESS_H

#include "lib/deadline.h"
#include "lib/ending.h"

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_SOCKET 3    /* the descriptor that a child was given */
#define PROCESS_END_MS 100  /* from the close of a child's socket to its end */
#define PROCESS_KILL_MS 500 /* the longest wait for a process that got SIGKILL */

enum process_rule {
    /* The child has no other descriptors than 0 to 2 and `kept`, and default signals, of
     * which none is blocked. */
    PROCESS_ALONE = 1,
    /* The child leads a process group of its own, which is killed as a whole and which no
     * terminal signals. No signal is blocked. */
    PROCESS_GROUP = 2,
    /* The child gets SIGKILL when its parent (the thread that started it) dies. */
    PROCESS_BOUND = 4,
    /* The child has the default score of the kernel's memory killer: the keeper is spared
     * when memory is short, a child that takes too much of it is not. */
    PROCESS_MORTAL = 8,
};

#define PROCESS_NULL (-2) /* stands for /dev/null in the place of a descriptor */

/* How a child begins. Its descriptors 0 to 2 are the same as the caller's where 0 or -1
 * is said, else the descriptor or PROCESS_NULL. */
struct process_way {
    int input, output, errors;
    int kept;       /* its PROCESS_SOCKET; 0 or -1: none */
    unsigned rules; /* of enum process_rule */
};

/* Forks such a child. Returns as fork(2) does; a child that cannot begin so ends with
 * 127. In the child, nothing is called that a process with threads must not call. */
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

/* Returns whether `*child`, whose socket was closed or said nonsense, has ended or does
 * so in a moment. Then it is reaped, `*child` becomes 0, and `ending` has its status. */
bool process_ended(pid_t *child, struct ending *ending);

/* Returns whether the child is stopped by a signal. The child stays to be waited for. */
bool process_is_stopped(pid_t child);

/* Kills the child and reaps it. A child that waits in the kernel, so that not even
 * SIGKILL ends it within PROCESS_KILL_MS, is left to init. */
void process_kill(pid_t child);

/* Kills a child that leads a group, and all that is in the group; else the same. */
void process_kill_group(pid_t child);

/* Returns a pidfd of the process at the other end of a connected socket, which must be of
 * our user; or -1 when it is not, or has gone. */
int process_open_peer(int socket);

/* Waits until the process behind `pidfd`, of any parent, has ended. Returns 0 or -1. */
int process_wait_pidfd(int pidfd, const struct deadline *deadline);

#endif
