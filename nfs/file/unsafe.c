/* unsafe.c: tells the keeper which written bytes are not yet safe. */
#include "nfs/file/unsafe.h"

#include "lib/message.h"
#include "lib/protocol/client_message.h"
#include "nfs/file/writes.h"

#define PAUSE_MS 100 /* between two messages, and for a busy keeper to read one */

/* Returns the unsafe bytes of all volumes, with those that are lost already. */
static uint64_t of_all(const struct volume *volumes, size_t count)
{
    uint64_t bytes = count > 0 ? writeback_unsafe(volumes[0].writeback) : 0;

    for (size_t i = 0; i < count; i++)
        bytes += volumes[i].bytes_lost;
    return bytes;
}

static int tell(const struct volume *volumes, size_t count, int socket)
{
    struct deadline at_once = deadline_after(0);
    unsigned long long bytes[CLIENT_VOLUMES_MAX];

    for (size_t i = 0; i < count; i++)
        bytes[i] = volumes[i].bytes_lost + writes_unsafe(&volumes[i]);
    return message_hand(socket, client_message_unsafe(bytes, count), -1, &at_once, NULL);
}

int unsafe_wait(const struct unsafe *unsafe, const struct volume *volumes, size_t count,
                long long now)
{
    if (of_all(volumes, count) == unsafe->told)
        return -1;
    return unsafe->again > now ? (int)(unsafe->again - now) : 0;
}

void unsafe_tell(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                 int socket, long long now)
{
    uint64_t bytes = of_all(volumes, count);

    if (bytes == unsafe->told)
        return;
    unsafe->again = now + PAUSE_MS;
    if (tell(volumes, count, socket) == 0)
        unsafe->told = bytes;
}

void unsafe_service(struct unsafe *unsafe, const struct volume *volumes, size_t count,
                    int socket, long long now)
{
    if (now >= unsafe->again)
        unsafe_tell(unsafe, volumes, count, socket, now);
}
