/* kernel_names.h: the names of a FUSE volume that the kernel remembers. */
#ifndef ATELIER_KERNEL_NAMES_H
#define ATELIER_KERNEL_NAMES_H

#include <sys/types.h>

/* Lets the kernel forget every name of the file system mounted at `path` that is not in
 * use: open files and working directories stay. Cached pages of closed files go with
 * their names. It may wait for the file server, while pages of mappings are dirty.
 * Returns 0; or -1 with errno set. */
int kernel_names_forget(const char *path);

/* As kernel_names_forget, in a child that the caller does not wait for. Returns its
 * process id, or -1. */
pid_t kernel_names_forget_apart(const char *path);

#endif
