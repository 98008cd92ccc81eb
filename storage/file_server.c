/* file_server.c: asks, connects and hears the client process of one file server. */
#include "file_server.h"
#include "client_protocol.h"
#include "identity.h"
#include "kind.h"
#include "loss.h"
#include "message.h"
#include "process.h"
#include "process_view.h"
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GRACE_MS 300 /* the client knows more about a time-out: let it speak first */

static const char *name_of(const struct file_server *server)
{
    return server->volumes[0]->server;
}

static int describe_volumes(struct record *request, const struct file_server *server)
{
    int status = 0;

    for (size_t i = 0; i < server->volume_count && status == 0; i++) {
        const struct plan_volume *volume = server->volumes[i];
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

/* The longest of its volumes' deadlines, since one process serves them all. */
static int longest_deadline(const struct file_server *server)
{
    int milliseconds = 0;

    for (size_t i = 0; i < server->volume_count; i++)
        if (server->volumes[i]->deadline_ms > milliseconds)
            milliseconds = server->volumes[i]->deadline_ms;
    return milliseconds;
}

/* How the client behaves, from here on: see client_protocol.h. */
static int fill_behaviour(struct record *request, const struct file_server *server)
{
    const struct plan_volume *first = server->volumes[0];
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
                   record_setf(request, "root_ms", "%d", longest_deadline(server)) < 0 ||
                   record_set(request, "attribute_cache_ms", attribute_cache) < 0
               ? -1
               : 0;
}

/* Whose client it is, and of which server. */
static int fill_server(struct record *request, const char *wish,
                       const struct file_server *server, const struct identity *identity,
                       const struct facts *facts)
{
    const struct plan_volume *first = server->volumes[0];

    return record_set(request, "request", wish) < 0 ||
                   record_set(request, "server", first->server) < 0 ||
                   record_set(request, "host", first->host) < 0 ||
                   record_setf(request, "port", "%u", first->port) < 0 ||
                   record_setf(request, "mount_port", "%u", first->mount_port) < 0 ||
                   record_setf(request, "deadline_ms", "%d", server->connect_ms) < 0 ||
                   record_setf(request, "version", "%u", first->version) < 0 ||
                   fill_behaviour(request, server) < 0 ||
                   record_setf(request, "uid", "%u", (unsigned)facts->uid) < 0 ||
                   record_setf(request, "gid", "%u", (unsigned)facts->gid) < 0 ||
                   record_set(request, "groups", identity->gids) < 0 ||
                   record_setf(request, "id", "%u", (unsigned)identity->client) < 0
               ? -1
               : 0;
}

static int fill_connect(struct record *request, const struct file_server *server,
                        const struct identity *identity, const struct facts *facts)
{
    if (fill_server(request, "connect", server, identity, facts) < 0 ||
        record_setf(request, "volumes", "%zu", server->volume_count) < 0)
        return -1;
    return describe_volumes(request, server);
}

/* Locks that the kernel keeps, its own client's or the node's, end with their holders. */
static int note_locks(struct file_server *server, const struct settings *settings,
                      const struct identity *identity, const struct facts *facts,
                      struct error *error)
{
    const struct kind *kind = kind_of(server->volumes[0]);
    struct record *request;
    int status;

    if (server->volumes[0]->locks_on_node || (kind && kind->is_without_client))
        return 0;
    request = record_create();
    if (!request || fill_server(request, "unlock", server, identity, facts) < 0)
        status = error_set(error, ERROR_NODE, "out of memory for a message");
    else
        status = lock_note_begin(&server->locks, settings, facts, request, error);
    record_destroy(request);
    return status;
}

static int explain(struct file_server *server, struct error *error)
{
    char whose[NAME_LENGTH_MAX + sizeof(server->volumes[0]->host) + 32];

    snprintf(whose, sizeof(whose), "file server `%s` (%s)", name_of(server),
             server->volumes[0]->host);
    return client_process_explain(&server->client, whose, error);
}

/* Why there is no answer: the client is gone, or the time is over. */
static int report_silence(struct file_server *server, const struct deadline *deadline,
                          struct error *error)
{
    if (!deadline_passed(deadline))
        return explain(server, error);
    return error_set(error, ERROR_STORAGE,
                     "volume `%s` of file server `%s` (%s) did not answer within "
                     "%.1f s",
                     server->volumes[0]->name, name_of(server), server->volumes[0]->host,
                     server->connect_ms / 1000.0);
}

/* A client that has ended takes no message: then how it ended is what matters. */
static int send_request(struct file_server *server, const struct record *request, int fd,
                        const struct deadline *deadline, struct error *error)
{
    return message_send(server->client.socket, request, fd, deadline, NULL) < 0
               ? report_silence(server, deadline, error)
               : 0;
}

static int send_connect(struct file_server *server, const struct identity *identity,
                        const struct facts *facts, struct error *error)
{
    struct record *request = record_create();
    int processes = process_view_open(), status;

    if (!request || fill_connect(request, server, identity, facts) < 0)
        status = error_set(error, ERROR_SITE,
                           "the volumes of file server `%s` do not fit into one message: "
                           "shorten their export paths in the policy",
                           name_of(server));
    else
        status = send_request(server, request, processes, &server->deadline, error);
    if (processes >= 0)
        close(processes);
    record_destroy(request);
    return status;
}

/* Never longer than a preflight. */
static int connect_time(const struct file_server *server, int longest_ms)
{
    int milliseconds = longest_deadline(server);

    if (longest_ms > CLIENT_PREFLIGHT_MS)
        longest_ms = CLIENT_PREFLIGHT_MS;
    return milliseconds < longest_ms ? milliseconds : longest_ms;
}

void file_server_init(struct file_server *server)
{
    server->volume_count = 0;
    client_process_init(&server->client);
    lock_note_init(&server->locks);
}

int file_server_start(struct file_server *server, const struct settings *settings,
                      const struct identity *identity, const struct facts *facts,
                      int longest_ms, struct error *error)
{
    server->connect_ms = connect_time(server, longest_ms);
    server->deadline = deadline_after(server->connect_ms + GRACE_MS);
    if (note_locks(server, settings, identity, facts, error) < 0 ||
        client_process_start(&server->client, settings->nfs, error) < 0)
        return -1;
    lock_note_send(&server->locks, server->client.socket);
    return send_connect(server, identity, facts, error);
}

/* Writes "volumes `a`, `b`: " for a fault that is not one volume's; the rest is cut. */
static void name_volumes(const struct file_server *server, const char *faulty, char *text,
                         size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    if (faulty && *faulty)
        return;
    for (size_t i = 0; i < server->volume_count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s`%s`", i ? ", " : "volume ",
                                 server->volumes[i]->name);
    if (used + 3 < size)
        strcpy(text + used, ": ");
}

static bool is_of_our_release(const struct record *answer)
{
    const char *protocol = record_get(answer, "protocol");

    return protocol && strcmp(protocol, CLIENT_PROTOCOL) == 0;
}

static enum hearing take_word(struct file_server *server, const struct record *word)
{
    const char *tell = record_get(word, "tell");
    const char *since = record_get(word, "since_ms"), *calls = record_get(word, "calls");
    long long silent_ms = since ? strtoll(since, NULL, 10) : 0;

    client_process_hear(&server->client, word);
    if (tell && strcmp(tell, "alive") == 0)
        return HEARING_NOTHING;
    if (tell && strcmp(tell, "answers") == 0)
        return outage_end(&server->outage) ? HEARING_ANSWER : HEARING_NOTHING;
    if (tell && strcmp(tell, "unsafe") == 0 &&
        loss_read_unsafe(word, server->unsafe, server->volume_count) == 0)
        return HEARING_NOTHING;
    if (tell && strcmp(tell, "crowd") == 0 &&
        relief_read(&server->relief, word, server->volume_count) == 0)
        return HEARING_CROWD;
    if (!tell || strcmp(tell, "silent") != 0 || !calls || silent_ms < CLIENT_SILENT_MS)
        return HEARING_LOSS;
    return outage_begin(&server->outage, silent_ms, strtoul(calls, NULL, 10))
               ? HEARING_SILENCE
               : HEARING_NOTHING;
}

enum hearing file_server_hear(struct file_server *server)
{
    struct deadline now = deadline_after(0);
    enum hearing hearing;
    struct record *word;

    if (message_receive(server->client.socket, &word, NULL, &now, NULL) < 0)
        return HEARING_LOSS;
    hearing = take_word(server, word);
    record_destroy(word);
    return hearing;
}

/* As message_receive; what the client tells in between is taken note of. */
static int receive_answer(struct file_server *server, struct record **answer,
                          const struct deadline *deadline)
{
    while (message_receive(server->client.socket, answer, NULL, deadline, NULL) == 0) {
        if (!record_get(*answer, "tell"))
            return 0;
        take_word(server, *answer);
        record_destroy(*answer);
    }
    *answer = NULL;
    return -1;
}

/* Receives one answer and expects its state to be `wanted`. */
static int receive_state(struct file_server *server, const char *wanted,
                         const struct deadline *deadline, struct error *error)
{
    struct record *answer;
    const char *state, *cause;
    char volumes[ERROR_TEXT_SIZE / 4];
    int status = 0;

    if (receive_answer(server, &answer, deadline) < 0)
        return report_silence(server, deadline, error);
    state = record_get(answer, "state");
    cause = record_get(answer, "error");
    if (!is_of_our_release(answer)) {
        status = explain(server, error);
    } else if (!state || strcmp(state, wanted) != 0) {
        enum error_party party = error_party_parse(record_get(answer, "party"));

        if (!cause)
            cause = "the NFS client failed without saying why";
        name_volumes(server, record_get(answer, "volume"), volumes, sizeof(volumes));
        status = error_set(error, party ? party : ERROR_STORAGE, "%s%s", volumes, cause);
    }
    record_destroy(answer);
    return status;
}

int file_server_await(struct file_server *server, struct error *error)
{
    if (receive_state(server, "ready", &server->deadline, error) < 0)
        return -1;
    client_process_settle(&server->client);
    return 0;
}

int file_server_serve(struct file_server *server, size_t index, int fuse,
                      const struct deadline *deadline, struct error *error)
{
    struct record *request = record_create();
    int status;

    if (!request || record_set(request, "request", "serve") < 0 ||
        record_setf(request, "volume", "%zu", index) < 0)
        status = error_set(error, ERROR_NODE, "out of memory for a message");
    else
        status = send_request(server, request, fuse, deadline, error);
    record_destroy(request);
    return status < 0 ? -1 : receive_state(server, "serving", deadline, error);
}

void file_server_stop(struct file_server *server)
{
    struct deadline now = deadline_after(0);
    struct record *request = record_create();

    if (server->client.socket >= 0 && request &&
        record_set(request, "request", "stop") == 0)
        message_send(server->client.socket, request, -1, &now, NULL);
    record_destroy(request);
}

static void report_bytes(const struct file_server *server, const struct record *answer,
                         const char *direction, struct record *report)
{
    for (size_t i = 0; i < server->volume_count; i++) {
        const char *bytes;
        char key[128];

        snprintf(key, sizeof(key), "volume.%zu.%s", i, direction);
        bytes = record_get(answer, key);
        snprintf(key, sizeof(key), "%s.%s", server->volumes[i]->name, direction);
        if (bytes)
            record_set(report, key, bytes);
    }
}

/* "0" is not worth a word; a client that says nothing may have had anything. */
static void report_losses(const struct file_server *server, const struct record *answer,
                          struct record *report)
{
    char key[128];
    const char *bytes;

    for (size_t i = 0; i < server->volume_count; i++) {
        snprintf(key, sizeof(key), "volume.%zu.bytes_lost", i);
        bytes = answer ? record_get(answer, key) : LOSS_UNKNOWN;
        snprintf(key, sizeof(key), "%s.bytes_lost", server->volumes[i]->name);
        if (bytes && strcmp(bytes, "0") != 0)
            record_set(report, key, bytes);
    }
}

void file_server_finish(struct file_server *server, const struct deadline *deadline,
                        struct record *report)
{
    struct record *answer = NULL;

    if (server->client.socket >= 0) {
        if (receive_answer(server, &answer, deadline) == 0) {
            report_bytes(server, answer, "bytes_read", report);
            report_bytes(server, answer, "bytes_written", report);
        }
        report_losses(server, answer, report);
        record_destroy(answer);
    }
    if (server->client.process > 0 &&
        process_wait(server->client.process, deadline, NULL) == 0)
        server->client.process = 0;
    file_server_kill(server);
}

void file_server_kill(struct file_server *server)
{
    client_process_kill(&server->client);
    lock_note_end(&server->locks);
}
