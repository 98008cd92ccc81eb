/* volume_question.c: asks the file servers of volumes whether they answer. */
#include "cli/volume/volume_question.h"

#include "cli/volume/volume_mounted.h"
#include "lib/deadline.h"
#include "lib/errand.h"
#include "lib/message.h"
#include "lib/program.h"
#include "lib/protocol/client_message.h"
#include "lib/protocol/client_target.h"
#include "lib/protocol/release.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE 64   /* client processes */
#define GRACE_MS 300 /* the client knows more about a time-out: let it speak first */
#define OTHER_RELEASE \
    "the NFS client sent what is no answer: install one of the same release as atelier"

struct volume_question {
    const json_t *volume;
    json_t *answer;
    enum { NOBODY, CLIENT, LOOK } asked;
    union {
        struct program client;
        struct errand look;
    };
    int socket; /* to it; -1: none, or answered */
    long long began;
    struct deadline deadline;
};

static const char *text(const json_t *volume, const char *key)
{
    const char *value = json_string_value(json_object_get(volume, key));

    return value ? value : "";
}

static const char *own_node(void)
{
    static char name[256];
    const char *node = getenv("SLURMD_NODENAME");

    if (!node && gethostname(name, sizeof(name) - 1) == 0)
        node = strtok(name, ".");
    return node ? node : "";
}

static json_t *new_answer(const json_t *volume)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:n, s:n}", "node", own_node(),
                     "volume", text(volume, "name"), "server", text(volume, "server"),
                     "host", text(volume, "host"), "driver", text(volume, "driver"),
                     "error", "milliseconds", "asked");
}

static void fail(struct volume_question *question, const char *sentence)
{
    json_object_set_new(question->answer, "error", json_string(sentence));
}

static void list_groups(char *list, size_t size)
{
    gid_t groups[1024];
    int count = getgroups(sizeof(groups) / sizeof(groups[0]), groups);
    size_t used = 0;

    list[0] = '\0';
    for (int i = 0; i < count && i < CLIENT_GROUPS_MAX && used < size; i++)
        used += (size_t)snprintf(list + used, size - used, "%s%u", i ? "," : "",
                                 (unsigned)groups[i]);
}

static int milliseconds_of(const json_t *volume)
{
    double deadline = json_number_value(json_object_get(volume, "deadline")) * 1000;

    return deadline > 0 && deadline < CLIENT_PREFLIGHT_MS ? (int)deadline
                                                          : CLIENT_PREFLIGHT_MS;
}

static int number(const json_t *volume, const char *key)
{
    return (int)json_number_value(json_object_get(volume, key));
}

/* `id`, the last of the clients' ids, is for this alone. */
static struct record *new_request(const json_t *volume, uid_t id)
{
    struct client_target target;
    char groups[256];

    list_groups(groups, sizeof(groups));
    client_target_init(&target);
    snprintf(target.server.name, sizeof(target.server.name), "%s",
             text(volume, "server"));
    snprintf(target.server.host, sizeof(target.server.host), "%s", text(volume, "host"));
    target.server.port = number(volume, "port");
    target.server.mount_port = number(volume, "mount_port");
    target.deadline_ms = milliseconds_of(volume);
    target.uid = getuid();
    target.gid = getgid();
    target.groups = groups;
    target.id = id;
    target.export_count = 1;
    target.exports[0] =
        (struct client_export){.name = text(volume, "name"),
                               .path = text(volume, "export"),
                               .read_only = strcmp(text(volume, "mode"), "ro") == 0,
                               .is_probed = strcmp(text(volume, "probe"), "write") == 0};
    return client_target_connect(&target);
}

static int send_request(struct volume_question *question, uid_t id, struct error *error)
{
    return message_hand(question->socket, new_request(question->volume, id), -1,
                        &question->deadline, error);
}

static int start_client(struct volume_question *question, const char *program,
                        struct error *error)
{
    char *words[] = {(char *)program, NULL};
    char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    struct program_way way = {
        .words = words,
        .environment = environment,
        .process = {.rules = PROCESS_ALONE | PROCESS_BOUND},
    };
    int sockets[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
        return error_set(error, ERROR_NODE, "cannot make a socket pair: %s",
                         strerror(errno));
    way.process.kept = sockets[1];
    if (program_start(&question->client, &way) == 0)
        question->asked = CLIENT;
    else
        error_set(error, ERROR_NODE, "cannot start a process: %s", strerror(errno));
    close(sockets[1]);
    question->socket = sockets[0];
    return question->asked == CLIENT ? 0 : -1;
}

struct mounted_volume {
    const char *path;
    bool is_probed;
};

static int look(const void *data)
{
    const struct mounted_volume *volume = data;

    return volume_mounted_look(volume->path, volume->is_probed, PROCESS_SOCKET);
}

/* As root, who has a reserved port, asks what the next job will; a user in a job asks by
 * the job's own mount. */
static int start_look(struct volume_question *question, const char *path,
                      struct error *error)
{
    const struct mounted_volume volume = {
        path, strcmp(text(question->volume, "probe"), "write") == 0 &&
                  strcmp(text(question->volume, "mode"), "ro") != 0};

    if (errand_start(&question->look, "the look at the mount", look, &volume, error) < 0)
        return -1;
    question->asked = LOOK;
    question->socket = question->look.socket;
    question->look.socket = -1;
    return 0;
}

static void close_question(struct volume_question *question)
{
    if (question->socket >= 0)
        close(question->socket);
    question->socket = -1;
}

/* Returns how it ended whose socket was closed, or does so in a moment; or NULL. */
static const struct ending *ending_of(struct volume_question *question)
{
    struct deadline soon = deadline_after(PROCESS_END_MS);

    if (question->asked == LOOK)
        return errand_has_ended(&question->look) ? &question->look.ending : NULL;
    return question->asked == CLIENT && program_wait(&question->client, &soon) == 0
               ? &question->client.ending
               : NULL;
}

/* Says how it ended, or the sentence. */
static void fail_with_ending(struct volume_question *question, const char *sentence)
{
    const struct ending *ending = ending_of(question);
    char why[ENDING_TEXT_SIZE];

    fail(question, ending ? ending_describe(ending, NULL, why, sizeof(why)) : sentence);
    close_question(question);
}

/* A volume without a file server is none of the client's. */
static void begin(struct volume_question *question, const struct settings *settings)
{
    struct error error = {.party = ERROR_NONE};
    char path[1024];
    int status;

    question->began = clock_milliseconds();
    question->deadline = deadline_after(milliseconds_of(question->volume) + GRACE_MS);
    if (geteuid() != 0 &&
        volume_mounted_find(text(question->volume, "name"), path, sizeof(path)))
        status = start_look(question, path, &error);
    else if (!*text(question->volume, "host"))
        return;
    else
        status = start_client(question, settings->nfs, &error);
    if (status == 0 && question->asked == CLIENT)
        status = send_request(question, settings_client_ids(settings).last, &error);
    if (status < 0)
        fail_with_ending(question, error.text);
}

static void fail_without_answer(struct volume_question *question)
{
    if (!deadline_passed(&question->deadline)) {
        fail_with_ending(question, OTHER_RELEASE);
        return;
    }
    fail(question, "the NFS client did not answer in time");
    close_question(question);
}

static void fail_foreign(struct volume_question *question,
                         const struct client_answer *answer)
{
    char its[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE];
    char sentence[2 * RELEASE_NAME_SIZE + 128];

    snprintf(sentence, sizeof(sentence),
             "the NFS client is %s, and this command %s, which do not understand each "
             "other: install both of one release",
             release_name(its, answer->release, answer->protocol),
             release_name(ours, RELEASE, CLIENT_PROTOCOL));
    fail(question, answer->protocol ? sentence : OTHER_RELEASE);
}

static void take_answer(struct volume_question *question)
{
    struct record *record;
    struct client_answer answer;

    if (message_receive(question->socket, &record, NULL, &question->deadline, NULL) < 0) {
        fail_without_answer(question);
        return;
    }
    client_message_read_answer(&answer, record);
    if (answer.is_foreign)
        fail_foreign(question, &answer);
    else if (strcmp(answer.state, "ready") != 0)
        fail(question, answer.sentence ? answer.sentence
                                       : "the NFS client failed without saying why");
    json_object_set_new(question->answer, "asked",
                        json_string(answer.part ? answer.part : "all"));
    json_object_set_new(question->answer, "milliseconds",
                        json_integer(clock_milliseconds() - question->began));
    record_destroy(record);
    close_question(question);
}

/* Each question has a deadline of its own, and nearly the same. */
static void take_answers(struct volume_question *questions, size_t count)
{
    for (;;) {
        struct pollfd polled[AT_ONCE];
        int wait = -1;

        for (size_t i = 0; i < count; i++) {
            polled[i] = (struct pollfd){.fd = questions[i].socket, .events = POLLIN};
            if (questions[i].socket >= 0 && wait < 0)
                wait = deadline_left(&questions[i].deadline);
        }
        if (wait < 0)
            return;
        if (poll(polled, count, wait) < 0 && errno != EINTR)
            return;
        for (size_t i = 0; i < count; i++)
            if (questions[i].socket >= 0 &&
                (polled[i].revents || deadline_passed(&questions[i].deadline)))
                take_answer(&questions[i]);
    }
}

/* Who is asked ends when the socket closes; this is for one that hangs. */
static void end(struct volume_question *question)
{
    close_question(question);
    if (question->asked == LOOK)
        errand_kill(&question->look);
    if (question->asked != CLIENT)
        return;
    program_kill(&question->client);
    program_release(&question->client);
}

static size_t ask_some(const struct settings *settings, const json_t *volumes,
                       size_t first, json_t *answers)
{
    struct volume_question questions[AT_ONCE];
    size_t count = json_array_size(volumes) - first;

    if (count > AT_ONCE)
        count = AT_ONCE;
    for (size_t i = 0; i < count; i++) {
        const json_t *volume = json_array_get(volumes, first + i);

        questions[i] = (struct volume_question){
            .volume = volume, .answer = new_answer(volume), .socket = -1};
        begin(&questions[i], settings);
    }
    take_answers(questions, count);
    for (size_t i = 0; i < count; i++) {
        end(&questions[i]);
        json_array_append_new(answers, questions[i].answer);
    }
    return count;
}

json_t *volume_question_ask(const struct settings *settings, const json_t *volumes,
                            struct error *error)
{
    json_t *answers = json_array();
    size_t done = 0;

    while (answers && done < json_array_size(volumes))
        done += ask_some(settings, volumes, done, answers);
    if (json_array_size(answers) == json_array_size(volumes))
        return answers;
    json_decref(answers);
    error_set(error, ERROR_NODE, "out of memory for the answers");
    return NULL;
}
