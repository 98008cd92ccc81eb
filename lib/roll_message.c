#include "roll_message.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *const words[] = {
    [ROLL_GREETING] = "greeting", [ROLL_GO] = "go",
    [ROLL_STOP] = "stop",         [ROLL_ENTRY] = "entry",
    [ROLL_QUESTION] = "question",
};

static struct record *record_of(enum roll_word word, const struct roll_entry *entry)
{
    struct record *record = record_create();
    int status = -1;

    if (record)
        status = record_set(record, "check", words[word]) |
                 record_set(record, "step", entry->step);
    if (status == 0 && word == ROLL_ENTRY)
        status = record_set(record, "node", entry->node) |
                 record_set(record, "token", entry->token) |
                 record_set(record, "problem", entry->problem) |
                 record_setf(record, "tasks", "%u", entry->tasks) |
                 record_setf(record, "rank", "%u", entry->rank) |
                 record_setf(record, "node_rank", "%u", entry->node_rank);
    if (status == 0)
        return record;
    record_destroy(record);
    return NULL;
}

static int send_all(int socket, const unsigned char *bytes, size_t length,
                    const struct deadline *deadline)
{
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        struct pollfd ready = {.fd = socket, .events = POLLOUT};

        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (errno != EAGAIN && errno != EINTR) {
            return -1;
        } else if (deadline_passed(deadline)) {
            return -1;
        } else {
            poll(&ready, 1, deadline_left(deadline));
        }
    }
    return 0;
}

int roll_message_send(int socket, enum roll_word word, const struct roll_entry *entry,
                      const struct deadline *deadline)
{
    struct record *record = record_of(word, entry);
    unsigned char bytes[2 + ROLL_MESSAGE_MAX];
    long length = -1;

    if (record)
        length = record_encode(record, (char *)bytes + 2, ROLL_MESSAGE_MAX);
    record_destroy(record);
    if (length < 0)
        return -1;
    bytes[0] = (unsigned char)(length >> 8);
    bytes[1] = (unsigned char)(length & 255);
    return send_all(socket, bytes, (size_t)length + 2, deadline);
}

static int copy(char *place, size_t size, const struct record *record, const char *key)
{
    const char *value = record_get(record, key);

    return value && (size_t)snprintf(place, size, "%s", value) < size ? 0 : -1;
}

static int number(unsigned *place, const struct record *record, const char *key)
{
    const char *value = record_get(record, key);
    char *end;

    if (!value || *value < '0' || *value > '9')
        return -1;
    *place = (unsigned)strtoul(value, &end, 10);
    return *end ? -1 : 0;
}

static int read_entry(struct roll_entry *entry, const struct record *record)
{
    if (copy(entry->node, sizeof(entry->node), record, "node") < 0 ||
        copy(entry->token, sizeof(entry->token), record, "token") < 0 ||
        copy(entry->problem, sizeof(entry->problem), record, "problem") < 0 ||
        number(&entry->tasks, record, "tasks") < 0 ||
        number(&entry->rank, record, "rank") < 0)
        return -1;
    return number(&entry->node_rank, record, "node_rank");
}

static int decode(const struct roll_inbox *inbox, enum roll_word *word,
                  struct roll_entry *entry)
{
    struct record *record =
        record_decode((const char *)inbox->bytes + 2, inbox->length - 2);
    const char *said = record ? record_get(record, "check") : NULL;
    const size_t count = sizeof(words) / sizeof(words[0]);
    size_t found = 0;
    int status = -1;

    memset(entry, 0, sizeof(*entry));
    while (said && found < count && strcmp(said, words[found]) != 0)
        found++;
    if (said && found < count &&
        copy(entry->step, sizeof(entry->step), record, "step") == 0)
        status = found == ROLL_ENTRY ? read_entry(entry, record) : 0;
    *word = (enum roll_word)found;
    record_destroy(record);
    return status;
}

/* Of the message at hand; 2 until its length is known. */
static size_t bytes_wanted(const struct roll_inbox *inbox)
{
    return inbox->length < 2 ? 2 : 2 + (size_t)inbox->bytes[0] * 256 + inbox->bytes[1];
}

int roll_message_read(int socket, struct roll_inbox *inbox, enum roll_word *word,
                      struct roll_entry *entry)
{
    for (;;) {
        size_t wanted = bytes_wanted(inbox);
        ssize_t got;
        int status;

        if (wanted > sizeof(inbox->bytes))
            return -1;
        if (inbox->length >= 2 && inbox->length == wanted) {
            status = decode(inbox, word, entry);
            inbox->length = 0;
            return status < 0 ? -1 : 1;
        }
        got = recv(socket, inbox->bytes + inbox->length, wanted - inbox->length,
                   MSG_DONTWAIT);
        if (got > 0)
            inbox->length += (size_t)got;
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return -1;
        else if (errno == EAGAIN)
            return 0;
    }
}

int roll_message_expect(int socket, enum roll_word word, const char *step,
                        struct roll_entry *entry, const struct deadline *deadline)
{
    struct roll_inbox inbox = {.length = 0};

    for (;;) {
        struct pollfd ready = {.fd = socket, .events = POLLIN};
        enum roll_word said;
        int status = roll_message_read(socket, &inbox, &said, entry);

        if (status != 0)
            return status > 0 && said == word && strcmp(entry->step, step) == 0 ? 0 : -1;
        if (deadline_passed(deadline))
            return -1;
        poll(&ready, 1, deadline_left(deadline));
    }
}
