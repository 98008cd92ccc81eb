/* caller.h: the task that waits for a call, by what /proc says of it.
 *
 * FUSE reports every signal to a task that waits, also a timer's or a child's. Programs
 * do not expect open(2) or stat(2) on a disk to fail with EINTR for those. So a wait ends
 * only when the task is about to die, as with the kernel's NFS client.
 */
#ifndef ATELIER_NFS_CALLER_H
#define ATELIER_NFS_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

/* Looks for tasks in the procfs whose root is the descriptor `processes`, which is kept.
 * Before this call they are looked for in /proc, which may hide them. */
void caller_look_in(int processes);

/* Returns whether task `task`, which asked as user `uid`, works for root: its real uid is
 * 0, also while it acts as somebody else for a moment, as slurmstepd does when it opens a
 * job's output. If the task cannot be looked at, `uid` decides. Task 0 is the kernel,
 * which writes mapped pages back and waits for nobody, or a task of a PID namespace that
 * this process cannot see, where nothing of root's runs: it is not root's. */
bool caller_is_root(pid_t task, uid_t uid);

/* Returns whether the nearest of `task`'s ancestors that works for root, slurmstepd, now
 * waits in the kernel, deaf to signals, as for a file's lock; which file's is hidden from
 * this process. */
bool caller_holds_root_up(pid_t task);

/* Returns whether task `task` (a thread's id) has a pending signal that kills it, or is
 * gone. The signal that killed a task stays pending until its end, except for those that
 * would leave a core (SIGSEGV), and SIGKILL to a thread alone. */
bool caller_is_dying(pid_t task);

/* Returns whether `task` is exiting, and waits while the kernel closes its files: no
 * signal reaches it any more. */
bool caller_is_exiting(pid_t task);

#endif
