/* writes.c: keeps what programs have written until the server has made it safe. */
#include "nfs/file/extent.h"
#include "nfs/file/parked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FLYING_MOST ((size_t)8 << 20) /* libnfs copies what is on the wire */
#define EXTENTS_MOST 1024
#define NEIGHBOUR_MS 100 /* how long a small write waits for a neighbour to join it */

static bool is_unanswered(const struct extent *extent)
{
    return extent->state == EXTENT_QUEUED || extent->state == EXTENT_SENT;
}

static bool touches(const struct extent *extent, uint64_t offset, size_t size)
{
    return offset < extent->offset + extent->size && extent->offset < offset + size;
}

void writeback_init(struct writeback *writeback)
{
    *writeback = (struct writeback){.held = 0};
    TAILQ_INIT(&writeback->queue);
    TAILQ_INIT(&writeback->files);
}

static struct extent *next_due(const struct writeback *writeback, long long now)
{
    struct extent *extent;

    if (writeback->flying >= FLYING_MOST)
        return NULL;
    TAILQ_FOREACH(extent, &writeback->queue, in_queue)
        if (extent->at <= now)
            return extent;
    return NULL;
}

void writeback_service(struct writeback *writeback)
{
    long long now = clock_milliseconds();
    struct extent *extent;

    while ((extent = next_due(writeback, now)))
        extent_send(extent);
}

int writeback_wait(const struct writeback *writeback, long long now)
{
    long long until = INT64_MAX;
    struct extent *extent;

    if (writeback->flying >= FLYING_MOST)
        return -1; /* an answer comes first */
    TAILQ_FOREACH(extent, &writeback->queue, in_queue)
        if (extent->at < until)
            until = extent->at;
    if (until == INT64_MAX)
        return -1;
    return until > now ? (int)(until - now) : 0;
}

/* A file's only piece is made safe by its WRITE. */
void writes_urge(struct writes *writes)
{
    struct extent *first = TAILQ_FIRST(&writes->extents);
    struct extent *extent;

    if (first && !TAILQ_NEXT(first, in_file) && first->state == EXTENT_QUEUED &&
        first->moved == 0)
        first->stable = true;
    TAILQ_FOREACH(extent, &writes->extents, in_file)
        if (extent->state == EXTENT_QUEUED)
            extent->at = 0;
    writeback_service(writes->volume->writeback);
}

struct writes *writes_of(struct volume *volume, struct inode *inode)
{
    struct writes *writes = inode->writes;

    if (writes)
        return writes;
    writes = calloc(1, sizeof(*writes));
    if (!writes)
        return NULL;
    writes->volume = volume;
    writes->inode = inode_hold(inode);
    TAILQ_INIT(&writes->extents);
    writes->parked_end = &writes->parked;
    TAILQ_INSERT_TAIL(&volume->writeback->files, writes, in_files);
    return inode->writes = writes;
}

/* Frees the file's state when there is nothing left to keep, to wait for, or to tell. */
static void release(struct writes *writes)
{
    struct inode *inode = writes->inode;

    if (!TAILQ_EMPTY(&writes->extents) || writes->parked || writes->committing ||
        (writes->cause && inode->opens > 0))
        return;
    TAILQ_REMOVE(&writes->volume->writeback->files, writes, in_files);
    inode->writes = NULL;
    inode_drop(&writes->volume->inodes, inode);
    free(writes);
}

bool writeback_has_room(const struct writeback *writeback, size_t size)
{
    return writeback->held + size <= WRITES_HELD_MOST &&
           writeback->extents < EXTENTS_MOST;
}

static bool is_crowded(const struct writeback *writeback)
{
    return writeback->held >= WRITES_HELD_MOST / 2 ||
           writeback->extents >= EXTENTS_MOST / 2;
}

static bool has_unstable(const struct writes *writes)
{
    struct extent *extent;

    TAILQ_FOREACH(extent, &writes->extents, in_file)
        if (extent->state == EXTENT_UNSTABLE)
            return true;
    return false;
}

static bool wants_commit(const struct writes *writes)
{
    bool asked = writes->press || (writes->parked && writes->parked->wait == WAIT_COMMIT);

    if (writes->committing || !has_unstable(writes))
        return false;
    return is_crowded(writes->volume->writeback) || (asked && writes->unanswered == 0);
}

/* Commits other files' writes as well, since the file that fills the memory may be
 * idle. */
static void commit_some(struct writeback *writeback, struct writes *own)
{
    struct writes *writes;

    if (wants_commit(own))
        extents_commit(own);
    if (!is_crowded(writeback))
        return;
    TAILQ_FOREACH(writes, &writeback->files, in_files)
        if (wants_commit(writes))
            extents_commit(writes);
}

void writes_advance(struct writes *writes)
{
    struct writeback *writeback = writes->volume->writeback;
    struct inode *inode = inode_hold(writes->inode);
    struct inode_table *inodes = &writes->volume->inodes;

    commit_some(writeback, writes);
    parked_run(writes);
    if (inode->writes)
        release(inode->writes);
    inode_drop(inodes, inode);
    parked_wake(writeback);
    writeback_service(writeback);
}

static struct writes *first_unpressed(const struct writeback *writeback)
{
    struct writes *writes;

    TAILQ_FOREACH(writes, &writeback->files, in_files)
        if (!writes->press)
            return writes;
    return NULL;
}

/* Begins the search anew each time, since what waits behind one file may end the state of
 * any. */
void writeback_press(struct writeback *writeback)
{
    struct writes *writes;

    while ((writes = first_unpressed(writeback))) {
        writes->press = true;
        writes_urge(writes);
        writes_advance(writes);
    }
}

bool writes_overlap(const struct inode *inode, uint64_t offset, size_t size)
{
    struct extent *extent;

    if (!inode->writes || inode->writes->unanswered == 0)
        return false;
    TAILQ_FOREACH(extent, &inode->writes->extents, in_file)
        if (is_unanswered(extent) && touches(extent, offset, size))
            return true;
    return false;
}

bool writes_go_through(const struct volume *volume, const struct inode *inode)
{
    return volume->server->entry.attribute_cache_ms == 0 ||
           (inode->writes && inode->writes->cause);
}

void writes_patch(struct inode *inode, uint64_t offset, const char *data, size_t size)
{
    struct extent *extent;

    if (!inode->writes)
        return;
    TAILQ_FOREACH(extent, &inode->writes->extents, in_file) {
        uint64_t from = offset > extent->offset ? offset : extent->offset;
        uint64_t to = offset + size < extent->offset + extent->size
                          ? offset + size
                          : extent->offset + extent->size;

        if (touches(extent, offset, size))
            memcpy(extent->data + (from - extent->offset), data + (from - offset),
                   to - from);
    }
}

/* Appends to the file's last extent as much as fits. Returns how much that was. */
static size_t join(struct writes *writes, uint64_t offset, const char *data, size_t size)
{
    struct extent *last = TAILQ_LAST(&writes->extents, extent_list);
    size_t most = writes->volume->write_max;

    if (!last || last->state != EXTENT_QUEUED || last->moved > 0 || last->at == 0 ||
        offset != last->offset + last->size)
        return 0;
    if (size > most - last->size)
        size = most - last->size;
    if (extent_grow(last, last->size + size) < 0)
        return 0;
    memcpy(last->data + last->size, data, size);
    last->size += size;
    if (writes->end < last->offset + last->size)
        writes->end = last->offset + last->size;
    if (last->size == most)
        last->at = 0;
    return size;
}

int writes_keep(struct volume *volume, struct inode *inode, uint64_t offset,
                const char *data, size_t size, char *buffer)
{
    struct writes *writes = writes_of(volume, inode);
    size_t joined = 0;
    struct extent *extent;

    if (!writes)
        return -1;
    writes_patch(inode, offset, data, size);
    if (!buffer)
        joined = join(writes, offset, data, size);
    if (joined < size) {
        extent =
            extent_create(writes, offset + joined, data + joined, size - joined, buffer);
        if (!extent) {
            release(writes);
            return -1;
        }
        if (extent->size < volume->write_max && !is_crowded(volume->writeback))
            extent->at = clock_milliseconds() + NEIGHBOUR_MS;
    }
    writes_advance(writes);
    return 0;
}

uint64_t writes_size(const struct inode *inode, uint64_t size)
{
    const struct writes *writes = inode->writes;

    return writes && writes->end > size ? writes->end : size;
}

int writes_error(struct inode *inode, bool last)
{
    int cause = inode->writes ? inode->writes->cause : 0;

    if (last && inode->writes) {
        inode->writes->cause = 0;
        release(inode->writes);
    }
    return cause;
}

void writes_closed(struct inode *inode)
{
    struct writes *writes = inode->writes;

    if (!writes)
        return;
    writes->press = true;
    writes_urge(writes);
    if (inode->writes == writes)
        writes_advance(writes);
}

void writes_abandon(const struct call *call)
{
    struct writes *writes = call->parked;

    if (!writes || call->wait != WAIT_COMMIT)
        return;
    writes->abandoned = true;
    if (writes->volume->writeback->tell)
        writes->volume->writeback->tell(writes->volume->writeback->teller);
}

static uint64_t unsafe_of(const struct writes *writes)
{
    const struct extent *extent;
    uint64_t bytes = 0;

    if (writes->inode->opens == 0 || writes->abandoned)
        TAILQ_FOREACH(extent, &writes->extents, in_file)
            bytes += extent_unsafe(extent);
    return bytes;
}

/* Returns the sum over the files of `volume`, or of all volumes where that is NULL. */
static uint64_t sum_unsafe(const struct writeback *writeback, const struct volume *volume)
{
    const struct writes *writes;
    uint64_t bytes = 0;

    TAILQ_FOREACH(writes, &writeback->files, in_files)
        if (!volume || writes->volume == volume)
            bytes += unsafe_of(writes);
    return bytes;
}

uint64_t writeback_unsafe(const struct writeback *writeback)
{
    return sum_unsafe(writeback, NULL);
}

uint64_t writes_unsafe(const struct volume *volume)
{
    return sum_unsafe(volume->writeback, volume);
}

void writeback_lose(struct writeback *writeback)
{
    struct writes *writes;
    struct extent *extent;

    TAILQ_FOREACH(writes, &writeback->files, in_files)
        TAILQ_FOREACH(extent, &writes->extents, in_file)
            writes->volume->bytes_lost += extent_unsafe(extent);
}

void writeback_release(struct writeback *writeback)
{
    struct writes *writes;

    while (writeback->files.tqh_last && (writes = TAILQ_FIRST(&writeback->files))) {
        while (!TAILQ_EMPTY(&writes->extents))
            extent_destroy(TAILQ_FIRST(&writes->extents));
        writes->committing = false;
        writes->cause = 0;
        release(writes);
    }
}
