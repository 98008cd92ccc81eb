/* append.h: where the end of a file is for a write with O_APPEND.
 *
 * The kernel puts such a write behind what it takes for the file's end and does not ask.
 * But another node may have written to the file, or cut it, since the kernel was told. So
 * the end is decided here: it is what the server said last, or what was written here
 * since. The server is asked when its answer is older than attributes may be; a lock that
 * is granted asks it as well. If the kernel has put the write elsewhere, it has the data
 * in a wrong page and perhaps a wrong size: it is told so after the write's answer. Even
 * before that it reads from the server, since it asks for the attributes after each
 * write.
 */
#ifndef ATELIER_NFS_APPEND_H
#define ATELIER_NFS_APPEND_H

#include "nfs/call/call.h"

/* Notes that the call, which has waited for the writes of `inode`, is about to ask for
 * the file's attributes. */
void append_mark(struct call *call, const struct inode *inode);

/* Notes that of the call's own inode, and asks the server: `done` takes the answer. */
void append_ask(struct call *call, call_done done);

/* Takes the answer to that question: the open file has `size` bytes. */
void append_learn(const struct call *call, struct inode *inode, uint64_t size);

/* Notes that a program wrote up to `end`. */
void append_wrote(struct inode *inode, uint64_t end);

/* Makes older answers worthless: somebody else may have written, or a program gave the
 * file another size. */
void append_doubt(struct volume *volume, struct inode *inode);

/* Returns whether the end is known without asking the server. */
bool append_knows(const struct call *call);

/* Moves the write to the end of the file, after asking for the end if need be; then the
 * write owns its data. `resume` goes on with it. */
void append_place(struct call *call, void (*resume)(struct call *call));

/* Returns whether the kernel has put the write elsewhere. */
bool append_is_displaced(const struct call *call);

/* Tells the kernel where the write is, and ends the call, which was answered. */
void append_correct(struct call *call);

#endif
