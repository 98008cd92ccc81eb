/* extent.h: a piece of a file that was written, on its way to the server (writes.h). */
#ifndef ATELIER_NFS_EXTENT_H
#define ATELIER_NFS_EXTENT_H

#include "nfs/file/writes.h"

enum extent_state {
    EXTENT_QUEUED, /* to be sent at `at` */
    EXTENT_SENT,
    EXTENT_UNSTABLE,  /* the server has it in its memory */
    EXTENT_COMMITTING /* the server is being asked to make it safe */
};

struct extent {
    TAILQ_ENTRY(extent) in_file, in_queue;
    struct writes *writes;
    enum extent_state state;
    bool stable; /* the WRITE itself makes it safe, since it is the file's only one */
    long long at;
    uint64_t offset;
    size_t size, room, moved;
    bool unsafe;         /* some of what moved is only in the server's memory */
    char *buffer, *data; /* the data is somewhere in the malloc'ed buffer */
    writeverf3 verifier;
};

/* What is kept of one file's writes, while any of it is kept, waited for, or to be
 * told. */
struct writes {
    TAILQ_ENTRY(writes) in_files;
    struct volume *volume;
    struct inode *inode; /* holds a reference */
    struct extent_list extents;
    unsigned unanswered; /* extents that are queued or sent */
    uint64_t end;        /* of all extents that were unanswered */
    bool committing, press;
    bool abandoned; /* a program ended while it waited for its data to be safe */
    int cause;
    struct call *parked, **parked_end;
};

/* Returns a new extent at the end of the queue; NULL when memory is short. Its `size`
 * bytes are at `data`: in `buffer`, which the extent then owns; or they are copied, when
 * that is NULL. */
struct extent *extent_create(struct writes *writes, uint64_t offset, const char *data,
                             size_t size, char *buffer);

/* Makes the buffer large enough for `size` bytes. Returns 0 or -1. */
int extent_grow(struct extent *extent, size_t size);

void extent_destroy(struct extent *extent);

/* Returns how many of the extent's bytes are not known to be safe on the server's
 * disk. */
size_t extent_unsafe(const struct extent *extent);

/* Sends a queued extent. */
void extent_send(struct extent *extent);

/* Asks the server to make the file's unstable extents safe. */
void extents_commit(struct writes *writes);

/* In writes.c: does what waited for the answer that has come; may free `writes`. */
void writes_advance(struct writes *writes);

/* Sends what the file still holds back. */
void writes_urge(struct writes *writes);

/* Returns the file's state, and makes it when there is none. NULL when memory is
 * short. */
struct writes *writes_of(struct volume *volume, struct inode *inode);

#endif
