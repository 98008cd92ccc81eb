/* extent.h: a piece of a file that was written, on its way to the server; see writes.h.
 */
#ifndef ATELIER_NFS_EXTENT_H
#define ATELIER_NFS_EXTENT_H

#include "nfs/file/writes.h"

enum extent_state {
    EXTENT_QUEUED, /* to be sent at `at` */
    EXTENT_SENT,
    EXTENT_UNSTABLE,  /* the server has it in memory */
    EXTENT_COMMITTING /* and is being asked to make it safe */
};

struct extent {
    TAILQ_ENTRY(extent) in_file, in_queue;
    struct writes *writes;
    enum extent_state state;
    bool stable; /* to be made safe by the WRITE itself: the file's only one */
    long long at;
    uint64_t offset;
    size_t size, room, moved;
    bool unsafe;         /* some of what moved is in the server's memory alone */
    char *buffer, *data; /* the data is somewhere in the malloc'ed buffer */
    writeverf3 verifier;
};

/* Of one file, while anything of it is kept, waited for, or to be told. */
struct writes {
    TAILQ_ENTRY(writes) in_files;
    struct volume *volume;
    struct inode *inode; /* holds a reference */
    struct extent_list extents;
    unsigned unanswered; /* of them, queued or sent */
    uint64_t end;        /* of all that was unanswered */
    bool committing, press;
    bool abandoned; /* by a program that ended while it waited for it to be safe */
    int cause;
    struct call *parked, **parked_end;
};

/* A new extent at the end of the queue. Its `size` bytes are at `data`: in `buffer`,
 * which it then owns, or to be copied when that is NULL. NULL when memory is short. */
struct extent *extent_create(struct writes *writes, uint64_t offset, const char *data,
                             size_t size, char *buffer);

/* Makes the buffer large enough for `size` bytes. Returns 0 or -1. */
int extent_grow(struct extent *extent, size_t size);

void extent_destroy(struct extent *extent);

/* How many of its bytes are not known to be safe on the server's disk. */
size_t extent_unsafe(const struct extent *extent);

/* Sends a queued extent. */
void extent_send(struct extent *extent);

/* Asks the server to make the file's unstable extents safe. */
void extents_commit(struct writes *writes);

/* In writes.c. After an answer, does what it was waited for; may free `writes`. */
void writes_advance(struct writes *writes);

/* Sends what the file still holds back. */
void writes_urge(struct writes *writes);

/* The file's state, made when there is none. NULL when memory is short. */
struct writes *writes_of(struct volume *volume, struct inode *inode);

/* Whether `size` more bytes may be kept. */
bool writeback_has_room(const struct writeback *writeback, size_t size);

/* In parked.c: lets those calls of the file go on that need not wait any more; and those
 * of any file that waited for room. */
void parked_run(struct writes *writes);
void parked_wake(struct writeback *writeback);

#endif
