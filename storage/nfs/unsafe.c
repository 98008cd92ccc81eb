/* unsafe.c: tells the keeper which written bytes are not yet safe. */
#include "unsafe.h"

#include "message.h"
#include "writes.h"

#include <stdio.h>

#define PAUSE_MS 100 /* between two words, and for a busy keeper to read one */

/* What was lost already counts with it. */
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
    struct record *word = record_create();
    int status = word ? record_set(word, "tell", "unsafe") : -1;
    char key[64];

    for (size_t i = 0; i < count && status == 0; i++) {
        snprintf(key, sizeof(key), "volume.%zu.bytes_unsafe", i);
        status = record_setf(
            word, key, "%llu",
            (unsigned long long)(volumes[i].bytes_lost + writes_unsafe(&volumes[i])));
    }
    if (status == 0)
        status = message_send(socket, word, -1, &at_once, NULL);
    record_destroy(word);
    return status;
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
