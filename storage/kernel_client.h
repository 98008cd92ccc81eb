/* kernel_client.h: the kernel's NFS client. */
#ifndef ATELIER_KERNEL_CLIENT_H
#define ATELIER_KERNEL_CLIENT_H

#include <stdbool.h>

#define KERNEL_CLIENT_PROGRAM "/usr/sbin/mount.nfs"

/* Whether this node has it: in the kernel, or as a module that can be loaded; and the
 * program that mounts. Loads nothing. */
bool kernel_client_exists(void);

#endif
