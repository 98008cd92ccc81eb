/* process.h: children that end: with their parent, and within a deadline. */
#ifndef ATELIER_PROCESS_H
#define ATELIER_PROCESS_H

#include "deadline.h"
#include "ending.h"

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_SOCKET 3    /* the descriptor that a child was given */
#define PROCESS_END_MS 100  /* from the close of a child's socket to its end */
#define PROCESS_KILL_MS 500 /* the longest wait for a process that got SIGKILL */

/* Forks a child that has descriptors 0 to 2, `kept` as PROCESS_SOCKET (none when -1) and
 * no other, default signals, the default score of the kernel's memory killer, and gets
 * SIGKILL when its parent dies. Returns as fork(2) does. */
pid_t process_fork(int kept);

/* As process_fork, with `errors` as the child's standard error, unless it is -1. */
pid_t process_fork_saying(int kept, int errors);

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

/* Returns a pidfd of the process at the other end of a connected socket, which must be of
 * our user; or -1 when it is not, or has gone. */
int process_open_peer(int socket);

/* Waits until the process behind `pidfd`, of any parent, has ended. Returns 0 or -1. */
int process_wait_pidfd(int pidfd, const struct deadline *deadline);

#endif
