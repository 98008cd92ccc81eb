/* append.h: where the end of a file is for a write with O_APPEND.
 *
 * The kernel puts such a write behind what it takes for the file's end and does not ask.
 * Another node may have written, or cut the file, since it was told. So the end is
 * decided here: it is what the server said last, or what was written here since. The
 * server is asked when that is older than attributes may be; when a lock is granted, it
 * was asked. Where that is not where the kernel put the write, the kernel has the data in
 * a wrong page and perhaps a wrong size: it is told behind the write's answer. What it
 * reads comes from the server even before, since it asks for the attributes after each
 * write.
 */
#ifndef ATELIER_NFS_APPEND_H
#define ATELIER_NFS_APPEND_H

#include "nfs/call/call.h"

/* The call, which has waited for the writes of `inode`, is about to ask for the file's
 * attributes. */
void append_mark(struct call *call, const struct inode *inode);

/* The answer to that: the open file has `size` bytes. */
void append_learn(const struct call *call, struct inode *inode, uint64_t size);

/* A program wrote up to `end`. */
void append_wrote(struct inode *inode, uint64_t end);

/* Somebody else may have written, or a program gave the file another size: older answers
 * say nothing any more. */
void append_doubt(struct volume *volume, struct inode *inode);

/* Whether the server need not be asked for the end. */
bool append_knows(const struct call *call);

/* Moves the write to the end of the file, after asking for it if need be: then the write
 * owns its data. `resume` goes on with it. */
void append_place(struct call *call, void (*resume)(struct call *call));

/* Whether the kernel has put the write elsewhere. */
bool append_is_displaced(const struct call *call);

/* Tells the kernel so, and ends the call, which was answered. */
void append_correct(struct call *call);

#endif
