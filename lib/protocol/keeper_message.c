/* keeper_message.c: writes and reads what the plugin and the keeper say to each other. */
#include "lib/protocol/keeper_message.h"

#include "lib/protocol/keeper_protocol.h"
#include "lib/protocol/release.h"

#include <string.h>

#define VARIABLE_SIZE 256 /* bytes of a key, with the terminating NUL */
#define PARTY "party="
#define NOTICE "notice="

static const char *const requests[KEEPER_REQUEST_COUNT] = {[KEEPER_JOIN] = "join",
                                                           [KEEPER_STOP] = "stop",
                                                           [KEEPER_ENDED] = "ended",
                                                           [KEEPER_STATUS] = "status",
                                                           [KEEPER_NAMESPACE] =
                                                               "namespace"};

struct record *keeper_message_ask(enum keeper_request request)
{
    return record_whole(record_begin("request", requests[request]));
}

struct record *keeper_message_stop(long restart)
{
    struct record *record = record_begin("request", requests[KEEPER_STOP]);

    if (restart >= 0)
        record_setf(record, "restart", "%ld", restart);
    return record_whole(record);
}

struct record *keeper_message_namespace(unsigned job, const char *directory,
                                        const char *failure)
{
    struct record *record = record_begin("request", requests[KEEPER_NAMESPACE]);

    record_setf(record, "job", "%u", job);
    record_set(record, "directory", directory);
    if (failure)
        record_set(record, "failure", failure);
    return record_whole(record);
}

enum keeper_request keeper_message_request(const struct record *request)
{
    return (enum keeper_request)record_choice(request, "request", requests,
                                              KEEPER_REQUEST_COUNT);
}

bool keeper_message_is_restart(const struct record *request, unsigned restart)
{
    unsigned long said;

    return record_number(request, "restart", restart, restart, &said) == 0;
}

bool keeper_message_is_job(const struct record *request, unsigned job)
{
    unsigned long said;

    return record_number(request, "job", job, job, &said) == 0;
}

const char *keeper_message_directory(const struct record *request)
{
    const char *directory = record_get(request, "directory");

    return directory ? directory : "";
}

const char *keeper_message_failure(const struct record *request)
{
    return record_get(request, "failure");
}

struct record *keeper_message_answer(const char *state)
{
    struct record *record = record_begin("state", state);

    release_add(record, KEEPER_PROTOCOL);
    return record_whole(record);
}

bool keeper_message_is_ours(const struct record *answer)
{
    return release_follows(answer, KEEPER_PROTOCOL);
}

bool keeper_message_is(const struct record *answer, const char *state)
{
    const char *said = record_get(answer, "state");

    return said && strcmp(said, state) == 0;
}

/* This node's, where the keeper does not tell. */
static enum error_party party_of(const char *name)
{
    enum error_party party = error_party_parse(name);

    return party == ERROR_NONE ? ERROR_NODE : party;
}

int keeper_message_add_fault(struct record *answer, const char *state,
                             const struct fault *fault)
{
    char notice[FAULT_SAID_SIZE];

    return record_set(answer, "state", state) < 0 ||
                   (fault->requeue && record_set(answer, "on_failure", "requeue") < 0) ||
                   record_set(answer, "error", fault->error.text) < 0 ||
                   record_set(answer, "notice", fault_say_notice(fault, false, notice)) <
                       0 ||
                   record_set(answer, "party", error_party_name(fault->error.party)) < 0
               ? -1
               : 0;
}

bool keeper_message_fault(const struct record *answer, struct fault *fault)
{
    const char *sentence = record_get(answer, "error");
    const char *told = record_get(answer, "notice");

    if (!sentence || !*sentence)
        return false;
    error_set(&fault->error, party_of(record_get(answer, "party")), "%s", sentence);
    fault_read_notice(fault, told ? told : "");
    fault->requeue = record_get(answer, "on_failure");
    return true;
}

int keeper_message_add_variable(struct record *answer, const char *name,
                                const char *value)
{
    char key[VARIABLE_SIZE];

    return snprintf(key, sizeof(key), KEEPER_ENVIRONMENT_PREFIX "%s", name) <
                   VARIABLE_SIZE
               ? record_set(answer, key, value)
               : -1;
}

const char *keeper_message_variable(const struct record *answer, size_t index)
{
    const size_t length = strlen(KEEPER_ENVIRONMENT_PREFIX);
    const char *key = record_key(answer, index);

    return strncmp(key, KEEPER_ENVIRONMENT_PREFIX, length) == 0 ? key + length : NULL;
}

void keeper_message_print(FILE *output, const struct fault *fault)
{
    char notice[FAULT_SAID_SIZE];

    fprintf(output, PARTY "%s\n" NOTICE "%s\n", error_party_name(fault->error.party),
            fault_say_notice(fault, false, notice));
}

/* Takes the line that begins with `key`, and all that follows, off the end. Returns the
 * rest of the line, or NULL when there is no such line. */
static const char *take_line(char *said, const char *key)
{
    char *line = said;

    while ((line = strchr(line, '\n')) && strncmp(line + 1, key, strlen(key)) != 0)
        line++;
    if (!line)
        return NULL;
    *line = '\0';
    return line + 1 + strlen(key);
}

enum error_party keeper_message_take(char *said, struct fault *fault)
{
    const char *told = take_line(said, NOTICE);

    fault_read_notice(fault, told ? told : "");
    return party_of(take_line(said, PARTY));
}
