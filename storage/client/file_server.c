/* file_server.c: asks, connects and hears the client process of one file server. */
#include "storage/client/file_server.h"

#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
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

static const char *name_of(const struct file_server *server)
{
    return server->volumes[0]->server;
}

/* Returns the longest of the volumes' deadlines, since one process serves them all. */
static int longest_deadline(const struct file_server *server)
{
    int milliseconds = 0;

    for (size_t i = 0; i < server->volume_count; i++)
        if (server->volumes[i]->deadline_ms > milliseconds)
            milliseconds = server->volumes[i]->deadline_ms;
    return milliseconds;
}

/* Says whose client it is, of which server, and how it is to behave. */
static void fill_target(struct client_target *target, const struct file_server *server,
                        const struct identity *identity, const struct facts *facts)
{
    const struct plan_volume *first = server->volumes[0];

    client_target_init(target);
    target->server = first->server;
    target->host = first->host;
    target->port = first->port;
    target->mount_port = first->mount_port;
    target->deadline_ms = server->connect_ms;
    target->version = first->version;
    if (first->connections > 0)
        target->connections = first->connections;
    target->is_soft = first->is_soft;
    target->locks_on_node = first->locks_on_node;
    target->timeout_ms = first->timeout_ms;
    target->root_ms = longest_deadline(server);
    if (first->attribute_cache_ms != PLAN_LIKE_THE_KERNEL)
        target->attribute_cache_ms = first->attribute_cache_ms;
    target->uid = facts->uid;
    target->gid = facts->gid;
    target->groups = identity->gids;
    target->id = identity->client;
}

static void fill_exports(struct client_target *target, const struct file_server *server)
{
    for (size_t i = 0; i < server->volume_count; i++) {
        const struct plan_volume *volume = server->volumes[i];

        target->exports[i] = (struct client_export){.name = volume->name,
                                                    .path = volume->export_path,
                                                    .read_only = volume->read_only,
                                                    .is_probed = volume->probe};
    }
    target->export_count = server->volume_count;
}

/* Notes the client's locks. Those that the kernel keeps end with their holders. */
static int note_locks(struct file_server *server, const struct settings *settings,
                      const struct client_target *target, const struct facts *facts,
                      struct error *error)
{
    struct record *request;
    int status;

    if (!server->keeps_locks)
        return 0;
    request = client_target_unlock(target);
    status = request ? lock_note_begin(&server->locks, settings, facts, request, error)
                     : error_set(error, ERROR_NODE, "out of memory for a message");
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

/* Says why there is no answer: the client is gone, or the time is over. */
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

/* A client that has ended takes no request; then `error` says how it ended. */
static int send_request(struct file_server *server, struct record *request, int fd,
                        const struct deadline *deadline, struct error *error)
{
    return message_hand(server->client.socket, request, fd, deadline, NULL) < 0
               ? report_silence(server, deadline, error)
               : 0;
}

static int send_connect(struct file_server *server, const struct client_target *target,
                        struct error *error)
{
    struct record *request = client_target_connect(target);
    int processes = process_view_open();
    int status = request
                     ? send_request(server, request, processes, &server->deadline, error)
                     : error_set(error, ERROR_SITE,
                                 "the volumes of file server `%s` do not fit into one "
                                 "message: shorten their export paths in the policy",
                                 name_of(server));

    if (processes >= 0)
        close(processes);
    return status;
}

/* Returns the time for connecting, which is never longer than a preflight. */
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
    struct client_target target;

    server->connect_ms = connect_time(server, longest_ms);
    server->deadline = deadline_after(server->connect_ms + GRACE_MS);
    fill_target(&target, server, identity, facts);
    fill_exports(&target, server);
    if (note_locks(server, settings, &target, facts, error) < 0 ||
        client_process_start(&server->client, settings->nfs, error) < 0)
        return -1;
    lock_note_send(&server->locks, server->client.socket);
    return send_connect(server, &target, error);
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

/* Returns what the word, which may be none, means to the keeper. */
static enum hearing take_word(struct file_server *server, const struct record *record,
                              bool *is_word)
{
    struct client_told told;

    *is_word = client_message_read_word(&told, record, server->volume_count);
    if (!*is_word)
        return HEARING_LOSS;
    client_process_hear(&server->client, &told);
    switch (told.word) {
    case CLIENT_ALIVE:
        return HEARING_NOTHING;
    case CLIENT_ANSWERS:
        return outage_end(&server->outage) ? HEARING_ANSWER : HEARING_NOTHING;
    case CLIENT_SILENT:
        return outage_begin(&server->outage, told.since_ms, told.calls) ? HEARING_SILENCE
                                                                        : HEARING_NOTHING;
    case CLIENT_UNSAFE:
        memcpy(server->unsafe, told.unsafe,
               sizeof(told.unsafe[0]) * server->volume_count);
        return HEARING_NOTHING;
    case CLIENT_CROWD:
        relief_take(&server->relief, &told);
        return HEARING_CROWD;
    default:
        return HEARING_LOSS;
    }
}

enum hearing file_server_hear(struct file_server *server)
{
    struct deadline now = deadline_after(0);
    enum hearing hearing;
    struct record *word;
    bool is_word;

    if (message_receive(server->client.socket, &word, NULL, &now, NULL) < 0)
        return HEARING_LOSS;
    hearing = take_word(server, word, &is_word);
    record_destroy(word);
    return hearing;
}

/* Receives an answer, and notes what the client tells unasked in between. */
static int receive_answer(struct file_server *server, struct record **answer,
                          const struct deadline *deadline)
{
    bool is_word;

    while (message_receive(server->client.socket, answer, NULL, deadline, NULL) == 0) {
        take_word(server, *answer, &is_word);
        if (!is_word)
            return 0;
        record_destroy(*answer);
    }
    *answer = NULL;
    return -1;
}

/* Receives one answer and expects its state to be `wanted`. */
static int receive_state(struct file_server *server, const char *wanted,
                         const struct deadline *deadline, struct error *error)
{
    struct record *record;
    struct client_answer answer;
    char volumes[ERROR_TEXT_SIZE / 4];
    int status = 0;

    if (receive_answer(server, &record, deadline) < 0)
        return report_silence(server, deadline, error);
    client_message_read_answer(&answer, record);
    if (answer.is_foreign) {
        status = explain(server, error);
    } else if (strcmp(answer.state, wanted) != 0) {
        name_volumes(server, answer.volume, volumes, sizeof(volumes));
        status =
            error_set(error, answer.party ? answer.party : ERROR_STORAGE, "%s%s", volumes,
                      answer.sentence ? answer.sentence
                                      : "the NFS client failed without saying why");
    }
    record_destroy(record);
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
    return send_request(server, client_message_serve(index), fuse, deadline, error) < 0
               ? -1
               : receive_state(server, "serving", deadline, error);
}

void file_server_stop(struct file_server *server)
{
    struct deadline now = deadline_after(0);

    if (server->client.socket >= 0)
        message_hand(server->client.socket, client_message_stop(), -1, &now, NULL);
}

static void report_volume(const struct file_server *server, size_t index,
                          const char *what, const char *bytes, struct record *report)
{
    char key[128];

    snprintf(key, sizeof(key), "%s.%s", server->volumes[index]->name, what);
    record_set(report, key, bytes);
}

static void report_bytes(const struct file_server *server, const struct record *answer,
                         const char *direction, struct record *report)
{
    for (size_t i = 0; i < server->volume_count; i++) {
        const char *bytes = client_message_bytes(answer, i, direction);

        if (bytes)
            report_volume(server, i, direction, bytes, report);
    }
}

/* Reports bytes that are lost, or that may be as the client does not say. */
static void report_losses(const struct file_server *server, const struct record *answer,
                          struct record *report)
{
    for (size_t i = 0; i < server->volume_count; i++) {
        const char *bytes =
            answer ? client_message_bytes(answer, i, LOSS_KEY) : LOSS_UNKNOWN;

        if (bytes && strcmp(bytes, "0") != 0)
            report_volume(server, i, LOSS_KEY, bytes, report);
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
    program_wait(&server->client.program, deadline);
    file_server_kill(server);
}

void file_server_kill(struct file_server *server)
{
    client_process_kill(&server->client);
    lock_note_end(&server->locks);
}
