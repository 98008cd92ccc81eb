/* slurm.h: stands for that of a release that is not here; made of slurm_facts.h. The
 * fields of a job have their types, not their places. */
#ifndef DESCRIBED_SLURM_H
#define DESCRIBED_SLURM_H

#include <slurm/slurm_version.h>
#include <stdint.h>

#define STEP(name, number) name = number,
enum {
#include "tests/headers/slurm_facts.h"
};

#define FIELD(type, name) type name;
typedef struct {
#include "tests/headers/slurm_facts.h"
} job_desc_msg_t;

#endif
