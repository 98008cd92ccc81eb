/* interrupt.h: whether a signal that a waiting task got will end it.
 *
 * FUSE reports every signal to a task that waits, also a timer's or a child's. Programs
 * do not expect open(2) or stat(2) on a disk to fail with EINTR for those, so a wait ends
 * only when the task is about to die, as with the kernel's NFS client.
 */
#ifndef ATELIER_NFS_INTERRUPT_H
#define ATELIER_NFS_INTERRUPT_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether task `task` (a thread's id) has a pending signal that kills it, or is gone. */
bool interrupt_is_fatal(pid_t task);

/* Whether `task` is on its way out, and waits while the kernel closes its files: no
 * signal reaches it any more. */
bool interrupt_is_exiting(pid_t task);

/* Whether `task` was killed, as far as this process may know. Only for a task of which
 * interrupt_is_exiting: the question could wait for any other. */
bool interrupt_ended_by_signal(pid_t task);

#endif
