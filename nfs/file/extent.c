/* extent.c: writes a piece of a file to the server, and commits it. */
#include "nfs/file/extent.h"

#include "nfs/call/status.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MS 1000 /* after a shortage of memory */

static struct writeback *writeback_of(const struct extent *extent)
{
    return extent->writes->volume->writeback;
}

static void enqueue(struct extent *extent, long long at)
{
    struct writes *writes = extent->writes;
    uint64_t end = extent->offset + extent->size;

    extent->state = EXTENT_QUEUED;
    extent->at = at;
    extent->moved = 0;
    extent->unsafe = false;
    writes->unanswered++;
    if (writes->end < end)
        writes->end = end;
    TAILQ_INSERT_TAIL(&writeback_of(extent)->queue, extent, in_queue);
}

struct extent *extent_create(struct writes *writes, uint64_t offset, const char *data,
                             size_t size, char *buffer)
{
    struct extent *extent = calloc(1, sizeof(*extent));
    char *copy = extent && !buffer ? malloc(size) : NULL;

    if (!extent || (!buffer && !copy)) {
        free(extent);
        return NULL;
    }
    if (copy)
        memcpy(copy, data, size);
    extent->writes = writes;
    extent->offset = offset;
    extent->buffer = buffer ? buffer : copy;
    extent->data = buffer ? (char *)data : copy;
    extent->size = extent->room = size;
    TAILQ_INSERT_TAIL(&writes->extents, extent, in_file);
    enqueue(extent, 0);
    writeback_of(extent)->held += size;
    writeback_of(extent)->extents++;
    return extent;
}

int extent_grow(struct extent *extent, size_t size)
{
    size_t room = extent->room * 2 > size ? extent->room * 2 : size;
    char *larger;

    if (size <= extent->room)
        return 0;
    if (extent->data != extent->buffer)
        return -1;
    if (room > extent->writes->volume->write_max)
        room = extent->writes->volume->write_max;
    larger = realloc(extent->buffer, room);
    if (!larger)
        return -1;
    writeback_of(extent)->held += room - extent->room;
    extent->buffer = extent->data = larger;
    extent->room = room;
    return 0;
}

/* Counts down the writes that the file waits for. */
static void count_answer(struct writes *writes)
{
    if (--writes->unanswered == 0)
        writes->end = 0;
}

void extent_destroy(struct extent *extent)
{
    struct writeback *writeback = writeback_of(extent);

    if (extent->state == EXTENT_QUEUED)
        TAILQ_REMOVE(&writeback->queue, extent, in_queue);
    if (extent->state == EXTENT_QUEUED || extent->state == EXTENT_SENT)
        count_answer(extent->writes);
    TAILQ_REMOVE(&extent->writes->extents, extent, in_file);
    writeback->held -= extent->room;
    writeback->extents--;
    free(extent->buffer);
    free(extent);
}

size_t extent_unsafe(const struct extent *extent)
{
    return extent->size - (extent->unsafe ? 0 : extent->moved);
}

/* Gives up the extent's data, which will not be on the server. A program that still has
 * the file open is told (writes_error); else the site is. */
static void lose(struct extent *extent)
{
    if (extent->writes->inode->opens == 0)
        extent->writes->volume->bytes_lost += extent_unsafe(extent);
    extent_destroy(extent);
}

static void note_error(struct writes *writes, int cause)
{
    if (writes->cause == 0)
        writes->cause = cause;
    writes->inode->cached.known = false; /* its pages will never be on the server */
}

static void write_failed(struct call *call, int cause)
{
    struct extent *extent = call->extent;
    struct writes *writes = extent->writes;

    call->failed = NULL;
    writes->volume->writeback->flying -= call->size;
    note_error(writes, cause);
    lose(extent);
    writes_advance(writes);
}

/* Notes a part that was written. When the server was restarted since the parts before it,
 * all of the extent is written again. */
static void note_part(struct extent *extent, const struct WRITE3resok *part)
{
    bool first = extent->moved == 0;

    if (!first && memcmp(extent->verifier, part->verf, sizeof(part->verf)) != 0) {
        extent->moved = 0;
        extent->unsafe = false;
        return;
    }
    extent->unsafe |= part->committed == UNSTABLE;
    memcpy(extent->verifier, part->verf, sizeof(part->verf));
    extent->moved += part->count;
}

static void write_done(struct call *call, void *result)
{
    const struct WRITE3res *answered = result;
    const struct WRITE3resok *part = &answered->WRITE3res_u.resok;
    struct extent *extent = call->extent;
    struct writes *writes = extent->writes;

    if (answered->status != NFS3_OK || part->count == 0 || part->count > call->size) {
        call_fail(call,
                  answered->status == NFS3_OK ? EIO : status_errno(answered->status));
        return;
    }
    writes->volume->writeback->flying -= call->size;
    writes->volume->bytes_written += part->count;
    version_follow(&writes->inode->cached, &part->file_wcc);
    call_finish(call);
    note_part(extent, part);
    if (extent->moved < extent->size) {
        extent->state = EXTENT_QUEUED;
        TAILQ_INSERT_HEAD(&writes->volume->writeback->queue, extent, in_queue);
    } else if (!extent->unsafe) {
        extent_destroy(extent);
    } else {
        extent->state = EXTENT_UNSTABLE;
        count_answer(writes);
    }
    writes_advance(writes);
}

void extent_send(struct extent *extent)
{
    struct writes *writes = extent->writes;
    struct call *call = call_begin_unasked(writes->volume, writes->inode);
    struct WRITE3args *arguments;

    if (!call) {
        extent->at = clock_milliseconds() + RETRY_MS;
        return;
    }
    TAILQ_REMOVE(&writeback_of(extent)->queue, extent, in_queue);
    extent->state = EXTENT_SENT;
    call->extent = extent;
    call->failed = write_failed;
    call->size = extent->size - extent->moved;
    if (call->size > writes->volume->write_max)
        call->size = writes->volume->write_max;
    writeback_of(extent)->flying += call->size;
    arguments = &call->arguments.write;
    arguments->file = inode_handle(writes->inode);
    arguments->offset = extent->offset + extent->moved;
    arguments->count = (u_int)call->size;
    arguments->stable = extent->stable ? FILE_SYNC : UNSTABLE;
    arguments->data.data_len = arguments->count;
    arguments->data.data_val = extent->data + extent->moved;
    call_send(call, PROCEDURE_WRITE, write_done);
}

/* Frees the extents that were being committed, if their verifier is `verifier`; the
 * others are written again. */
static void settle_commit(struct writes *writes, const char *verifier)
{
    struct extent *next;

    writes->committing = false;
    for (struct extent *extent = TAILQ_FIRST(&writes->extents); extent; extent = next) {
        next = TAILQ_NEXT(extent, in_file);
        if (extent->state != EXTENT_COMMITTING)
            continue;
        if (!verifier)
            lose(extent);
        else if (memcmp(extent->verifier, verifier, sizeof(writeverf3)) == 0)
            extent_destroy(extent);
        else
            enqueue(extent, 0);
    }
    writes_advance(writes);
}

static void commit_failed(struct call *call, int cause)
{
    struct writes *writes = call->inode->writes;

    call->failed = NULL;
    note_error(writes, cause);
    settle_commit(writes, NULL);
}

static void commit_done(struct call *call, void *result)
{
    const struct COMMIT3res *answered = result;
    struct writes *writes = call->inode->writes;

    if (answered->status != NFS3_OK) {
        call_fail(call, status_errno(answered->status));
        return;
    }
    version_follow(&writes->inode->cached, &answered->COMMIT3res_u.resok.file_wcc);
    settle_commit(writes, answered->COMMIT3res_u.resok.verf);
    call_finish(call);
}

void extents_commit(struct writes *writes)
{
    struct call *call = call_begin_unasked(writes->volume, writes->inode);
    struct extent *extent;

    if (!call)
        return; /* the next event tries again */
    writes->committing = true;
    TAILQ_FOREACH(extent, &writes->extents, in_file)
        if (extent->state == EXTENT_UNSTABLE)
            extent->state = EXTENT_COMMITTING;
    call->failed = commit_failed;
    call->arguments.commit.file = inode_handle(writes->inode);
    call_send(call, PROCEDURE_COMMIT, commit_done);
}
