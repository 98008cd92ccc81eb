/* parked.c: lets calls go on that waited for writes. */
#include "nfs/file/parked.h"

#include "nfs/file/extent.h"

#include <errno.h>

static bool may_go(const struct writes *writes, const struct call *call)
{
    switch (call->wait) {
    case WAIT_ROOM:
        return writeback_has_room(writes->volume->writeback, call->size) &&
               !writes_overlap(writes->inode, call->offset, call->size);
    case WAIT_ANSWERS:
        return writes->unanswered == 0;
    case WAIT_COMMIT:
    default:
        return TAILQ_EMPTY(&writes->extents);
    }
}

/* Lets calls go on in the order in which they came, so that nobody waits for ever behind
 * others' writes. A call that goes on may end the file's state, so a reference keeps the
 * inode for the next look. */
void parked_run(struct writes *writes)
{
    struct inode *inode = inode_hold(writes->inode);
    struct volume *volume = writes->volume;

    while (inode->writes && inode->writes->parked &&
           may_go(inode->writes, inode->writes->parked)) {
        struct call *call = inode->writes->parked;

        writes_unpark(call);
        call->resume(call);
    }
    inode_drop(&volume->inodes, inode);
}

/* Lets the first calls that wait for room go on; each of them leads here again. */
void parked_wake(struct writeback *writeback)
{
    struct writes *next;

    if (writeback->waking || writeback->parked == 0)
        return;
    writeback->waking = true;
    for (struct writes *writes = TAILQ_FIRST(&writeback->files); writes; writes = next) {
        next = TAILQ_NEXT(writes, in_files);
        if (writes->parked && writes->parked->wait == WAIT_ROOM)
            parked_run(writes);
    }
    writeback->waking = false;
}

void writes_await(struct call *call, enum wait wait, void (*resume)(struct call *call))
{
    struct writes *writes = call->inode->writes;

    call->wait = wait;
    call->resume = resume;
    if (wait == WAIT_ROOM && !(writes = writes_of(call->volume, call->inode))) {
        call_fail(call, ENOMEM);
        return;
    }
    if (!writes || (!writes->parked && may_go(writes, call))) {
        resume(call);
        return;
    }
    call->state = CALL_PARKED;
    call->parked = writes;
    call->next_parked = NULL;
    *writes->parked_end = call;
    writes->parked_end = &call->next_parked;
    if (wait == WAIT_ROOM)
        writes->volume->writeback->parked += call->size;
    call_watch(call);
    writes_urge(writes);
    if (call->inode->writes == writes)
        writes_advance(writes);
}

void writes_unpark(struct call *call)
{
    struct writes *writes = call->parked;
    struct call **link;

    if (!writes)
        return;
    for (link = &writes->parked; *link != call; link = &(*link)->next_parked)
        ;
    *link = call->next_parked;
    if (!*link)
        writes->parked_end = link;
    if (call->wait == WAIT_ROOM)
        writes->volume->writeback->parked -= call->size;
    call->parked = NULL;
}

bool writes_must_wait(const struct call *call)
{
    const struct writes *writes = call->inode->writes;

    return (writes && writes->parked) ||
           !writeback_has_room(call->volume->writeback, call->size) ||
           writes_overlap(call->inode, call->offset, call->size);
}
