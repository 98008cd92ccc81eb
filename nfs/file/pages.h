/* pages.h: what the kernel is told about the pages that it keeps of a file.
 *
 * The kernel takes such a word only when nobody has a page locked, and when it has
 * written what mappings made dirty: for that it waits for answers of this very process.
 * So a thread of its own tells the kernel, one word after the other, and in the loop a
 * call waits for its word.
 */
#ifndef ATELIER_NFS_PAGES_H
#define ATELIER_NFS_PAGES_H

#include "nfs/volume.h"

#include <pthread.h>
#include <sys/queue.h>

struct call;
struct pages_word;

STAILQ_HEAD(pages_words, pages_word);

/* Of all volumes together. */
struct pages {
    int news; /* an eventfd: words have been told */
    pthread_mutex_t mutex;
    pthread_cond_t come;
    struct pages_words asked, said; /* guarded by the mutex */
    bool started;
    /* Calls that wait, and need the kernel's further requests to go on. */
    unsigned waiting;
};

/* Returns 0, or -1 when the node has no descriptors. */
int pages_init(struct pages *pages);

/* Lets the call wait until the kernel has written and dropped the pages of its inode, and
 * takes `size` for the file's size if it knew a smaller one; then `resume` goes on. Fails
 * the call with ENOLCK when there is no memory for that. */
void pages_drop(struct call *call, uint64_t size, void (*resume)(struct call *call));

/* Ends the call's wait, since the call ends. */
void pages_leave(struct call *call);

/* Lets the calls go on whose words were told. */
void pages_service(struct pages *pages);

/* Ends with the process. A word that the kernel has not taken by then is left to the
 * thread. */
void pages_release(struct pages *pages);

#endif
