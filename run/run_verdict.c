/* run_verdict.c: says why a step went wrong, and which status that is. */
#include "run/run_verdict.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_SIZE (3 * RUN_WORD_SIZE)
#define OTHERS_SIZE 64
#define PLACE_SIZE 512

void run_verdict_give(struct run_verdict *verdict, int status, const char *format, ...)
{
    struct error error = {.party = ERROR_NONE};
    va_list arguments;
    char text[2 * ERROR_TEXT_SIZE];

    if (verdict->is_given)
        return;
    verdict->is_given = true;
    verdict->result->status = status;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    error_set(&error, ERROR_USER, "%s", text);
    snprintf(verdict->result->sentence, sizeof(verdict->result->sentence), "%s",
             error.text);
}

/* Returns "rank 1 on node n2", "rank 2 (wk-0) on node n1", or "the preparation on node
 * n2". */
static const char *name_of(const struct run_step_request *request,
                           const struct run_peer *peer, char name[NAME_SIZE])
{
    if (request->is_preparation)
        snprintf(name, NAME_SIZE, "the preparation on node %s", peer->rank.node);
    else if (strcmp(peer->rank.log, "-") != 0)
        snprintf(name, NAME_SIZE, "rank %u (%s) on node %s", peer->rank.number,
                 peer->rank.log, peer->rank.node);
    else
        snprintf(name, NAME_SIZE, "rank %u on node %s", peer->rank.number,
                 peer->rank.node);
    return name;
}

static const char *others(const struct run_step_request *request, unsigned left,
                          char text[OTHERS_SIZE])
{
    text[0] = '\0';
    if (!request->is_preparation && left > 0)
        snprintf(text, OTHERS_SIZE, "; the %u that still ran %s ended", left,
                 left == 1 ? "was" : "were");
    return text;
}

/* Returns where the process's last lines are, unless the reader has them on the
 * screen. */
static const char *place_of(const struct run_step_request *request,
                            const struct run_peer *peer, char text[PLACE_SIZE])
{
    const struct rank_name name = {
        .rank = peer->rank.number, .node = peer->rank.node, .log = peer->rank.log};
    size_t length = (size_t)snprintf(text, PLACE_SIZE, ": see ");

    if (!request->directory || !log_file_exists(request->logs) ||
        log_file_path(text + length, PLACE_SIZE - length, request->directory,
                      request->logs, "stderr", &name) >= (int)(PLACE_SIZE - length))
        text[0] = '\0';
    return text;
}

/* Returns what a signal usually means, where users cannot know it. */
static const char *hint(int signal)
{
    return signal == SIGKILL ? ": the job's or the node's memory may have run out" : "";
}

void run_verdict_end(struct run_verdict *verdict, const struct run_step_request *request,
                     const struct run_peer *peer, bool by_signal, int number,
                     unsigned left)
{
    const char *first = request->is_preparation ? "failed"
                        : request->tasks == 1   ? "died"
                                                : "died first";
    char name[NAME_SIZE], rest[OTHERS_SIZE], place[PLACE_SIZE];

    name_of(request, peer, name);
    others(request, left, rest);
    place_of(request, peer, place);
    if (by_signal)
        run_verdict_give(verdict, STEP_SIGNALLED + number, "%s %s, killed by SIG%s%s%s%s",
                         name, first, sigabbrev_np(number) ? sigabbrev_np(number) : "?",
                         hint(number), rest, place);
    else
        run_verdict_give(verdict, number, "%s %s, with exit code %d%s%s", name, first,
                         number, rest, place);
}

void run_verdict_loss(struct run_verdict *verdict, const struct run_step_request *request,
                      const struct run_peer *peer, unsigned left)
{
    char name[NAME_SIZE], rest[OTHERS_SIZE];

    run_verdict_give(verdict, STEP_SIGNALLED + SIGKILL,
                     "%s died first: it was killed together with what watched it, or the "
                     "node is gone%s",
                     name_of(request, peer, name), others(request, left, rest));
}

void run_verdict_refusal(struct run_verdict *verdict,
                         const struct run_step_request *request,
                         const struct run_peer *peer, const char *sentence)
{
    if (request->is_preparation)
        run_verdict_give(verdict, STEP_REFUSED,
                         "the preparation cannot start on node %s: %s", peer->rank.node,
                         sentence);
    else
        run_verdict_give(verdict, STEP_REFUSED, "rank %u cannot start on node %s: %s",
                         peer->rank.number, peer->rank.node, sentence);
}

void run_verdict_release(struct run_verdict *verdict,
                         const struct run_step_request *request,
                         const struct run_peer *peer)
{
    char its[RELEASE_NAME_SIZE], ours[RELEASE_NAME_SIZE];
    char sentence[2 * RELEASE_NAME_SIZE + 128];

    snprintf(sentence, sizeof(sentence),
             "what is installed there is %s, and this `atelier run` %s, which do not "
             "understand each other: install one release on all nodes",
             release_name(its, peer->rank.release, peer->rank.protocol),
             release_name(ours, RELEASE, RUN_PROTOCOL));
    run_verdict_refusal(verdict, request, peer, sentence);
}
