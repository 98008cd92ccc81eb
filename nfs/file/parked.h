/* parked.h: calls that wait for what was written to a file, or for room to write. */
#ifndef ATELIER_NFS_PARKED_H
#define ATELIER_NFS_PARKED_H

struct writeback;
struct writes;

/* Lets those calls of the file go on that need not wait any more; may free `writes`. */
void parked_run(struct writes *writes);

/* Lets those calls of any file go on that waited for room. */
void parked_wake(struct writeback *writeback);

#endif
