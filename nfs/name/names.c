/* names.c: decides for how long the kernel may trust the names of a directory. */
#include "nfs/name/names.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LIVELY_MS 3000    /* after another node's change, no name is kept for so long */
#define STALE_MS 1000     /* between two drops because a directory is gone */
#define LISTING_MS 100    /* in which the kernel has surely read an answer */
#define LEAST_SECONDS 1.0 /* where the kernel cannot drop names */
/* In a tick this long, more than one change may well happen. */
#define COARSE_NS 10000000
#define LONG_AGO 60 /* seconds by which clocks of a cluster surely do not differ */
#define SECOND_NS 1000000000LL
#define MILLISECOND_NS 1000000LL

#define NOTIFY_EPOCH 8 /* FUSE_NOTIFY_INC_EPOCH, which many systems' headers lack */

struct names {
    struct nfstime3 changed, modified; /* the known state of the directory */
    long long since; /* names that were asked for then or later are of that state */
    /* When the kernel was last told a name, and until when it may trust any. */
    long long told, until;
};

/* This is struct fuse_out_header, and what follows it. */
struct epoch_notice {
    uint32_t length;
    int32_t code;
    uint64_t unique;
};

static int64_t nanoseconds(const struct nfstime3 *time)
{
    return time->seconds * SECOND_NS + time->nseconds;
}

/* Notes what the server's clock shows at least, and how fine it is. */
static void note_time(struct clock_seen *clock, const struct nfstime3 *time)
{
    int64_t shown = nanoseconds(time), last = clock->last;
    long long now = clock_milliseconds();

    if (clock->tick == 0)
        clock->tick = SECOND_NS;
    if (time->nseconds != 0 && clock->tick > COARSE_NS)
        clock->tick = COARSE_NS;
    if (last != 0 && shown != last && llabs(shown - last) < clock->tick)
        clock->tick = llabs(shown - last);
    clock->last = shown;
    if (shown > clock->newest + (now - clock->at) * MILLISECOND_NS) {
        clock->newest = shown;
        clock->at = now;
    }
}

/* Returns when the server's clock has surely left the tick of `time`. */
static long long tick_end(const struct clock_seen *clock, const struct nfstime3 *time)
{
    int64_t left = nanoseconds(time) + clock->tick - clock->newest;

    /* Two more, since both parts were rounded down. */
    return clock->at + left / MILLISECOND_NS + 2;
}

static bool is_known(const struct names *names, const struct nfstime3 *changed,
                     const struct nfstime3 *modified)
{
    return attributes_time_equal(&names->changed, changed) &&
           attributes_time_equal(&names->modified, modified);
}

static void know(struct volume *volume, struct names *names,
                 const struct fattr3 *attributes)
{
    note_time(&volume->clock, &attributes->ctime);
    names->changed = attributes->ctime;
    names->modified = attributes->mtime;
}

/* Returns for how many seconds the directory has not changed, by the clocks of the server
 * and of this node. */
static time_t unchanged(const struct names *names)
{
    return time(NULL) - (time_t)names->changed.seconds;
}

void names_drop(struct volume *volume)
{
    struct epoch_notice notice = {.length = sizeof(notice), .code = NOTIFY_EPOCH};
    long long now = clock_milliseconds();

    volume->names_dropped = now;
    volume->drops_again = now - volume->listed < LISTING_MS ? now + LISTING_MS : 0;
    if (write(fuse_session_fd(volume->session), &notice, notice.length) < 0)
        volume->names_stay = true;
}

void names_stale(struct volume *volume)
{
    if (!volume->names_stay && clock_milliseconds() - volume->names_dropped >= STALE_MS)
        names_drop(volume);
}

void names_drop_late(struct volume *volume)
{
    if (volume->drops_again != 0 && volume->drops_again <= clock_milliseconds())
        names_drop(volume);
}

/* Drops the kernel's names if some of them may not be true any more. */
static void doubt(struct volume *volume, const struct names *names)
{
    if (!volume->names_stay && names->until > clock_milliseconds() &&
        names->told >= volume->names_dropped)
        names_drop(volume);
}

void names_seen(struct volume *volume, struct inode *directory,
                const struct fattr3 *attributes)
{
    struct names *names = directory->names;

    if (names && is_known(names, &attributes->ctime, &attributes->mtime))
        return;
    if (names) {
        doubt(volume, names);
        know(volume, names, attributes);
        names->since = clock_milliseconds() + LIVELY_MS;
        return;
    }
    names = directory->names = calloc(1, sizeof(*names));
    if (!names)
        return;
    know(volume, names, attributes);
    if (unchanged(names) < LONG_AGO)
        names->since = tick_end(&volume->clock, &attributes->ctime);
}

void names_seen_after(struct volume *volume, struct inode *directory,
                      const struct post_op_attr *attributes)
{
    if (attributes->attributes_follow)
        names_seen(volume, directory, &attributes->post_op_attr_u.attributes);
}

/* Follows a change of our own: what was known before it still holds. It does not where
 * ticks are long, so that another node's change would not show; nor where the server did
 * not say how the directory was before. */
static void follow(struct volume *volume, struct names *names, const struct fattr3 *after,
                   bool surely)
{
    know(volume, names, after);
    if (surely && volume->clock.tick <= COARSE_NS)
        return;
    doubt(volume, names);
    names->since = tick_end(&volume->clock, &after->ctime);
}

void names_changed(struct volume *volume, struct inode *directory,
                   const struct wcc_data *change)
{
    const struct fattr3 *after = &change->after.post_op_attr_u.attributes;
    const struct wcc_attr *before = &change->before.pre_op_attr_u.attributes;
    struct names *names = directory->names;
    bool told = change->before.attributes_follow;

    if (!change->after.attributes_follow)
        return;
    if (names && !is_known(names, &after->ctime, &after->mtime) &&
        (!told || is_known(names, &before->ctime, &before->mtime)))
        follow(volume, names, after, told);
    else
        names_seen(volume, directory, after);
}

static double without_means(const struct names *names, double most)
{
    double seconds = (double)unchanged(names) / 1000;

    if (seconds < LEAST_SECONDS)
        seconds = LEAST_SECONDS;
    return seconds < most ? seconds : most;
}

double names_hold(struct volume *volume, struct inode *directory, long long asked,
                  double most)
{
    struct names *names = directory->names;
    long long now = clock_milliseconds(), until;

    if (!names || most <= 0)
        return 0;
    if (volume->server->entry.attribute_cache_ms < 0) {
        if (asked < names->since)
            return 0;
        if (volume->names_stay)
            most = without_means(names, most);
    }
    until = now + (long long)(most * 1000);
    if (until > names->until)
        names->until = until;
    names->told = now;
    return most;
}

bool names_removed(const struct post_op_attr *attributes)
{
    return attributes->attributes_follow &&
           attributes->post_op_attr_u.attributes.nlink == 0;
}
