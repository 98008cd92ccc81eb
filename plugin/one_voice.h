/* one_voice.h: one of a node's tasks speaks for all.
 *
 * What a launcher refuses it refuses most often to all tasks of the step, but not always
 * to the first: RANK=0, exported for four tasks, is right in one of them. So it is not
 * the first task that tells it, but the first that has something to tell.
 */
#ifndef ATELIER_ONE_VOICE_H
#define ATELIER_ONE_VOICE_H

#include <stdbool.h>

/* Before the tasks are forked: what they share. Without it, or where memory is short,
 * each speaks for itself. */
void one_voice_prepare(void);

/* In a task: whether no other one of this node has asked before. */
bool one_voice_take(void);

#endif
