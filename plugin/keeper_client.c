/* keeper_client.c: starts, asks and stops the keeper of a job. */
#include "plugin/keeper_client.h"

#include "lib/deadline.h"
#include "lib/message.h"
#include "lib/policy/facts.h"
#include "lib/program.h"
#include "lib/protocol/keeper_message.h"
#include "lib/protocol/keeper_protocol.h"
#include "lib/protocol/release.h"
#include "lib/words.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The keeper bounds itself; this much later it is taken for hung. */
#define GRACE_MS 1000

/* For what a step's programs have left to be saved, and how often that is looked at. */
#define SAVE_MS 1000
#define SAVE_AGAIN_MS 100

_Static_assert(FACTS_KNOWN_MAX <= PROGRAM_MORE_MAX, "not all facts reach the keeper");

/* The setting `experiment`, a program of the submit host, has the key of a fact, for
 * which the keeper would take it. */
static void begin_words(struct words *words, const struct settings *settings,
                        const char *command, const struct job *job)
{
    char word[SETTINGS_WORD_SIZE];

    *words = (struct words){.count = 0};
    words_add(words, "%s", settings->keeper);
    words_add(words, "%s", command);
    for (size_t i = 0; i < settings_count(); i++) {
        settings_word(settings, i, word);
        if (!fact_find(word))
            words_add(words, "%s", word);
    }
    words_add(words, "job=%u", job->id);
    words_add(words, "node=%s", job->node);
}

/* A program's own name before its sentence helps at a terminal, not in a job's record. */
static const char *without_name(const char *said, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    size_t length = strlen(name);

    return strncmp(said, name, length) == 0 && strncmp(said + length, ": ", 2) == 0
               ? said + length + 2
               : said;
}

/* Returns the exit status, with `fault` filled when it is not 0, or there is a notice; or
 * -1 likewise. Releases the words. */
static int run_words(struct words *words, struct words *environment, int milliseconds,
                     struct fault *fault)
{
    char said[ERROR_TEXT_SIZE + FAULT_SAID_SIZE + 64];
    struct error *error = &fault->error;
    enum error_party party = ERROR_NODE;
    int status = -1;

    words_add(environment, KEEPER_RELEASE_VARIABLE "=" RELEASE);
    if (!words->failed && !environment->failed)
        status = program_run_with(words->list, environment->list, milliseconds, said,
                                  sizeof(said), error);
    else
        error_set(error, ERROR_NODE, "out of memory for the keeper's command line");
    if (status >= 0)
        party = keeper_message_take(said, fault);
    if ((status > 0 || *fault->notice) && said[0])
        error_set(error, party, "%s", without_name(said, words->list[0]));
    else if (status > 0)
        error_set(error, ERROR_NODE, "%s failed with exit code %d and did not say why",
                  words->list[0], status);
    words_release(words);
    words_release(environment);
    return status;
}

/* A number that nobody gives is left out; and so is a flag, which "" would give. */
static bool may_be_empty(const struct fact *fact)
{
    bool is_flag = fact->source == FACT_OF_USER && !option_words[fact->option].argument;

    return fact->kind == FACT_TEXT && !is_flag;
}

/* What the keeper would find of the facts in the environment of a Prolog= script, as far
 * as SPANK itself does not tell it, and no more: what the user wrote is not for everybody
 * who runs ps. */
static void add_facts(struct words *environment, const struct options *asked)
{
    for (size_t i = 0; i < facts_known_count; i++) {
        const struct fact *fact = &facts_known[i];
        const char *value = fact->source == FACT_OF_USER ? asked->value[fact->option]
                                                         : fact_in_environment(fact);

        if (fact->source != FACT_OF_SPANK && (may_be_empty(fact) || (value && *value)))
            words_add(environment, "%s=%s", fact->environment[0], value ? value : "");
    }
}

int keeper_client_start(const struct settings *settings, const struct job *job,
                        const struct options *asked, struct fault *fault)
{
    struct words words, environment = {.count = 0};
    int status;

    begin_words(&words, settings, "start", job);
    words_add(&words, "uid=%u", (unsigned)job->uid);
    words_add(&words, "gid=%u", (unsigned)job->gid);
    add_facts(&environment, asked);
    status = run_words(&words, &environment, KEEPER_START_MS + GRACE_MS, fault);
    fault->requeue = status == KEEPER_REQUEUE;
    return status == 0 ? 0 : -1;
}

int keeper_client_stop(const struct settings *settings, const struct job *job,
                       const char *restart, struct fault *fault)
{
    struct words words, environment = {.count = 0};
    int status;

    begin_words(&words, settings, "stop", job);
    if (restart)
        words_add(&words, "restart=%s", restart);
    status = run_words(&words, &environment, KEEPER_STOP_MS + GRACE_MS, fault);
    return status == 0 && fault->error.party == ERROR_NONE ? 0 : -1;
}

static void keeper_path(char path[PATH_MAX], const struct settings *settings,
                        const struct job *job, const char *file)
{
    snprintf(path, PATH_MAX, "%s/%s/%u%s", settings->run, job->node, job->id, file);
}

bool keeper_client_was_started(const struct settings *settings, const struct job *job)
{
    char path[PATH_MAX];

    keeper_path(path, settings, job, "");
    return access(path, F_OK) == 0 || errno != ENOENT;
}

bool keeper_client_has_shared(const struct settings *settings, const struct job *job)
{
    char path[PATH_MAX];

    keeper_path(path, settings, job, "/" KEEPER_SHARED);
    return access(path, F_OK) == 0;
}

/* A keeper that is being asked by more steps than its queue holds gives EAGAIN. */
static int connect_until(const char *path, const struct deadline *deadline)
{
    int fd;

    while ((fd = message_connect(path)) < 0 && errno == EAGAIN &&
           !deadline_passed(deadline))
        poll(NULL, 0, 10);
    return fd;
}

static int ask(int socket, enum keeper_request what, struct record **facts,
               int *namespace_fd, const struct deadline *deadline, struct error *error)
{
    return message_hand(socket, keeper_message_ask(what), -1, deadline, error) < 0
               ? -1
               : message_receive(socket, facts, namespace_fd, deadline, error);
}

/* It was started by the plugin that was here before. */
static int refuse_release(const struct record *facts, const struct job *job,
                          struct error *error)
{
    char keeper[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE];

    return error_set(error, ERROR_SITE,
                     "the keeper of job %u on node %s is %s, and the plugin %s, which do "
                     "not understand each other: submit the job again",
                     job->id, job->node, release_name_of(keeper, facts),
                     release_name(ours, RELEASE, KEEPER_PROTOCOL));
}

/* The namespace is entered as root: it must come from a process of root, whatever
 * directory the site chose, and be this job's. */
static int check_identity(int socket, const struct record *facts, const struct job *job,
                          struct error *error)
{
    unsigned long said;
    struct ucred peer;
    socklen_t size = sizeof(peer);

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
        peer.uid != geteuid())
        return error_set(error, ERROR_NODE,
                         "the keeper of job %u on node %s is not a process of root",
                         job->id, job->node);
    if (!keeper_message_is_ours(facts))
        return refuse_release(facts, job, error);
    if (record_number(facts, "job", job->id, job->id, &said) < 0 ||
        record_number(facts, "uid", job->uid, job->uid, &said) < 0)
        return error_set(error, ERROR_NODE,
                         "the keeper on node %s belongs to another job or user than "
                         "job %u; tell your administrator",
                         job->node, job->id);
    return 0;
}

static int explain_no_keeper(const struct job *job, int cause, struct error *error)
{
    char why[96];

    if (cause == ENOENT)
        snprintf(
            why, sizeof(why),
            "none was started in its prolog, and slurmd's log on that node says why");
    else
        snprintf(why, sizeof(why), "%s",
                 cause == ECONNREFUSED ? "it died" : strerror(cause));
    return error_set(error, ERROR_NODE,
                     "no keeper for job %u on node %s (%s): the job does not run outside "
                     "its workspace; tell your administrator",
                     job->id, job->node, why);
}

static int explain_no_answer(const struct job *job, const struct error *cause,
                             struct error *error)
{
    return error_set(error, ERROR_NODE,
                     "the keeper of job %u on node %s does not answer (%s): the job does "
                     "not run outside its workspace; tell your administrator",
                     job->id, job->node, cause->text);
}

int keeper_client_join(const struct settings *settings, const struct job *job,
                       struct record **facts, int *namespace_fd, struct error *error)
{
    struct deadline deadline = deadline_after(KEEPER_JOIN_MS);
    struct error cause = {.party = ERROR_NONE};
    char path[PATH_MAX];
    int socket, status;

    *facts = NULL;
    *namespace_fd = -1;
    keeper_path(path, settings, job, "/" KEEPER_SOCKET);
    socket = connect_until(path, &deadline);
    if (socket < 0)
        return explain_no_keeper(job, errno, error);
    if (ask(socket, KEEPER_JOIN, facts, namespace_fd, &deadline, &cause) < 0)
        status = explain_no_answer(job, &cause, error);
    else
        status = check_identity(socket, *facts, job, error);
    close(socket);
    if (status == 0)
        return 0;
    record_destroy(*facts);
    *facts = NULL;
    if (*namespace_fd >= 0)
        close(*namespace_fd);
    *namespace_fd = -1;
    return -1;
}

/* Hands the namespace over. Returns the answer, for the caller to destroy; or NULL with
 * `cause` filled. */
static struct record *hand_namespace(int socket, const struct job *job,
                                     const struct slurm_namespace *made,
                                     const struct error *found,
                                     const struct deadline *deadline, struct error *cause)
{
    struct record *request = keeper_message_namespace(job->id, made->directory,
                                                      found->party ? found->text : NULL);
    struct record *answer = NULL;

    if (message_hand(socket, request, made->fd, deadline, cause) == 0)
        message_receive(socket, &answer, NULL, deadline, cause);
    return answer;
}

/* A keeper that does not hear of the namespace leads the tasks past it, where Slurm may
 * end them before any of them can tell. */
static int write_notice(const struct job *job, struct fault *fault)
{
    char what[160];

    snprintf(
        what, sizeof(what),
        "on node %.64s the volumes, in the mount namespace that Slurm makes for each job",
        job->node);
    fault_write_notice(fault, what);
    return -1;
}

int keeper_client_tell_namespace(const struct settings *settings, const struct job *job,
                                 const struct slurm_namespace *made,
                                 const struct error *found, struct fault *fault)
{
    struct deadline deadline = deadline_after(KEEPER_GRAFT_MS);
    struct error cause = {.party = ERROR_NONE};
    struct record *answer;
    char path[PATH_MAX];
    int socket;

    keeper_path(path, settings, job, "/" KEEPER_SOCKET);
    socket = connect_until(path, &deadline);
    if (socket < 0) {
        explain_no_keeper(job, errno, &fault->error);
        return write_notice(job, fault);
    }
    answer = hand_namespace(socket, job, made, found, &deadline, &cause);
    close(socket);
    if (!answer) {
        explain_no_answer(job, &cause, &fault->error);
        return write_notice(job, fault);
    }
    keeper_message_fault(answer, fault);
    record_destroy(answer);
    return fault->error.party ? -1 : 0;
}

/* Returns the answer, for the caller to destroy; NULL for none. */
static struct record *ask_at_end(const char *path)
{
    struct deadline deadline = deadline_after(KEEPER_JOIN_MS);
    struct error ignored = {.party = ERROR_NONE};
    struct record *answer = NULL;
    int socket = connect_until(path, &deadline);

    if (socket < 0 || ask(socket, KEEPER_ENDED, &answer, NULL, &deadline, &ignored) < 0)
        answer = NULL;
    if (socket >= 0)
        close(socket);
    return answer;
}

int keeper_client_ask_losses(const struct settings *settings, const struct job *job,
                             struct fault *fault)
{
    struct deadline patience = deadline_after(SAVE_MS);
    struct record *answer;
    char path[PATH_MAX];

    keeper_path(path, settings, job, "/" KEEPER_SOCKET);
    answer = ask_at_end(path);
    while (answer && keeper_message_is(answer, KEEPER_UNSAFE) &&
           !deadline_passed(&patience)) {
        record_destroy(answer);
        poll(NULL, 0, SAVE_AGAIN_MS);
        answer = ask_at_end(path);
    }
    if (answer && record_get(answer, "notice"))
        keeper_message_fault(answer, fault);
    record_destroy(answer);
    return *fault->notice ? -1 : 0;
}
