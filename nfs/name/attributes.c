/* attributes.c: converts file attributes between NFSv3 and FUSE. */
#include "nfs/name/attributes.h"

#include "lib/deadline.h"
#include "lib/protocol/client_protocol.h"

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>
#include <string.h>
#include <sys/sysmacros.h>

#define COARSE_TICK_MS 2500 /* for a clock of whole seconds; some count two at a time */
#define FINE_TICK_MS 20 /* for a clock that kernels keep, and show to the nanosecond */

static mode_t type_of(ftype3 type)
{
    switch (type) {
    case NF3DIR:
        return S_IFDIR;
    case NF3BLK:
        return S_IFBLK;
    case NF3CHR:
        return S_IFCHR;
    case NF3LNK:
        return S_IFLNK;
    case NF3SOCK:
        return S_IFSOCK;
    case NF3FIFO:
        return S_IFIFO;
    case NF3REG:
    default:
        return S_IFREG;
    }
}

static struct timespec time_of(const struct nfstime3 *time)
{
    struct timespec result = {.tv_sec = time->seconds, .tv_nsec = time->nseconds};

    return result;
}

void attributes_to_stat(const struct fattr3 *attributes, struct stat *status)
{
    memset(status, 0, sizeof(*status));
    status->st_ino = attributes->fileid;
    status->st_mode = type_of(attributes->type) | (attributes->mode & 07777);
    status->st_nlink = attributes->nlink;
    status->st_uid = attributes->uid;
    status->st_gid = attributes->gid;
    status->st_rdev = makedev(attributes->rdev.specdata1, attributes->rdev.specdata2);
    status->st_size = (off_t)attributes->size;
    status->st_blocks = (blkcnt_t)((attributes->used + 511) / 512);
    status->st_blksize = CLIENT_TRANSFER_MAX;
    status->st_atim = time_of(&attributes->atime);
    status->st_mtim = time_of(&attributes->mtime);
    status->st_ctim = time_of(&attributes->ctime);
}

static struct nfstime3 time_clamped(const struct timespec *time)
{
    struct nfstime3 result = {.seconds = (u_int)time->tv_sec,
                              .nseconds = (u_int)time->tv_nsec};

    if (time->tv_sec < 0)
        result = (struct nfstime3){.seconds = 0};
    else if (time->tv_sec > UINT32_MAX)
        result = (struct nfstime3){.seconds = UINT32_MAX};
    return result;
}

static void set_times(struct sattr3 *changes, const struct stat *status, int valid)
{
    if (valid & FUSE_SET_ATTR_ATIME_NOW) {
        changes->atime.set_it = SET_TO_SERVER_TIME;
    } else if (valid & FUSE_SET_ATTR_ATIME) {
        changes->atime.set_it = SET_TO_CLIENT_TIME;
        changes->atime.set_atime_u.atime = time_clamped(&status->st_atim);
    }
    if (valid & FUSE_SET_ATTR_MTIME_NOW) {
        changes->mtime.set_it = SET_TO_SERVER_TIME;
    } else if (valid & FUSE_SET_ATTR_MTIME) {
        changes->mtime.set_it = SET_TO_CLIENT_TIME;
        changes->mtime.set_mtime_u.mtime = time_clamped(&status->st_mtim);
    }
}

void attributes_from_stat(struct sattr3 *changes, const struct stat *status, int valid)
{
    memset(changes, 0, sizeof(*changes));
    if (valid & FUSE_SET_ATTR_MODE)
        attributes_of_mode(changes, status->st_mode);
    if (valid & FUSE_SET_ATTR_UID) {
        changes->uid.set_it = 1;
        changes->uid.set_uid3_u.uid = status->st_uid;
    }
    if (valid & FUSE_SET_ATTR_GID) {
        changes->gid.set_it = 1;
        changes->gid.set_gid3_u.gid = status->st_gid;
    }
    if (valid & FUSE_SET_ATTR_SIZE) {
        changes->size.set_it = 1;
        changes->size.set_size3_u.size = (size3)status->st_size;
    }
    set_times(changes, status, valid);
}

void attributes_of_mode(struct sattr3 *changes, mode_t mode)
{
    memset(changes, 0, sizeof(*changes));
    changes->mode.set_it = 1;
    changes->mode.set_mode3_u.mode = mode & 07777;
}

struct version version_of(const struct fattr3 *attributes)
{
    struct version version = {.known = true,
                              .size = attributes->size,
                              .modified = attributes->mtime,
                              .changed = attributes->ctime,
                              .seen = (uint32_t)clock_milliseconds()};

    return version;
}

bool attributes_time_equal(const struct nfstime3 *a, const struct nfstime3 *b)
{
    return a->seconds == b->seconds && a->nseconds == b->nseconds;
}

bool version_equal(const struct version *a, const struct version *b)
{
    return a->known && b->known && a->size == b->size &&
           attributes_time_equal(&a->modified, &b->modified) &&
           attributes_time_equal(&a->changed, &b->changed);
}

/* Returns the longest that two changes may be apart and still carry the same time. */
static uint32_t tick_of(const struct version *version)
{
    bool coarse = version->modified.nseconds == 0 && version->changed.nseconds == 0;

    return coarse ? COARSE_TICK_MS : FINE_TICK_MS;
}

void version_renew(struct version *version, const struct version *present)
{
    if (version_equal(version, present))
        version->proven = present->seen - version->seen >= tick_of(version);
    else
        *version = *present;
}

void version_follow(struct version *version, const struct wcc_data *change)
{
    const struct wcc_attr *attributes = &change->before.pre_op_attr_u.attributes;
    struct version before = {.known = change->before.attributes_follow != 0,
                             .size = attributes->size,
                             .modified = attributes->mtime,
                             .changed = attributes->ctime};
    struct version after;

    if (!change->after.attributes_follow || !version_equal(version, &before)) {
        version->known = false;
        return;
    }
    after = version_of(&change->after.post_op_attr_u.attributes);
    if (!version_equal(version, &after))
        *version = after;
}
