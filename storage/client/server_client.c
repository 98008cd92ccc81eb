/* server_client.c: asks, connects and hears the client process of one file server. */
#include "storage/client/server_client.h"

#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/client_protocol.h"
#include "lib/record.h"
#include "storage/client/loss.h"
#include "storage/identity.h"
#include "storage/process_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GRACE_MS 300 /* the client knows more about a time-out, so it may speak first */

const char *server_client_name(const struct server_client *client)
{
    return client->volumes[0]->server;
}

static int describe_volumes(struct record *request, const struct server_client *client)
{
    int status = 0;

    for (size_t i = 0; i < client->volume_count && status == 0; i++) {
        const struct plan_volume *volume = client->volumes[i];
        char key[40];

        snprintf(key, sizeof(key), "volume.%zu.name", i);
        status = record_set(request, key, volume->name);
        snprintf(key, sizeof(key), "volume.%zu.export", i);
        status = status ? status : record_set(request, key, volume->export_path);
        snprintf(key, sizeof(key), "volume.%zu.read_only", i);
        status =
            status ? status : record_set(request, key, volume->read_only ? "1" : "0");
        snprintf(key, sizeof(key), "volume.%zu.probe", i);
        status = status ? status : record_set(request, key, volume->probe ? "1" : "0");
    }
    return status;
}

/* Returns the longest of the volumes' deadlines, since one process serves them all. */
static int longest_deadline(const struct server_client *client)
{
    int milliseconds = 0;

    for (size_t i = 0; i < client->volume_count; i++)
        if (client->volumes[i]->deadline_ms > milliseconds)
            milliseconds = client->volumes[i]->deadline_ms;
    return milliseconds;
}

/* Adds how the client behaves once connected, as client_protocol.h has it. */
static int fill_behaviour(struct record *request, const struct server_client *client)
{
    const struct plan_volume *first = client->volumes[0];
    char attribute_cache[16] = "";

    if (first->attribute_cache_ms != PLAN_LIKE_THE_KERNEL)
        snprintf(attribute_cache, sizeof(attribute_cache), "%d",
                 first->attribute_cache_ms);
    if (first->connections > 0 &&
        record_setf(request, "connections", "%u", first->connections) < 0)
        return -1;
    return record_set(request, "recovery", first->is_soft ? "soft" : "hard") < 0 ||
                   record_set(request, "locks",
                              first->locks_on_node ? "node" : "server") < 0 ||
                   record_setf(request, "timeout_ms", "%d", first->timeout_ms) < 0 ||
                   record_setf(request, "root_ms", "%d", longest_deadline(client)) < 0 ||
                   record_set(request, "attribute_cache_ms", attribute_cache) < 0
               ? -1
               : 0;
}

/* Adds whose client it is, and of which server. */
static int fill_server(struct record *request, const char *wish,
                       const struct server_client *client,
                       const struct identity *identity, const struct facts *facts)
{
    const struct plan_volume *first = client->volumes[0];

    return record_set(request, "request", wish) < 0 ||
                   record_set(request, "server", first->server) < 0 ||
                   record_set(request, "host", first->host) < 0 ||
                   record_setf(request, "port", "%u", first->port) < 0 ||
                   record_setf(request, "mount_port", "%u", first->mount_port) < 0 ||
                   record_setf(request, "deadline_ms", "%d", client->connect_ms) < 0 ||
                   record_setf(request, "version", "%u", first->version) < 0 ||
                   fill_behaviour(request, client) < 0 ||
                   record_setf(request, "uid", "%u", (unsigned)facts->uid) < 0 ||
                   record_setf(request, "gid", "%u", (unsigned)facts->gid) < 0 ||
                   record_set(request, "groups", identity->gids) < 0 ||
                   record_setf(request, "id", "%u", (unsigned)identity->client) < 0
               ? -1
               : 0;
}

static int fill_connect(struct record *request, const struct server_client *client,
                        const struct identity *identity, const struct facts *facts)
{
    if (fill_server(request, "connect", client, identity, facts) < 0 ||
        record_setf(request, "volumes", "%zu", client->volume_count) < 0)
        return -1;
    return describe_volumes(request, client);
}

/* Notes the client's locks. Those that the kernel keeps end with their holders. */
static int note_locks(struct server_client *client, const struct settings *settings,
                      const struct identity *identity, const struct facts *facts,
                      struct error *error)
{
    struct record *request;
    int status;

    if (!client->keeps_locks)
        return 0;
    request = record_create();
    if (!request || fill_server(request, "unlock", client, identity, facts) < 0)
        status = error_set(error, ERROR_NODE, "out of memory for a message");
    else
        status = lock_note_begin(&client->locks, settings, facts, request, error);
    record_destroy(request);
    return status;
}

static int explain(struct server_client *client, struct error *error)
{
    char whose[NAME_LENGTH_MAX + sizeof(client->volumes[0]->host) + 32];

    snprintf(whose, sizeof(whose), "file server `%s` (%s)", server_client_name(client),
             client->volumes[0]->host);
    return client_process_explain(&client->process, whose, error);
}

/* Says why there is no answer: the client is gone, or the time is over. */
static int report_silence(struct server_client *client, const struct deadline *deadline,
                          struct error *error)
{
    if (!deadline_passed(deadline))
        return explain(client, error);
    return error_set(error, ERROR_STORAGE,
                     "volume `%s` of file server `%s` (%s) did not answer within "
                     "%.1f s",
                     client->volumes[0]->name, server_client_name(client),
                     client->volumes[0]->host, client->connect_ms / 1000.0);
}

/* A client that has ended takes no request; then `error` says how it ended. */
static int send_request(struct server_client *client, const struct record *request,
                        int fd, const struct deadline *deadline, struct error *error)
{
    return message_send(client->process.socket, request, fd, deadline, NULL) < 0
               ? report_silence(client, deadline, error)
               : 0;
}

static int send_connect(struct server_client *client, const struct identity *identity,
                        const struct facts *facts, struct error *error)
{
    struct record *request = record_create();
    int processes = process_view_open(), status;

    if (!request || fill_connect(request, client, identity, facts) < 0)
        status = error_set(error, ERROR_SITE,
                           "the volumes of file server `%s` do not fit into one message: "
                           "shorten their export paths in the policy",
                           server_client_name(client));
    else
        status = send_request(client, request, processes, &client->deadline, error);
    if (processes >= 0)
        close(processes);
    record_destroy(request);
    return status;
}

/* Returns the time for connecting, which is never longer than a preflight. */
static int connect_time(const struct server_client *client, int longest_ms)
{
    int milliseconds = longest_deadline(client);

    if (longest_ms > CLIENT_PREFLIGHT_MS)
        longest_ms = CLIENT_PREFLIGHT_MS;
    return milliseconds < longest_ms ? milliseconds : longest_ms;
}

void server_client_init(struct server_client *client)
{
    client->volume_count = 0;
    client_process_init(&client->process);
    lock_note_init(&client->locks);
}

int server_client_start(struct server_client *client, const struct settings *settings,
                        const struct identity *identity, const struct facts *facts,
                        int longest_ms, struct error *error)
{
    client->connect_ms = connect_time(client, longest_ms);
    client->deadline = deadline_after(client->connect_ms + GRACE_MS);
    if (note_locks(client, settings, identity, facts, error) < 0 ||
        client_process_start(&client->process, settings->nfs, error) < 0)
        return -1;
    lock_note_send(&client->locks, client->process.socket);
    return send_connect(client, identity, facts, error);
}

/* Writes "volumes `a`, `b`: " for a fault that is not one volume's; the rest is cut. */
static void name_volumes(const struct server_client *client, const char *faulty,
                         char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    if (faulty && *faulty)
        return;
    for (size_t i = 0; i < client->volume_count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s`%s`", i ? ", " : "volume ",
                                 client->volumes[i]->name);
    if (used + 3 < size)
        strcpy(text + used, ": ");
}

static bool is_of_our_release(const struct record *answer)
{
    const char *protocol = record_get(answer, "protocol");

    return protocol && strcmp(protocol, CLIENT_PROTOCOL) == 0;
}

static enum hearing take_word(struct server_client *client, const struct record *word)
{
    const char *tell = record_get(word, "tell");
    const char *since = record_get(word, "since_ms"), *calls = record_get(word, "calls");
    long long silent_ms = since ? strtoll(since, NULL, 10) : 0;

    client_process_hear(&client->process, word);
    if (tell && strcmp(tell, "alive") == 0)
        return HEARING_NOTHING;
    if (tell && strcmp(tell, "answers") == 0)
        return outage_end(&client->outage) ? HEARING_ANSWER : HEARING_NOTHING;
    if (tell && strcmp(tell, "unsafe") == 0 &&
        loss_read_unsafe(word, client->unsafe, client->volume_count) == 0)
        return HEARING_NOTHING;
    if (tell && strcmp(tell, "crowd") == 0 &&
        relief_read(&client->relief, word, client->volume_count) == 0)
        return HEARING_CROWD;
    if (!tell || strcmp(tell, "silent") != 0 || !calls || silent_ms < CLIENT_SILENT_MS)
        return HEARING_LOSS;
    return outage_begin(&client->outage, silent_ms, strtoul(calls, NULL, 10))
               ? HEARING_SILENCE
               : HEARING_NOTHING;
}

enum hearing server_client_hear(struct server_client *client)
{
    struct deadline now = deadline_after(0);
    enum hearing hearing;
    struct record *word;

    if (message_receive(client->process.socket, &word, NULL, &now, NULL) < 0)
        return HEARING_LOSS;
    hearing = take_word(client, word);
    record_destroy(word);
    return hearing;
}

/* Receives an answer, and notes what the client tells unasked in between. */
static int receive_answer(struct server_client *client, struct record **answer,
                          const struct deadline *deadline)
{
    while (message_receive(client->process.socket, answer, NULL, deadline, NULL) == 0) {
        if (!record_get(*answer, "tell"))
            return 0;
        take_word(client, *answer);
        record_destroy(*answer);
    }
    *answer = NULL;
    return -1;
}

/* Receives one answer and expects its state to be `wanted`. */
static int receive_state(struct server_client *client, const char *wanted,
                         const struct deadline *deadline, struct error *error)
{
    struct record *answer;
    const char *state, *cause;
    char volumes[ERROR_TEXT_SIZE / 4];
    int status = 0;

    if (receive_answer(client, &answer, deadline) < 0)
        return report_silence(client, deadline, error);
    state = record_get(answer, "state");
    cause = record_get(answer, "error");
    if (!is_of_our_release(answer)) {
        status = explain(client, error);
    } else if (!state || strcmp(state, wanted) != 0) {
        enum error_party party = error_party_parse(record_get(answer, "party"));

        if (!cause)
            cause = "the NFS client failed without saying why";
        name_volumes(client, record_get(answer, "volume"), volumes, sizeof(volumes));
        status = error_set(error, party ? party : ERROR_STORAGE, "%s%s", volumes, cause);
    }
    record_destroy(answer);
    return status;
}

int server_client_await(struct server_client *client, struct error *error)
{
    if (receive_state(client, "ready", &client->deadline, error) < 0)
        return -1;
    client_process_settle(&client->process);
    return 0;
}

int server_client_serve(struct server_client *client, size_t index, int fuse,
                        const struct deadline *deadline, struct error *error)
{
    struct record *request = record_create();
    int status;

    if (!request || record_set(request, "request", "serve") < 0 ||
        record_setf(request, "volume", "%zu", index) < 0)
        status = error_set(error, ERROR_NODE, "out of memory for a message");
    else
        status = send_request(client, request, fuse, deadline, error);
    record_destroy(request);
    return status < 0 ? -1 : receive_state(client, "serving", deadline, error);
}

void server_client_stop(struct server_client *client)
{
    struct deadline now = deadline_after(0);
    struct record *request = record_create();

    if (client->process.socket >= 0 && request &&
        record_set(request, "request", "stop") == 0)
        message_send(client->process.socket, request, -1, &now, NULL);
    record_destroy(request);
}

static void report_bytes(const struct server_client *client, const struct record *answer,
                         const char *direction, struct record *report)
{
    for (size_t i = 0; i < client->volume_count; i++) {
        const char *bytes;
        char key[128];

        snprintf(key, sizeof(key), "volume.%zu.%s", i, direction);
        bytes = record_get(answer, key);
        snprintf(key, sizeof(key), "%s.%s", client->volumes[i]->name, direction);
        if (bytes)
            record_set(report, key, bytes);
    }
}

/* Reports bytes that are lost, or that may be as the client does not say. */
static void report_losses(const struct server_client *client, const struct record *answer,
                          struct record *report)
{
    char key[128];
    const char *bytes;

    for (size_t i = 0; i < client->volume_count; i++) {
        snprintf(key, sizeof(key), "volume.%zu.bytes_lost", i);
        bytes = answer ? record_get(answer, key) : LOSS_UNKNOWN;
        snprintf(key, sizeof(key), "%s.bytes_lost", client->volumes[i]->name);
        if (bytes && strcmp(bytes, "0") != 0)
            record_set(report, key, bytes);
    }
}

void server_client_finish(struct server_client *client, const struct deadline *deadline,
                          struct record *report)
{
    struct record *answer = NULL;

    if (client->process.socket >= 0) {
        if (receive_answer(client, &answer, deadline) == 0) {
            report_bytes(client, answer, "bytes_read", report);
            report_bytes(client, answer, "bytes_written", report);
        }
        report_losses(client, answer, report);
        record_destroy(answer);
    }
    program_wait(&client->process.program, deadline);
    server_client_kill(client);
}

void server_client_kill(struct server_client *client)
{
    client_process_kill(&client->process);
    lock_note_end(&client->locks);
}
