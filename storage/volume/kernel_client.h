/* kernel_client.h: the kernel's NFS client. */
#ifndef ATELIER_KERNEL_CLIENT_H
#define ATELIER_KERNEL_CLIENT_H

#include "lib/record.h"

#include <stdbool.h>

#define KERNEL_CLIENT_PROGRAM "/usr/sbin/mount.nfs"

/* Returns whether this node has the kernel's client, built in or as a module that can be
 * loaded, and the program that mounts. It loads nothing. */
bool kernel_client_exists(void);

/* Adds what was read from and written to the kernel's mount of the volume at `target`, as
 * VOLUME.bytes_read and VOLUME.bytes_written, to `report`. Asks no server. */
void kernel_client_report(const char *target, const char *volume, struct record *report);

#endif
