/* loss.c: tells what a job wrote and its file servers did not take. */
#include "storage/client/loss.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LOSSES_SIZE (ERROR_TEXT_SIZE / 2)
#define SENTENCE "workspace `%s` on node %s: %s of the bytes %s"

/* The words of one of the two things to tell. */
struct telling {
    const char *key;
    const char *sure, *unsure; /* before the number of bytes */
    const char *which;         /* which bytes they are, and what to do */
};

/* For the end of the job. The server may still carry out what was sent and not
 * answered. */
static const struct telling at_end = {
    LOSS_KEY, "did not confirm ", "may not have confirmed ",
    "that the job wrote before its end; they may be missing; check the files that were "
    "written last"};

/* For a running job. Its sentence is also read long after the end. */
static const struct telling before_end = {
    LOSS_UNSAFE, "had not confirmed ", "may not have confirmed ",
    "that a program of the job wrote before it ended; they are missing unless the server "
    "took them later; check the files that were written last"};

/* Appends what became of the volume. Where everybody may read it, its server is not
 * named. What does not fit is left out. */
static void add(char losses[LOSSES_SIZE], const struct telling *telling,
                const struct plan_volume *volume, const char *bytes, bool is_open)
{
    size_t used = strlen(losses);
    bool is_known = strcmp(bytes, LOSS_UNKNOWN) != 0;
    char server[2 * NAME_LENGTH_MAX + 280] = "";

    if (!is_open)
        snprintf(server, sizeof(server), " of file server `%s` (%s)", volume->server.name,
                 volume->server.host);
    snprintf(losses + used, LOSSES_SIZE - used, "%svolume `%s`%s: the server %s%s",
             used ? ", " : "", volume->name, server,
             is_known ? telling->sure : telling->unsure, is_known ? bytes : "some");
}

static bool list(char losses[LOSSES_SIZE], const struct telling *telling,
                 const struct plan *plan, const struct record *report, bool is_open)
{
    char key[NAME_LENGTH_MAX + sizeof("." LOSS_UNSAFE)];

    losses[0] = '\0';
    for (size_t i = 0; i < plan->volume_count; i++) {
        const char *bytes;

        snprintf(key, sizeof(key), "%s.%s", plan->volumes[i].name, telling->key);
        bytes = record_get(report, key);
        if (bytes)
            add(losses, telling, &plan->volumes[i], bytes, is_open);
    }
    return losses[0];
}

static int tell(const struct telling *telling, const struct plan *plan, const char *node,
                const struct record *report, struct fault *fault)
{
    char losses[LOSSES_SIZE];

    if (!list(losses, telling, plan, report, true))
        return 0;
    snprintf(fault->notice, FAULT_NOTICE_SIZE, SENTENCE, plan->workspace, node, losses,
             telling->which);
    list(losses, telling, plan, report, false);
    return error_set(&fault->error, ERROR_STORAGE, SENTENCE, plan->workspace, node,
                     losses, telling->which);
}

int loss_check(const struct plan *plan, const char *node, const struct record *report,
               struct fault *fault)
{
    return tell(&at_end, plan, node, report, fault);
}

int loss_check_unsafe(const struct plan *plan, const char *node,
                      const struct record *report, struct fault *fault)
{
    return tell(&before_end, plan, node, report, fault);
}
