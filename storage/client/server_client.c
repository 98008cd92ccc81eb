/* server_client.c: asks, connects and hears the client process of one file server. */
#include "storage/client/server_client.h"

#include "lib/message.h"
#include "lib/process.h"
#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
#include "lib/record.h"
#include "storage/client/loss.h"
#include "storage/identity.h"
#include "storage/process_view.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GRACE_MS 300 /* the client knows more about a time-out, so it may speak first */

const char *server_client_name(const struct server_client *client)
{
    return client->volumes[0]->server.name;
}

/* Returns the longest of the volumes' deadlines, since one process serves them all. */
static long longest_deadline(const struct server_client *client)
{
    long milliseconds = 0;

    for (size_t i = 0; i < client->volume_count; i++)
        if (client->volumes[i]->deadline_ms > milliseconds)
            milliseconds = client->volumes[i]->deadline_ms;
    return milliseconds;
}

/* Says whose client it is, of which server. */
static void fill_target(struct client_target *target, const struct server_client *client,
                        const struct identity *identity, const struct facts *facts)
{
    client_target_init(target);
    target->server = client->volumes[0]->server;
    target->deadline_ms = client->connect_ms;
    target->root_ms = longest_deadline(client);
    target->uid = facts->uid;
    target->gid = facts->gid;
    target->groups = identity->gids;
    target->id = identity->client;
}

static void fill_exports(struct client_target *target, const struct server_client *client)
{
    for (size_t i = 0; i < client->volume_count; i++) {
        const struct plan_volume *volume = client->volumes[i];

        target->exports[i] = (struct client_export){.name = volume->name,
                                                    .path = volume->export_path,
                                                    .read_only = volume->read_only,
                                                    .is_probed = volume->probe};
    }
    target->export_count = client->volume_count;
}

/* Notes the client's locks. Those that the kernel keeps end with their holders. */
static int note_locks(struct server_client *client, const struct settings *settings,
                      const struct client_target *target, const struct facts *facts,
                      struct error *error)
{
    struct record *request;
    int status;

    if (!client->keeps_locks)
        return 0;
    request = client_target_unlock(target);
    status = request ? lock_note_begin(&client->locks, settings, facts, request, error)
                     : error_set(error, ERROR_NODE, "out of memory for a message");
    record_destroy(request);
    return status;
}

#define WHOSE_SIZE (NAME_LENGTH_MAX + PLAN_HOST_MAX + 32)

static const char *write_whose(const struct server_client *client, char whose[WHOSE_SIZE])
{
    snprintf(whose, WHOSE_SIZE, "file server `%s` (%s)", server_client_name(client),
             client->volumes[0]->server.host);
    return whose;
}

static int explain(struct server_client *client, struct error *error)
{
    char whose[WHOSE_SIZE];

    return client_process_explain(&client->process, write_whose(client, whose), error);
}

/* Says why an answer that follows another protocol is of no use. What says nothing of a
 * protocol is no answer at all. */
static int refuse(struct server_client *client, const struct client_answer *answer,
                  struct error *error)
{
    char whose[WHOSE_SIZE];

    return answer->protocol
               ? client_process_refuse(&client->process, write_whose(client, whose),
                                       answer, error)
               : explain(client, error);
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
                     client->volumes[0]->server.host, client->connect_ms / 1000.0);
}

/* A client that has ended takes no request; then `error` says how it ended. */
static int send_request(struct server_client *client, struct record *request, int fd,
                        const struct deadline *deadline, struct error *error)
{
    return message_hand(client->process.socket, request, fd, deadline, NULL) < 0
               ? report_silence(client, deadline, error)
               : 0;
}

static int send_connect(struct server_client *client, const struct client_target *target,
                        struct error *error)
{
    struct record *request = client_target_connect(target);
    int processes = process_view_open();
    int status = request
                     ? send_request(client, request, processes, &client->deadline, error)
                     : error_set(error, ERROR_SITE,
                                 "the volumes of file server `%s` do not fit into one "
                                 "message: shorten their export paths in the policy",
                                 server_client_name(client));

    if (processes >= 0)
        close(processes);
    return status;
}

/* Returns the time for connecting, which is never longer than a preflight. */
static int connect_time(const struct server_client *client, int longest_ms)
{
    long milliseconds = longest_deadline(client);

    if (longest_ms > CLIENT_PREFLIGHT_MS)
        longest_ms = CLIENT_PREFLIGHT_MS;
    return milliseconds < longest_ms ? (int)milliseconds : longest_ms;
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
    struct client_target target;

    client->connect_ms = connect_time(client, longest_ms);
    client->deadline = deadline_after(client->connect_ms + GRACE_MS);
    fill_target(&target, client, identity, facts);
    fill_exports(&target, client);
    if (note_locks(client, settings, &target, facts, error) < 0 ||
        client_process_start(&client->process, settings->nfs, error) < 0)
        return -1;
    lock_note_send(&client->locks, client->process.socket);
    return send_connect(client, &target, error);
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

/* Returns what the word, which may be none, means to the keeper. */
static enum hearing take_word(struct server_client *client, const struct record *record,
                              bool *is_word)
{
    struct client_told told;

    *is_word = client_message_read_word(&told, record, client->volume_count);
    if (!*is_word)
        return HEARING_LOSS;
    client_process_hear(&client->process, &told);
    switch (told.word) {
    case CLIENT_ALIVE:
        return HEARING_NOTHING;
    case CLIENT_ANSWERS:
        return outage_end(&client->outage) ? HEARING_ANSWER : HEARING_NOTHING;
    case CLIENT_SILENT:
        return outage_begin(&client->outage, told.since_ms, told.calls) ? HEARING_SILENCE
                                                                        : HEARING_NOTHING;
    case CLIENT_UNSAFE:
        memcpy(client->unsafe, told.unsafe,
               sizeof(told.unsafe[0]) * client->volume_count);
        return HEARING_NOTHING;
    case CLIENT_CROWD:
        relief_take(&client->relief, &told);
        return HEARING_CROWD;
    default:
        return HEARING_LOSS;
    }
}

enum hearing server_client_hear(struct server_client *client)
{
    struct deadline now = deadline_after(0);
    enum hearing hearing;
    struct record *word;
    bool is_word;

    if (message_receive(client->process.socket, &word, NULL, &now, NULL) < 0)
        return HEARING_LOSS;
    hearing = take_word(client, word, &is_word);
    record_destroy(word);
    return hearing;
}

/* Receives an answer, and notes what the client tells unasked in between. */
static int receive_answer(struct server_client *client, struct record **answer,
                          const struct deadline *deadline)
{
    bool is_word;

    while (message_receive(client->process.socket, answer, NULL, deadline, NULL) == 0) {
        take_word(client, *answer, &is_word);
        if (!is_word)
            return 0;
        record_destroy(*answer);
    }
    *answer = NULL;
    return -1;
}

/* Receives one answer and expects its state to be `wanted`. */
static int receive_state(struct server_client *client, const char *wanted,
                         const struct deadline *deadline, struct error *error)
{
    struct record *record;
    struct client_answer answer;
    char volumes[ERROR_TEXT_SIZE / 4];
    int status = 0;

    if (receive_answer(client, &record, deadline) < 0)
        return report_silence(client, deadline, error);
    client_message_read_answer(&answer, record);
    if (answer.is_foreign) {
        status = refuse(client, &answer, error);
    } else if (strcmp(answer.state, wanted) != 0) {
        name_volumes(client, answer.volume, volumes, sizeof(volumes));
        status =
            error_set(error, answer.party ? answer.party : ERROR_STORAGE, "%s%s", volumes,
                      answer.sentence ? answer.sentence
                                      : "the NFS client failed without saying why");
    }
    record_destroy(record);
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
    return send_request(client, client_message_serve(index), fuse, deadline, error) < 0
               ? -1
               : receive_state(client, "serving", deadline, error);
}

void server_client_stop(struct server_client *client)
{
    struct deadline now = deadline_after(0);

    if (client->process.socket >= 0)
        message_hand(client->process.socket, client_message_stop(), -1, &now, NULL);
}

static void report_volume(const struct server_client *client, size_t index,
                          const char *what, const char *bytes, struct record *report)
{
    char key[128];

    snprintf(key, sizeof(key), "%s.%s", client->volumes[index]->name, what);
    record_set(report, key, bytes);
}

static void report_bytes(const struct server_client *client, const struct record *answer,
                         const char *direction, struct record *report)
{
    for (size_t i = 0; i < client->volume_count; i++) {
        const char *bytes = client_message_bytes(answer, i, direction);

        if (bytes)
            report_volume(client, i, direction, bytes, report);
    }
}

/* Reports bytes that are lost, or that may be as the client does not say. */
static void report_losses(const struct server_client *client, const struct record *answer,
                          struct record *report)
{
    for (size_t i = 0; i < client->volume_count; i++) {
        const char *bytes =
            answer ? client_message_bytes(answer, i, LOSS_KEY) : LOSS_UNKNOWN;

        if (bytes && strcmp(bytes, "0") != 0)
            report_volume(client, i, LOSS_KEY, bytes, report);
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
