/* record_fuzz.c: a record's wire form, and a message with it, from anybody. */
#include "tests/fuzz/fuzz.h"

#include "lib/message.h"

#include <sys/socket.h>
#include <unistd.h>

/* What was read can be written, and is the same when it is read again. */
static void check_round_trip(const struct record *record)
{
    static char wire[RECORD_SIZE_MAX];
    long length = record_encode(record, wire, sizeof(wire));
    struct record *again;

    FUZZ_REQUIRE(length >= 0);
    if (record_count(record) == 0)
        return;
    again = record_decode(wire, (size_t)length);
    FUZZ_REQUIRE(again && record_count(again) == record_count(record));
    for (size_t i = 0; i < record_count(record); i++) {
        const char *key = record_key(record, i);

        FUZZ_REQUIRE(*key && !strchr(key, '='));
        FUZZ_REQUIRE(strcmp(record_get(again, key), record_value(record, i)) == 0);
    }
    record_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct deadline now = deadline_after(0);
    struct error error = {0};
    struct record *record, *received = NULL;
    int pair[2], fd;

    if (size > RECORD_SIZE_MAX)
        return 0;
    record = record_decode((const char *)data, size);
    if (record)
        check_round_trip(record);
    FUZZ_REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    FUZZ_REQUIRE(send(pair[0], data, size, MSG_DONTWAIT) == (ssize_t)size);
    if (message_receive(pair[1], &received, &fd, &now, &error) == 0)
        FUZZ_REQUIRE(record && record_count(received) == record_count(record) && fd < 0);
    else
        FUZZ_REQUIRE(error.text[0]);
    record_destroy(received);
    record_destroy(record);
    close(pair[0]);
    close(pair[1]);
    return 0;
}
