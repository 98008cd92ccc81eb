/* memory_kill.h: what the kernel killed of a step on this node for want of memory.
 *
 * Slurm holds a step to its memory by a control group (ConstrainRAMSpace), in which the
 * kernel counts. Where Slurm has none, nothing is known, and nothing was killed for it.
 */
#ifndef ATELIER_MEMORY_KILL_H
#define ATELIER_MEMORY_KILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_kill {
    uint64_t processes;
    uint64_t limit; /* bytes, of the step or of its job; 0: neither has one */
};

/* Reads it in slurmstepd, while the step's control group is there. `root` is the root
 * directory, "" for the process's own. Returns whether anything was killed. */
bool memory_kill_find(const char *root, struct memory_kill *kill);

/* Writes a sentence for whoever started the job. */
void memory_kill_describe(const struct memory_kill *kill, const char *node, char *text,
                          size_t size);

#endif
