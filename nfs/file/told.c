/* told.c: keeps what the kernel is told of a file's attributes. */
#include "nfs/file/told.h"

#include "nfs/file/writes.h"
#include "nfs/name/names.h"

#include <stdlib.h>
#include <time.h>

#define FILE_SECONDS 3
#define DIRECTORY_SECONDS 30
#define MOST_SECONDS 60

uint32_t told_moment(struct volume *volume)
{
    return ++volume->moment;
}

bool told_since(const struct inode *inode, uint32_t moment)
{
    return (int32_t)(inode->told - moment) > 0;
}

void told_change(struct volume *volume, struct inode *inode)
{
    inode->told = told_moment(volume);
}

static bool has_changed(const struct inode *inode, const struct fattr3 *attributes)
{
    return inode->changed.seconds != attributes->ctime.seconds ||
           inode->changed.nseconds != attributes->ctime.nseconds;
}

/* Returns the age of the moment `since`; both wrap around. */
static uint32_t age(uint32_t since)
{
    return (uint32_t)clock_milliseconds() - since;
}

static uint8_t least(const struct fattr3 *attributes)
{
    return attributes->type == NF3DIR ? DIRECTORY_SECONDS : FILE_SECONDS;
}

/* Returns how long the attributes of an inode hold that is seen for the first time, as if
 * it had been watched since its last change. The server's clock, which may be wrong,
 * matters only between the bounds. */
static uint8_t first(const struct fattr3 *attributes)
{
    time_t unchanged = time(NULL) - (time_t)attributes->ctime.seconds;

    if (unchanged <= least(attributes))
        return least(attributes);
    return unchanged < MOST_SECONDS ? (uint8_t)unchanged : MOST_SECONDS;
}

static void prolong(struct inode *inode, const struct fattr3 *attributes)
{
    if (inode->seconds == 0 || has_changed(inode, attributes)) {
        inode->seconds = inode->seconds == 0 ? first(attributes) : least(attributes);
    } else if (age(inode->since) >= inode->seconds * 1000u) {
        inode->seconds =
            inode->seconds * 2 < MOST_SECONDS ? inode->seconds * 2 : MOST_SECONDS;
    } else {
        return;
    }
    inode->since = (uint32_t)clock_milliseconds();
    inode->changed = attributes->ctime;
}

bool told_is(const struct inode *inode, const struct fattr3 *attributes)
{
    return !has_changed(inode, attributes) &&
           writes_size(inode, attributes->size) == inode->size_told;
}

double told_lifetime(const struct volume *volume, const struct inode *inode)
{
    int fixed = volume->server->entry.attribute_cache_ms;

    return fixed >= 0 ? fixed / 1000.0 : inode->seconds;
}

void told_remember(struct inode *inode, const struct fattr3 *attributes)
{
    if (!inode->opened)
        inode->opened = calloc(1, sizeof(*inode->opened));
    if (inode->opened)
        inode->opened->attributes = *attributes;
}

bool told_known(const struct inode *inode, struct stat *status)
{
    if (!inode->opened)
        return false;
    attributes_to_stat(&inode->opened->attributes, status);
    status->st_size = (off_t)inode->size_told;
    return true;
}

double told_attributes(struct volume *volume, struct inode *inode,
                       const struct fattr3 *attributes, struct stat *status)
{
    uint64_t size = writes_size(inode, attributes->size);
    bool pending = inode->writes != NULL; /* then the times are still to change */

    attributes_to_stat(attributes, status);
    status->st_size = (off_t)size;
    if (inode->opens > 0)
        told_remember(inode, attributes);
    inode->size_told = size;
    inode->told = told_moment(volume);
    inode->recent = 1;
    prolong(inode, attributes);
    if (attributes->type == NF3DIR)
        names_seen(volume, inode, attributes);
    return pending ? 0 : told_lifetime(volume, inode);
}
