/* slurm_namespace.h: the mount namespace that Slurm makes for a job, on a node that has
 * JobContainerType=job_container/tmpfs or NamespaceType=namespace/tmpfs or /linux.
 *
 * Slurm binds it to a file, in the namespace of slurmd, before the job's extern step
 * calls its plugins, and as long as the job is on the node:
 *
 *     BASE/JOB/.ns        the tmpfs plugins
 *     BASE/JOB/.ns/mnt    the linux plugin
 *
 * It is found in the kernel's list of mounts. Rejected: Slurm's own configuration, where
 * BASE differs by release, build, node and pattern.
 */
#ifndef ATELIER_SLURM_NAMESPACE_H
#define ATELIER_SLURM_NAMESPACE_H

#include "lib/error.h"

#include <stdbool.h>
#include <stdio.h>

#define SLURM_NAMESPACE_PATH_SIZE 4096 /* bytes, with the terminating NUL */

/* What the kernel's list says of a namespace that is bound to a file. */
struct slurm_namespace_binding {
    unsigned long inode;
    char path[SLURM_NAMESPACE_PATH_SIZE];
};

/* Reads /proc/self/mountinfo, or a `list` like it. Returns whether it has the binding of
 * the job on this node: where several slurmds share a host, Slurm puts the node's name
 * before the job's. */
bool slurm_namespace_find(FILE *list, unsigned job, const char *node,
                          struct slurm_namespace_binding *found);

struct slurm_namespace {
    int fd; /* -1: Slurm made none */
    /* Where Slurm's steps look for the file, BASE/JOB; "" where they are inside from
     * their start on, as with the linux plugin. */
    char directory[SLURM_NAMESPACE_PATH_SIZE];
};

/* Opens the namespace of the job on this node; called where slurmd's mounts are seen.
 * Returns 0, also where there is none; or -1 with `error` filled, and `fd` -1. */
int slurm_namespace_open(struct slurm_namespace *found, unsigned job, const char *node,
                         struct error *error);

/* Closes the descriptor, if there is one. */
void slurm_namespace_close(struct slurm_namespace *found);

#endif
