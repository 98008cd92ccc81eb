/* caller.h: the task that waits for a call, by what /proc says of it.
 *
 * FUSE reports every signal to a task that waits, also a timer's or a child's. Programs
 * do not expect open(2) or stat(2) on a disk to fail with EINTR for those, so a wait ends
 * only when the task is about to die, as with the kernel's NFS client.
 */
#ifndef ATELIER_NFS_CALLER_H
#define ATELIER_NFS_CALLER_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on tasks are looked for in the procfs that `processes`, a descriptor that is
 * kept, is the root of; before, in /proc, which may hide them. */
void caller_look_in(int processes);

/* Whether task `task`, which asked as user `uid`, works for root: its real uid is 0, also
 * while it is somebody else for a moment, as slurmstepd is when it opens a job's output.
 * Of a task that is not to be looked at, what it asked as decides. Task 0 is the kernel,
 * which writes mapped pages back and waits for nobody, or is of a PID namespace that this
 * process cannot see, where nothing of root's runs: not root. */
bool caller_is_root(pid_t task, uid_t uid);

/* Whether task `task` (a thread's id) has a pending signal that kills it, or is gone. The
 * signal that killed a task stays pending until its end, but for those that would leave a
 * core (SIGSEGV), and SIGKILL to a thread alone. */
bool caller_is_dying(pid_t task);

/* Whether `task` is on its way out, and waits while the kernel closes its files: no
 * signal reaches it any more. */
bool caller_is_exiting(pid_t task);

#endif
