/* pages.h: what the kernel is told about the pages that it keeps of a file.
 *
 * It hears of such a word only when nobody has a page locked, and when it has written
 * what mappings made dirty: it waits for answers of this very process. So a thread of its
 * own says them, one after the other, and in the loop a call waits for its word.
 */
#ifndef ATELIER_NFS_PAGES_H
#define ATELIER_NFS_PAGES_H

#include "nfs/volume.h"

#include <pthread.h>
#include <sys/queue.h>

struct call;
struct pages_word;

STAILQ_HEAD(pages_words, pages_word);

/* Of all volumes. */
struct pages {
    int news; /* an eventfd: words have been said */
    pthread_mutex_t mutex;
    pthread_cond_t come;
    struct pages_words asked, said; /* under the mutex */
    bool started;
    unsigned waiting; /* calls, which need the kernel's further requests to go on */
};

/* Returns 0, or -1 when the node has no descriptors. */
int pages_init(struct pages *pages);

/* Lets the call wait until the kernel has written and dropped the pages of its inode, and
 * has `size` for the file's size if it took it for smaller; `resume` goes on then. Fails
 * the call with ENOLCK when there is no memory for that. */
void pages_drop(struct call *call, uint64_t size, void (*resume)(struct call *call));

/* The call ends, and does not wait any more. */
void pages_leave(struct call *call);

/* Lets the calls go on whose words were said. */
void pages_service(struct pages *pages);

/* The process ends. A word that waits for the kernel even now is left to it. */
void pages_release(struct pages *pages);

#endif
