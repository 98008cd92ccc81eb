/* client_message.c: writes and reads what the keeper and an NFS client say. */
#include "lib/protocol/client_message.h"

#include "lib/number.h"
#include "lib/protocol/release.h"

#include <stdio.h>
#include <string.h>

static const char *const requests[CLIENT_REQUEST_COUNT] = {
    [CLIENT_LOCKS] = "locks", [CLIENT_CONNECT] = "connect", [CLIENT_UNLOCK] = "unlock",
    [CLIENT_SERVE] = "serve", [CLIENT_STOP] = "stop",       [CLIENT_PING] = "ping"};

static const char *const words[CLIENT_WORD_COUNT] = {
    [CLIENT_ALIVE] = "alive",   [CLIENT_SILENT] = "silent", [CLIENT_ANSWERS] = "answers",
    [CLIENT_UNSAFE] = "unsafe", [CLIENT_CROWD] = "crowd",   [CLIENT_ENDS] = "ends"};

int client_message_malformed(struct error *error, const char *key)
{
    return error_set(error, ERROR_NODE, "the keeper's request has no valid `%s`", key);
}

const char *client_message_key(char key[CLIENT_KEY_SIZE], size_t volume, const char *what)
{
    snprintf(key, CLIENT_KEY_SIZE, "volume.%zu.%s", volume, what);
    return key;
}

static struct record *begin_request(enum client_request request)
{
    return record_begin("request", requests[request]);
}

enum client_request client_message_request(const struct record *request)
{
    return (enum client_request)record_choice(request, "request", requests,
                                              CLIENT_REQUEST_COUNT);
}

struct record *client_message_locks(const char *caller)
{
    struct record *record = begin_request(CLIENT_LOCKS);

    record_set(record, "caller", caller);
    return record_whole(record);
}

int client_message_read_locks(const struct record *request,
                              char caller[CLIENT_CALLER_SIZE], struct error *error)
{
    const char *text = record_get(request, "caller");

    if (!text || !*text || strlen(text) >= CLIENT_CALLER_SIZE)
        return client_message_malformed(error, "caller");
    strcpy(caller, text);
    return 0;
}

struct record *client_message_serve(size_t volume)
{
    struct record *record = begin_request(CLIENT_SERVE);

    record_setf(record, "volume", "%zu", volume);
    return record_whole(record);
}

int client_message_read_serve(const struct record *request, size_t volumes,
                              size_t *volume, struct error *error)
{
    unsigned long index;

    if (volumes == 0 || record_number(request, "volume", 0, volumes - 1, &index) < 0)
        return client_message_malformed(error, "volume");
    *volume = index;
    return 0;
}

struct record *client_message_stop(void)
{
    return record_whole(begin_request(CLIENT_STOP));
}

struct record *client_message_ping(void)
{
    return record_whole(begin_request(CLIENT_PING));
}

static struct record *begin_answer(const char *state)
{
    struct record *record = record_begin("state", state);

    release_add(record, CLIENT_PROTOCOL);
    return record;
}

struct record *client_message_ready(const char *part)
{
    struct record *record = begin_answer("ready");

    if (part)
        record_set(record, "part", part);
    return record_whole(record);
}

struct record *client_message_failed(const struct error *error, const char *volume)
{
    struct record *record = begin_answer("failed");

    record_set(record, "error", error->text);
    record_set(record, "party", error_party_name(error->party));
    record_set(record, "volume", volume ? volume : "");
    return record_whole(record);
}

struct record *client_message_serving(void)
{
    return record_whole(begin_answer("serving"));
}

void client_message_read_answer(struct client_answer *read, const struct record *answer)
{
    const char *state = record_get(answer, "state");

    *read =
        (struct client_answer){.is_foreign = !release_follows(answer, CLIENT_PROTOCOL),
                               .protocol = record_get(answer, "protocol"),
                               .release = record_get(answer, "release"),
                               .state = state ? state : "",
                               .part = record_get(answer, "part"),
                               .sentence = record_get(answer, "error"),
                               .volume = record_get(answer, "volume"),
                               .party = error_party_parse(record_get(answer, "party"))};
}

struct record *client_message_stopped(const struct client_bytes *bytes, size_t volumes)
{
    struct record *record = begin_answer("stopped");
    char key[CLIENT_KEY_SIZE];

    for (size_t i = 0; i < volumes; i++) {
        record_setf(record, client_message_key(key, i, "bytes_read"), "%llu",
                    bytes[i].read);
        record_setf(record, client_message_key(key, i, "bytes_written"), "%llu",
                    bytes[i].written);
        record_setf(record, client_message_key(key, i, "bytes_lost"), "%llu",
                    bytes[i].lost);
    }
    return record_whole(record);
}

const char *client_message_bytes(const struct record *answer, size_t volume,
                                 const char *what)
{
    char key[CLIENT_KEY_SIZE];

    return record_get(answer, client_message_key(key, volume, what));
}

static struct record *begin_word(enum client_word word)
{
    return record_begin("tell", words[word]);
}

struct record *client_message_alive(void)
{
    return record_whole(begin_word(CLIENT_ALIVE));
}

struct record *client_message_answers(void)
{
    return record_whole(begin_word(CLIENT_ANSWERS));
}

static unsigned long long number_in(const struct record *record, const char *key)
{
    return number_of(record_get(record, key), UINT64_MAX);
}

struct record *client_message_silent(long long since_ms, unsigned long calls)
{
    struct record *record = begin_word(CLIENT_SILENT);

    record_setf(record, "since_ms", "%lld", since_ms);
    record_setf(record, "calls", "%lu", calls);
    return record_whole(record);
}

static bool read_silent(struct client_told *told, const struct record *record)
{
    told->since_ms = (long long)number_in(record, "since_ms");
    told->calls = number_in(record, "calls");
    return record_get(record, "calls") && told->since_ms >= CLIENT_SILENT_MS;
}

struct record *client_message_unsafe(const unsigned long long *bytes, size_t volumes)
{
    struct record *record = begin_word(CLIENT_UNSAFE);
    char key[CLIENT_KEY_SIZE];

    for (size_t i = 0; i < volumes; i++)
        record_setf(record, client_message_key(key, i, "bytes_unsafe"), "%llu", bytes[i]);
    return record_whole(record);
}

static bool read_unsafe(struct client_told *told, const struct record *record,
                        size_t volumes)
{
    char key[CLIENT_KEY_SIZE];

    for (size_t i = 0; i < volumes; i++) {
        if (!record_get(record, client_message_key(key, i, "bytes_unsafe")))
            return false;
        told->unsafe[i] = number_in(record, key);
    }
    return true;
}

struct record *client_message_crowd(size_t volume, size_t inodes, unsigned long refused)
{
    struct record *record = begin_word(CLIENT_CROWD);

    record_setf(record, "volume", "%zu", volume);
    record_setf(record, "inodes", "%zu", inodes);
    record_setf(record, "refused", "%lu", refused);
    return record_whole(record);
}

static bool read_crowd(struct client_told *told, const struct record *record,
                       size_t volumes)
{
    told->volume = number_in(record, "volume");
    told->inodes = number_in(record, "inodes");
    told->refused = number_in(record, "refused");
    return told->volume < volumes;
}

struct record *client_message_ends(const char *why)
{
    struct record *record = begin_word(CLIENT_ENDS);

    record_set(record, "error", why);
    return record_whole(record);
}

bool client_message_read_word(struct client_told *told, const struct record *record,
                              size_t volumes)
{
    *told = (struct client_told){
        .word = (enum client_word)record_choice(record, "tell", words, CLIENT_WORD_COUNT),
        .why = record_get(record, "error")};
    if ((told->word == CLIENT_SILENT && !read_silent(told, record)) ||
        (told->word == CLIENT_UNSAFE && !read_unsafe(told, record, volumes)) ||
        (told->word == CLIENT_CROWD && !read_crowd(told, record, volumes)))
        told->word = CLIENT_WORD_COUNT;
    return record_get(record, "tell");
}
