/* crowd.c: tells the keeper that the kernel remembers too many inodes. */
#include "nfs/crowd.h"

#include "lib/message.h"
#include "lib/protocol/client_message.h"
#include "nfs/name/prune.h"

/* The pause between two messages, in which the keeper can act on one. It grows each time,
 * since inodes in use stay however often they are told. */
#define PAUSE_LAST_MS 30000

static unsigned long refused(const struct volume *volumes, size_t count)
{
    unsigned long requests = 0;

    for (size_t i = 0; i < count; i++)
        requests += volumes[i].refused;
    return requests;
}

static bool is_due(const struct crowd *crowd, const struct volume *volumes, size_t count)
{
    bool is_crowded = false;

    for (size_t i = 0; i < count; i++)
        is_crowded |= prune_is_crowded(&volumes[i]);
    return is_crowded || refused(volumes, count) != crowd->told;
}

/* Returns the volume of which the kernel remembers most. */
static size_t largest(const struct volume *volumes, size_t count)
{
    size_t largest = 0;

    for (size_t i = 1; i < count; i++)
        if (volumes[i].inodes.count > volumes[largest].inodes.count)
            largest = i;
    return largest;
}

static int tell(const struct volume *volumes, size_t count, int socket)
{
    struct deadline at_once = deadline_after(0);
    size_t volume = largest(volumes, count);

    return message_hand(socket,
                        client_message_crowd(volume, volumes[volume].inodes.count,
                                             refused(volumes, count)),
                        -1, &at_once, NULL);
}

int crowd_wait(const struct crowd *crowd, const struct volume *volumes, size_t count,
               long long now)
{
    if (!is_due(crowd, volumes, count))
        return -1;
    return crowd->again > now ? (int)(crowd->again - now) : 0;
}

void crowd_service(struct crowd *crowd, const struct volume *volumes, size_t count,
                   int socket, long long now)
{
    unsigned long requests = refused(volumes, count);

    if (!is_due(crowd, volumes, count)) {
        crowd->pause = (struct back_off){0};
        return;
    }
    if (now < crowd->again)
        return;
    crowd->again = back_off_until(&crowd->pause, PAUSE_LAST_MS, now);
    if (tell(volumes, count, socket) == 0)
        crowd->told = requests;
}
