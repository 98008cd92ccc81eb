/* pages.c: tells the kernel what to do with the pages that it keeps of a file. */
#include "nfs/file/pages.h"

#include "nfs/call/call.h"

#include <errno.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

struct pages_word {
    STAILQ_ENTRY(pages_word) in_list;
    struct call *call; /* NULL when it does not wait any more; only the loop uses it */
    struct inode_table *inodes;
    struct inode *inode; /* a reference */
    int fd;              /* of /dev/fuse, since the session may end before the thread */
    fuse_ino_t number;
    uint64_t size;
};

int pages_init(struct pages *pages)
{
    *pages = (struct pages){.news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    STAILQ_INIT(&pages->asked);
    STAILQ_INIT(&pages->said);
    pthread_mutex_init(&pages->mutex, NULL);
    pthread_cond_init(&pages->come, NULL);
    return pages->news < 0 ? -1 : 0;
}

/* Makes the kernel take a larger size, by a notice that stores data, if only one byte.
 * The kernel takes the size before it looks for the data (an empty notice was enough
 * until Linux 5.15). The data is at an address that cannot be read, so that storing it
 * fails there, and no page is touched. */
static void grow(int fd, fuse_ino_t number, uint64_t size)
{
    static void *nowhere = MAP_FAILED;
    struct fuse_notify_store_out store = {
        .nodeid = number, .offset = size - 1, .size = 1};
    struct fuse_out_header header = {.error = FUSE_NOTIFY_STORE,
                                     .len = sizeof(header) + sizeof(store) + 1};
    struct iovec parts[] = {
        {&header, sizeof(header)}, {&store, sizeof(store)}, {NULL, 1}};

    if (nowhere == MAP_FAILED)
        nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    parts[2].iov_base = nowhere;
    if (nowhere != MAP_FAILED && writev(fd, parts, 3) < 0)
        return; /* it fails on purpose */
}

static void drop(int fd, fuse_ino_t number)
{
    struct {
        struct fuse_out_header header;
        struct fuse_notify_inval_inode_out pages;
    } notice = {.header = {.error = FUSE_NOTIFY_INVAL_INODE, .len = sizeof(notice)},
                .pages = {.ino = number}}; /* from 0, length 0: all of them */

    if (write(fd, &notice, sizeof(notice)) < 0)
        return; /* the kernel does not know the file any more */
}

static void say(const struct pages_word *word)
{
    drop(word->fd, word->number);
    if (word->size > 0)
        grow(word->fd, word->number, word->size);
}

static void *run(void *data)
{
    struct pages *pages = data;
    struct pages_word *word;
    uint64_t one = 1;

    pthread_mutex_lock(&pages->mutex);
    for (;;) {
        while (!(word = STAILQ_FIRST(&pages->asked)))
            pthread_cond_wait(&pages->come, &pages->mutex);
        STAILQ_REMOVE_HEAD(&pages->asked, in_list);
        pthread_mutex_unlock(&pages->mutex);
        say(word);
        pthread_mutex_lock(&pages->mutex);
        STAILQ_INSERT_TAIL(&pages->said, word, in_list);
        if (write(pages->news, &one, sizeof(one)) < 0)
            continue; /* the loop is awake anyway */
    }
    return NULL;
}

/* Starts the thread with the first word; nobody waits for its end. */
static int start(struct pages *pages)
{
    pthread_t thread;

    if (pages->started)
        return 0;
    if (pthread_create(&thread, NULL, run, pages) != 0)
        return -1;
    pthread_detach(thread);
    pages->started = true;
    return 0;
}

void pages_drop(struct call *call, uint64_t size, void (*resume)(struct call *call))
{
    struct pages *pages = call->volume->pages;
    struct pages_word *word = calloc(1, sizeof(*word));

    if (!word || start(pages) < 0) {
        free(word);
        call_fail(call, ENOLCK);
        return;
    }
    word->call = call;
    word->inodes = &call->volume->inodes;
    word->inode = inode_hold(call->inode);
    word->fd = fuse_session_fd(call->volume->session);
    word->number = volume_number(call->volume, call->inode);
    word->size = size;
    call->word = word;
    pages->waiting++;
    call->resume = resume;
    call->state = CALL_PARKED;
    call_watch(call);
    pthread_mutex_lock(&pages->mutex);
    STAILQ_INSERT_TAIL(&pages->asked, word, in_list);
    pthread_cond_signal(&pages->come);
    pthread_mutex_unlock(&pages->mutex);
}

void pages_leave(struct call *call)
{
    if (!call->word)
        return;
    call->word->call = NULL;
    call->word = NULL;
    call->volume->pages->waiting--;
}

static struct pages_word *take(struct pages *pages)
{
    struct pages_word *word;

    pthread_mutex_lock(&pages->mutex);
    word = STAILQ_FIRST(&pages->said);
    if (word)
        STAILQ_REMOVE_HEAD(&pages->said, in_list);
    pthread_mutex_unlock(&pages->mutex);
    return word;
}

void pages_service(struct pages *pages)
{
    struct pages_word *word;
    uint64_t count;

    if (read(pages->news, &count, sizeof(count)) < 0)
        return;
    while ((word = take(pages))) {
        struct call *call = word->call;

        inode_drop(word->inodes, word->inode);
        free(word);
        if (call) {
            call->word = NULL;
            pages->waiting--;
            call->resume(call);
        }
    }
}

/* Frees nothing that the thread knows, since it may be in the middle of a word. */
void pages_release(struct pages *pages)
{
    pthread_mutex_lock(&pages->mutex);
    STAILQ_INIT(&pages->asked);
    pthread_mutex_unlock(&pages->mutex);
}
