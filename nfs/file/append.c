/* append.c: finds the end of a file for a write with O_APPEND. */
#include "nfs/file/append.h"

#include "nfs/call/patience.h"
#include "nfs/call/status.h"
#include "nfs/file/pages.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"

void append_mark(struct call *call, const struct inode *inode)
{
    call->moment = told_moment(call->volume);
    call->writes = inode->opened ? inode->opened->writes : 0;
}

void append_ask(struct call *call, call_done done)
{
    append_mark(call, call->inode);
    call->arguments.getattr.object = inode_handle(call->inode);
    call_send(call, PROCEDURE_GETATTR, done);
}

/* The answer may or may not include what was written while the question was on its way:
 * then the end stays in doubt, and the next one who needs it asks again. */
void append_learn(const struct call *call, struct inode *inode, uint64_t size)
{
    struct opened *opened = inode->opened;

    if (!opened || (int32_t)(call->moment - opened->end_moment) < 0)
        return;
    opened->end = writes_size(inode, size);
    opened->end_asked = opened->writes == call->writes ? call->sent : 0;
    opened->end_moment = call->moment;
}

void append_wrote(struct inode *inode, uint64_t end)
{
    struct opened *opened = inode->opened;

    if (!opened)
        return;
    opened->writes++;
    if (opened->end < end)
        opened->end = end;
}

void append_doubt(struct volume *volume, struct inode *inode)
{
    if (!inode->opened)
        return;
    inode->opened->end_asked = 0;
    inode->opened->end_moment = told_moment(volume);
}

bool append_knows(const struct call *call)
{
    const struct opened *opened = call->inode->opened;

    return opened && opened->end_asked > 0 &&
           (double)(clock_milliseconds() - opened->end_asked) <
               told_lifetime(call->volume, call->inode) * 1000;
}

/* The kernel holds the file's lock for this write, so that no other program writes
 * meanwhile. */
static void attributes_done(struct call *call, void *result)
{
    const struct GETATTR3res *answered = result;
    const struct fattr3 *attributes = &answered->GETATTR3res_u.resok.obj_attributes;

    call->known = NULL;
    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    told_remember(call->inode, attributes);
    append_learn(call, call->inode, attributes->size);
    call->offset = writes_size(call->inode, attributes->size);
    call->placed(call);
}

static void ask_end(struct call *call)
{
    append_ask(call, attributes_done);
}

static void place_by_what_is_known(struct call *call)
{
    if (call->inode->opened)
        call->offset = call->inode->opened->end;
    call->placed(call);
}

/* Places a write of root's, which does not wait for the server's answer; its data goes on
 * with another call. */
static bool place_for_root(struct call *call)
{
    struct call *other =
        call_begin_open(call->request, volume_number(call->volume, call->inode));

    if (!other)
        return true;
    other->locks = true;
    other->buffer = call->buffer;
    other->data = call->data;
    other->size = call->size;
    other->offset = other->kernels = call->kernels;
    other->file = call->file;
    other->placed = call->placed;
    call->buffer = NULL;
    place_by_what_is_known(other);
    return true;
}

void append_place(struct call *call, void (*resume)(struct call *))
{
    call->placed = resume;
    if (append_knows(call) || patience_is_over(call)) {
        place_by_what_is_known(call);
        return;
    }
    call->known = place_for_root;
    writes_await(call, WAIT_ANSWERS, ask_end);
}

bool append_is_displaced(const struct call *call)
{
    return call->offset != call->kernels;
}

void append_correct(struct call *call)
{
    struct inode *inode = call->inode;
    uint64_t end = call->offset + call->size;
    bool grows = end > inode->size_told;

    if (grows)
        inode->size_told = end;
    inode->cached.known = false;
    pages_drop(call, grows ? end : 0, call_finish);
}
