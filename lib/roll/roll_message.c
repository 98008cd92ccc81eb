/* roll_message.c: sends and receives the messages of the launch check. */
#include "lib/roll/roll_message.h"

#include "lib/number.h"
#include "lib/protocol/release.h"
#include "lib/record.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD (2 + PROOF_TAG_SIZE) /* bytes before the record */
#define ROLL_FIRST_PROTOCOL "1"

static const char *const words[] = {
    [ROLL_GREETING] = "greeting", [ROLL_GO] = "go",
    [ROLL_STOP] = "stop",         [ROLL_ENTRY] = "entry",
    [ROLL_QUESTION] = "question",
};

int roll_channel_begin(struct roll_channel *channel, int socket,
                       const struct proof_secret *secret, const char *step,
                       enum proof_side side)
{
    channel->socket = socket;
    channel->met = false;
    channel->length = 0;
    return proof_begin(&channel->proof, secret, step, side);
}

static struct record *record_of(enum roll_word word, const struct roll_entry *entry)
{
    struct record *record = record_create();
    int status = -1;

    if (record)
        status =
            record_set(record, "check", words[word]) | release_add(record, ROLL_PROTOCOL);
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

int roll_message_send(struct roll_channel *channel, enum roll_word word,
                      const struct roll_entry *entry, const struct deadline *deadline)
{
    unsigned char bytes[HEAD + ROLL_MESSAGE_MAX];
    struct record *record;
    long length = -1;

    if (word == ROLL_NONCE)
        return send_all(channel->socket, proof_nonce(&channel->proof), PROOF_NONCE_SIZE,
                        deadline);
    record = record_of(word, entry);
    if (record)
        length = record_encode(record, (char *)bytes + HEAD, ROLL_MESSAGE_MAX);
    record_destroy(record);
    if (length < 0)
        return -1;
    bytes[0] = (unsigned char)(length >> 8);
    bytes[1] = (unsigned char)(length & 255);
    proof_tag(&channel->proof, bytes + HEAD, (size_t)length, bytes + 2);
    return send_all(channel->socket, bytes, HEAD + (size_t)length, deadline);
}

static int copy(char *place, size_t size, const struct record *record, const char *key)
{
    const char *value = record_get(record, key);

    return value && (size_t)snprintf(place, size, "%s", value) < size ? 0 : -1;
}

static int read_number(unsigned *place, const struct record *record, const char *key)
{
    uint64_t value;

    if (!number_parse(record_get(record, key), UINT_MAX, &value))
        return -1;
    *place = (unsigned)value;
    return 0;
}

/* A task of the first protocol says nothing of it. */
static void read_release(struct roll_entry *entry, const struct record *record)
{
    const char *protocol = record_get(record, "protocol");
    const char *release = record_get(record, "release");

    snprintf(entry->protocol, sizeof(entry->protocol), "%s",
             protocol ? protocol : ROLL_FIRST_PROTOCOL);
    snprintf(entry->release, sizeof(entry->release), "%s", release ? release : "");
}

static int read_entry(struct roll_entry *entry, const struct record *record)
{
    read_release(entry, record);
    if (copy(entry->node, sizeof(entry->node), record, "node") < 0 ||
        copy(entry->token, sizeof(entry->token), record, "token") < 0 ||
        copy(entry->problem, sizeof(entry->problem), record, "problem") < 0 ||
        read_number(&entry->tasks, record, "tasks") < 0 ||
        read_number(&entry->rank, record, "rank") < 0)
        return -1;
    return read_number(&entry->node_rank, record, "node_rank");
}

static int decode(const struct roll_channel *channel, enum roll_word *word,
                  struct roll_entry *entry)
{
    struct record *record =
        record_decode((const char *)channel->bytes + HEAD, channel->length - HEAD);
    const char *said = record ? record_get(record, "check") : NULL;
    const size_t count = sizeof(words) / sizeof(words[0]);
    size_t found = ROLL_GREETING;
    int status = -1;

    memset(entry, 0, sizeof(*entry));
    while (said && found < count && strcmp(said, words[found]) != 0)
        found++;
    if (said && found < count)
        status = found == ROLL_ENTRY ? read_entry(entry, record) : 1;
    *word = (enum roll_word)found;
    record_destroy(record);
    return status < 0 ? -1 : 1;
}

/* Returns how many bytes a whole message needs; 2 until its length is known. */
static size_t bytes_wanted(const struct roll_channel *channel)
{
    if (!channel->met)
        return PROOF_NONCE_SIZE;
    return channel->length < 2
               ? 2
               : HEAD + (size_t)channel->bytes[0] * 256 + channel->bytes[1];
}

/* Takes a message whose bytes have all come. Returns as roll_message_read. */
static int take(struct roll_channel *channel, enum roll_word *word,
                struct roll_entry *entry)
{
    int status = 1;

    if (!channel->met) {
        proof_meet(&channel->proof, channel->bytes);
        channel->met = true;
        *word = ROLL_NONCE;
    } else {
        status = proof_verify(&channel->proof, channel->bytes + HEAD,
                              channel->length - HEAD, channel->bytes + 2)
                     ? decode(channel, word, entry)
                     : -1;
    }
    channel->length = 0;
    return status;
}

int roll_message_read(struct roll_channel *channel, enum roll_word *word,
                      struct roll_entry *entry)
{
    for (;;) {
        size_t wanted = bytes_wanted(channel);
        ssize_t got;

        if (wanted > sizeof(channel->bytes))
            return -1;
        if (channel->length > 2 && channel->length == wanted)
            return take(channel, word, entry);
        got = recv(channel->socket, channel->bytes + channel->length,
                   wanted - channel->length, MSG_DONTWAIT);
        if (got > 0)
            channel->length += (size_t)got;
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return -1;
        else if (errno == EAGAIN)
            return 0;
    }
}

int roll_message_expect(struct roll_channel *channel, enum roll_word word,
                        struct roll_entry *entry, const struct deadline *deadline)
{
    for (;;) {
        struct pollfd ready = {.fd = channel->socket, .events = POLLIN};
        enum roll_word said;
        int status = roll_message_read(channel, &said, entry);

        if (status != 0)
            return status > 0 && said == word ? 0 : -1;
        if (deadline_passed(deadline))
            return -1;
        poll(&ready, 1, deadline_left(deadline));
    }
}
