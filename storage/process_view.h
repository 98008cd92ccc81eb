/* process_view.h: the node's processes, as root sees them. */
#ifndef ATELIER_PROCESS_VIEW_H
#define ATELIER_PROCESS_VIEW_H

/* Opens a procfs of its own, mounted nowhere, that hides no process from whoever gets the
 * descriptor, even where the node's /proc does (hidepid): an NFS client, whose user id is
 * nobody's, looks for signals of the tasks that wait for it. Where the kernel makes none,
 * the node's /proc is opened. Returns the descriptor, or -1 with errno set. */
int process_view_open(void);

#endif
