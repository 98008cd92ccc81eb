#include "lock.h"

#include "lock_service.h"

#include <errno.h>
#include <sys/file.h>

#define LAST_BYTE INT64_MAX
#define CLOSE_MS 1000 /* how long a close waits for the server to hear of it */

static struct lock_owner owner_of(struct volume *volume, fuse_ino_t number,
                                  const struct fuse_file_info *file, bool whole_file)
{
    return (struct lock_owner){.volume = volume,
                               .inode = volume_inode(volume, number),
                               .number = file->lock_owner,
                               .whole_file = whole_file};
}

static enum lock_kind kind_of(int type)
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
    lock_service_submit(owner->volume->locks, owner,
                        request ? fuse_req_ctx(request)->pid : 0, wish);
}

static void submit_range(fuse_req_t request, fuse_ino_t number,
                         const struct fuse_file_info *file, const struct flock *lock,
                         struct lock_request *wish)
{
    struct lock_owner owner = owner_of(fuse_req_userdata(request), number, file, false);

    wish->number = number;
    wish->kind = kind_of(lock->l_type);
    wish->first = (uint64_t)lock->l_start;
    wish->last = lock->l_len ? wish->first + (uint64_t)lock->l_len - 1 : LAST_BYTE;
    submit(request, &owner, wish);
}

void lock_test(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
               struct flock *lock)
{
    struct lock_request wish = {.errand = LOCK_TEST};

    submit_range(request, number, file, lock, &wish);
}

void lock_set(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
              struct flock *lock, int wait)
{
    struct lock_request wish = {.errand = LOCK_SET, .wait = wait != 0};

    submit_range(request, number, file, lock, &wish);
}

void lock_whole_file(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file,
                     int operation)
{
    struct lock_owner owner = owner_of(fuse_req_userdata(request), number, file, true);
    struct lock_request wish = {.number = number,
                                .errand = LOCK_SET,
                                .last = LAST_BYTE,
                                .wait = !(operation & LOCK_NB)};

    if (operation & LOCK_EX)
        wish.kind = LOCK_EXCLUSIVE;
    else if (operation & LOCK_SH)
        wish.kind = LOCK_SHARED;
    submit(request, &owner, &wish);
}

void lock_flush(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *file)
{
    struct volume *volume = fuse_req_userdata(request);
    struct lock_owner owner = owner_of(volume, number, file, false);
    struct lock_request wish = {.number = number,
                                .errand = LOCK_RELEASE,
                                .last = LAST_BYTE,
                                .answer_by = clock_milliseconds() + CLOSE_MS};

    if (volume->locks)
        submit(request, &owner, &wish);
    else
        fuse_reply_err(request, ENOSYS); /* the kernel does not ask again */
}

void lock_release(struct volume *volume, fuse_ino_t number,
                  const struct fuse_file_info *file)
{
    struct lock_owner owner = owner_of(volume, number, file, true);
    struct lock_request wish = {
        .number = number, .errand = LOCK_RELEASE, .last = LAST_BYTE};

    if (volume->locks && file->flock_release)
        submit(NULL, &owner, &wish);
}

bool lock_is_lost(const struct inode *inode)
{
    return atomic_load(&inode->locks_lost) > 0;
}
