/* doctor_step.h: the step that looks at the nodes of an allocation.
 *
 * atelier-doctor (doctor_probe.c) runs once on each node. Lines of its output, NODE as
 * Slurm has it:
 *
 *     doctor here NODE                   it runs
 *     doctor beat NODE                   it lives; every second
 *     doctor joined NODE SIZE            MPI has started, over so many nodes
 *     doctor reduce US US                an all-reduce of 8 bytes, and of 1 MiB
 *     doctor link FROM TO US MB          one of the ring: microseconds, MB/s
 *     doctor done NODE                   all is measured
 */
#ifndef ATELIER_DOCTOR_STEP_H
#define ATELIER_DOCTOR_STEP_H

#include "cli/doctor/doctor_verdict.h"
#include "lib/error.h"

struct doctor_look {
    const char *probe; /* atelier-doctor's path */
    const char *mpi;
    struct doctor_node *nodes; /* of the allocation */
    size_t node_count;
    struct doctor_link *links; /* room for three of each node */
    size_t link_count;
    double small, large; /* microseconds of an all-reduce; 0 before there was one */
    size_t reduced;      /* over so many nodes */
};

/* Runs the step on all nodes that are not dead, and adds what it measures. Returns 0 when
 * it came to its end; 1 when it found nodes dead, which are marked and told, so that it
 * is to be run again without them; -1 with `error` filled when it failed otherwise. */
int doctor_step(struct doctor_look *look, struct error *error);

#endif
