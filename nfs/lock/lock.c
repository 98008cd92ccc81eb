/* lock.c: serves the kernel's requests for locks. */
#include "nfs/lock/lock.h"

#include "nfs/call/call.h"
#include "nfs/file/pages.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock_service.h"

#include <errno.h>
#include <sys/file.h>

#define LAST_BYTE INT64_MAX
#define PART 0       /* in l_pid of fcntl's locks on their way here */
#define WHOLE_FILE 1 /* in l_pid of flock's */
/* How long a close waits for the server to hear of its locks' end. */
#define CLOSE_MS 1000

static struct lock_owner owner_of(struct volume *volume, struct inode *inode,
                                  const struct fuse_file_info *file, bool whole_file)
{
    return (struct lock_owner){.volume = volume,
                               .inode = inode,
                               .number = file->lock_owner,
                               .open_file = file->fh,
                               .whole_file = whole_file};
}

static enum lock_kind lock_kind_of(int type)
{
    switch (type) {
    case F_RDLCK:
        return LOCK_SHARED;
    case F_WRLCK:
        return LOCK_EXCLUSIVE;
    default:
        return LOCK_NONE;
    }
}

static void submit(fuse_req_t request, const struct lock_owner *owner,
                   struct lock_request *wish)
{
    wish->fuse = request;
    if (wish->errand != LOCK_RELEASE)
        wish->answer_by = clock_milliseconds() + owner->volume->server->root_ms;
    lock_service_submit(owner->volume->locks, owner,
                        request ? fuse_req_ctx(request)->pid : 0, wish);
}

static void submit_range(fuse_req_t request, struct volume *volume, struct inode *inode,
                         const struct fuse_file_info *file, const struct flock *lock,
                         struct lock_request *wish)
{
    struct lock_owner owner = owner_of(volume, inode, file, lock->l_pid == WHOLE_FILE);

    wish->number = volume_number(volume, inode);
    wish->kind = lock_kind_of(lock->l_type);
    wish->first = (uint64_t)lock->l_start;
    wish->last = lock->l_len ? wish->first + (uint64_t)lock->l_len - 1 : LAST_BYTE;
    submit(request, &owner, wish);
}

void lock_test(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
               struct flock *lock)
{
    struct volume *volume = fuse_req_userdata(request);
    struct lock_request wish = {.errand = LOCK_TEST};

    lock->l_pid = PART;
    submit_range(request, volume, volume_inode(volume, number), file, lock, &wish);
}

static void submit_call(struct call *call, fuse_req_t request)
{
    struct lock_request wish = {.errand = LOCK_SET, .wait = call->waits};

    submit_range(request, call->volume, call->inode, &call->file, &call->lock, &wish);
}

static void submit_detached(struct call *call)
{
    submit_call(call, call_detach(call));
    call_finish(call);
}

/* Gives up a lock, whatever becomes of what was written, and of the task. */
static void give_up_anyway(struct call *call, int cause)
{
    (void)cause;
    submit_call(call, NULL);
}

static void await_commit(struct call *call)
{
    writes_await(call, WAIT_COMMIT, submit_detached);
}

/* Returns whether the request gives up a lock that nobody else shared. */
static bool gives_up(struct volume *volume, struct inode *inode,
                     const struct fuse_file_info *file, const struct flock *lock)
{
    struct lock_owner owner = owner_of(volume, inode, file, lock->l_pid == WHOLE_FILE);

    return lock->l_type != F_WRLCK && lock_service_excludes(volume->locks, &owner);
}

/* Sets a lock. Whoever gets it next must read what was written under it, also through a
 * mapping, and also if the server forgets what it was not asked to commit. So what was
 * written is committed first. The kernel does not say whether mappings have made pages
 * dirty, but writes them when it is told to drop them. */
static void set(fuse_req_t request, fuse_ino_t number, const struct fuse_file_info *file,
                const struct flock *lock, bool wait)
{
    struct volume *volume = fuse_req_userdata(request);
    struct inode *inode = volume_inode(volume, number);
    struct lock_request wish = {.errand = LOCK_SET, .wait = wait};
    bool excludes = gives_up(volume, inode, file, lock);
    bool mapped = excludes && inode->mappers > 0;
    bool written = inode->writes && (excludes || lock->l_type == F_UNLCK);
    struct call *call;

    if (!written && !mapped) {
        submit_range(request, volume, inode, file, lock, &wish);
        return;
    }
    call = call_begin_open(request, number);
    if (!call)
        return;
    call->file = *file;
    call->lock = *lock;
    call->waits = wait;
    call->failed = lock->l_type == F_UNLCK ? give_up_anyway : NULL;
    if (mapped)
        pages_drop(call, 0, await_commit);
    else
        await_commit(call);
}

void lock_set(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
              struct flock *lock, int wait)
{
    lock->l_pid = PART;
    set(request, number, file, lock, wait != 0);
}

void lock_whole_file(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
                     int operation)
{
    struct flock lock = {.l_type = F_UNLCK, .l_pid = WHOLE_FILE};

    if (operation & LOCK_EX)
        lock.l_type = F_WRLCK;
    else if (operation & LOCK_SH)
        lock.l_type = F_RDLCK;
    set(request, number, file, &lock, !(operation & LOCK_NB));
}

void lock_flush(fuse_req_t request, struct volume *volume, struct inode *inode,
                const struct fuse_file_info *file, int cause)
{
    struct lock_owner owner = owner_of(volume, inode, file, false);
    struct lock_request wish = {.number = volume_number(volume, inode),
                                .errand = LOCK_RELEASE,
                                .last = LAST_BYTE,
                                .cause = cause,
                                .answer_by = clock_milliseconds() + CLOSE_MS};

    if (volume->locks)
        submit(request, &owner, &wish);
    else if (request)
        fuse_reply_err(request, cause);
}

static void flush_of(struct call *call, int cause)
{
    lock_flush(NULL, call->volume, call->inode, &call->file, cause);
}

/* Calls `release` when what was written is safe, or cannot be. Returns -1 when memory is
 * short. */
static int release_after_writes(struct volume *volume, struct inode *inode,
                                const struct fuse_file_info *file,
                                void (*release)(struct call *call, int cause))
{
    struct call *call = call_begin_unasked(volume, inode);

    if (!call)
        return -1;
    call->file = *file;
    call->failed = release;
    writes_await(call, WAIT_COMMIT, call_answer_done);
    return 0;
}

void lock_flush_after_writes(struct volume *volume, struct inode *inode,
                             const struct fuse_file_info *file)
{
    struct lock_owner owner = owner_of(volume, inode, file, false);

    if (!volume->locks || !lock_service_knows(volume->locks, &owner))
        return;
    if (release_after_writes(volume, inode, file, flush_of) < 0)
        lock_flush(NULL, volume, inode, file, 0);
}

static void end(struct call *call, int cause)
{
    struct lock_owner owner = owner_of(call->volume, call->inode, &call->file, false);

    (void)cause;
    lock_service_release(call->volume->locks, &owner);
}

/* Gives up the locks when what was written is safe. A close has waited for that; but not
 * the close of a descriptor that was on its way to another process when its socket was
 * closed, and no close waits for a mapping's pages. */
void lock_release(struct volume *volume, struct inode *inode,
                  const struct fuse_file_info *file)
{
    struct lock_owner owner = owner_of(volume, inode, file, false);

    if (!volume->locks || !lock_service_close(volume->locks, &owner))
        return;
    if (release_after_writes(volume, inode, file, end) < 0)
        lock_service_release(volume->locks, &owner);
}

bool lock_is_lost(const struct inode *inode)
{
    return atomic_load(&inode->locks_lost) > 0;
}
