/* one_voice.h: one of a node's tasks speaks for all, and one of a step's nodes.
 *
 * What a launcher refuses it refuses most often to all tasks of the step, but not always
 * to the first: RANK=0, exported for four tasks, is right in one of them. So it is not
 * the first task that tells it, but the first that has something to tell. Nodes do not
 * know of each other: the first one speaks for them of what all are sure to have.
 */
#ifndef ATELIER_ONE_VOICE_H
#define ATELIER_ONE_VOICE_H

#include "plugin/spank_job.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What the tasks of a node share; NULL before it is prepared. */
struct one_voice {
    atomic_flag *is_taken;
};

/* Makes what the tasks share, before they are forked. Without it, or where memory is
 * short, each task speaks for itself. */
void one_voice_prepare(struct one_voice *voice);

/* In a task: whether no other one of this node has asked before. */
bool one_voice_take(struct one_voice *voice);

void one_voice_release(struct one_voice *voice);

/* Whether another node tells what all nodes of the step have. Those of a heterogeneous
 * job's components may be of several workspaces: there each node tells its own. */
bool one_voice_is_elsewhere(struct spank_handle *spank);

#endif
