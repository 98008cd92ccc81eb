/* lock_contest.c: decides when to ask for a lock that other nodes want as well. */
#include "nfs/lock/lock_contest.h"

#include <string.h>

#define PAUSE_LEAST 1
/* The usual wait, divided by this, is the pause between two questions. */
#define SHARE 8
#define SHARE_LATE 64  /* the same of a wait that is unusually long */
#define MOMENT_LEAST 2 /* for which a range is left alone, at the least */
#define TURNS_MOST 16  /* of a node, while other nodes wait */
#define ANEW_MS 1000   /* a node that has not asked for so long has ceased to wait */
#define RECENT_MS 250  /* a node that was refused so lately is not alone */

static bool is_of(const struct lock_contest *contest, const struct lock_place *place)
{
    return contest->used && contest->first <= place->last &&
           place->first <= contest->last &&
           contest->handle_length == place->handle_length &&
           memcmp(contest->handle, place->handle, place->handle_length) == 0;
}

static struct lock_contest *find(struct lock_contests *contests,
                                 const struct lock_place *place)
{
    for (int i = 0; i < LOCK_CONTESTS; i++)
        if (is_of(&contests->all[i], place))
            return &contests->all[i];
    return NULL;
}

static struct lock_contest *get(struct lock_contests *contests,
                                const struct lock_place *place, long long now)
{
    struct lock_contest *contest = find(contests, place);
    struct lock_contest *oldest = &contests->all[0];

    for (int i = 1; !contest && i < LOCK_CONTESTS; i++)
        if (contests->all[i].used < oldest->used)
            oldest = &contests->all[i];
    if (!contest) {
        contest = oldest;
        *contest = (struct lock_contest){.handle_length = place->handle_length,
                                         .first = place->first,
                                         .last = place->last,
                                         .since = now};
        memcpy(contest->handle, place->handle, place->handle_length);
    }
    contest->used = now;
    return contest;
}

static long long between(long long least, long long value, long long most)
{
    return value < least ? least : value > most ? most : value;
}

long long lock_contest_opens(const struct lock_contests *contests,
                             const struct lock_place *place)
{
    long long opens = 0;

    for (int i = 0; i < LOCK_CONTESTS; i++)
        if (contests->all[i].opens > opens && is_of(&contests->all[i], place))
            opens = contests->all[i].opens;
    return opens;
}

/* Returns the pause before the next question. A node whose turn is overdue asks more
 * often, so that among many nodes the one that has waited longest is the likeliest to
 * come next. */
static long long pause_after(const struct lock_contest *contest, long long now)
{
    long long waited = now - contest->waits;

    if (waited < contest->usual)
        return contest->usual / SHARE;
    return waited < 4 * contest->usual ? contest->usual / (4 * SHARE)
                                       : waited / SHARE_LATE;
}

long long lock_contest_refused(struct lock_contests *contests,
                               const struct lock_place *place, long long now)
{
    struct lock_contest *contest = get(contests, place, now);

    if (!contest->waits || now - contest->refused > ANEW_MS)
        contest->waits = now;
    contest->refused = contest->since = now;
    contest->idle = 0;
    contest->turns = 0;
    return now + between(PAUSE_LEAST, pause_after(contest, now), LOCK_PAUSE_MOST);
}

static bool is_shared_with_others(const struct lock_contest *contest, long long now)
{
    if (!contest->refused)
        return false;
    return contest->refused >= contest->since ||
           now - contest->refused < RECENT_MS + SHARE * contest->usual;
}

void lock_contest_granted(struct lock_contests *contests, const struct lock_place *place,
                          unsigned others, long long now)
{
    struct lock_contest *contest = get(contests, place, now);
    long long waited = contest->waits ? now - contest->waits : 0;

    if (contest->turns > 0) {
        contest->turns--;
    } else {
        contest->usual = (3 * contest->usual + waited) / 4;
        if (is_shared_with_others(contest, now))
            contest->turns = others < TURNS_MOST ? others : TURNS_MOST;
    }
    if (contest->freed)
        contest->idle += now - contest->freed;
    contest->waits = contest->freed = 0;
}

/* Leaves the range to the other nodes for a while, in which each of them asks at least
 * once: they have waited since this node was last refused at the most, or for as long as
 * it usually waits itself. */
static void leave(struct lock_contest *contest, long long now)
{
    long long moment = (now - contest->since + contest->usual) / SHARE;

    contest->opens = now + 1 + between(MOMENT_LEAST, moment, LOCK_PAUSE_MOST);
    contest->since = now;
    contest->idle = 0;
    contest->turns = 0;
}

static void note_freed(struct lock_contest *contest, long long now)
{
    long long reign = now - contest->since;

    contest->used = contest->freed = now;
    if ((is_shared_with_others(contest, now) && contest->turns == 0) ||
        (reign >= LOCK_REIGN_MS && contest->idle < reign / SHARE))
        leave(contest, now);
}

void lock_contest_freed(struct lock_contests *contests, const struct lock_place *place,
                        long long now)
{
    for (int i = 0; i < LOCK_CONTESTS; i++)
        if (is_of(&contests->all[i], place))
            note_freed(&contests->all[i], now);
}
