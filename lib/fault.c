/* fault.c: says a fault to its job's user, and to everybody. */
#include "lib/fault.h"

#include <stdio.h>
#include <string.h>

#define ADVICE "; submit the job again later, or tell the site's administrators"
#define AGAIN "; Slurm runs the job again by itself"

static const char *whose(enum error_party party)
{
    switch (party) {
    case ERROR_STORAGE:
        return "its storage";
    case ERROR_SITE:
        return "the site's configuration";
    default:
        return "this node";
    }
}

void fault_write_notice(struct fault *fault, const char *what)
{
    enum error_party party = fault->error.party;

    fault->may_pass = party != ERROR_USER && party != ERROR_SITE;
    if (party == ERROR_USER)
        snprintf(fault->notice, FAULT_NOTICE_SIZE, "%s", fault->error.text);
    else
        snprintf(fault->notice, FAULT_NOTICE_SIZE,
                 "%s could not be made ready: a fault of %s, and the node's log says "
                 "which%s",
                 what, whose(party),
                 party == ERROR_SITE ? "; tell the site's administrators" : "");
}

void fault_add_place(struct fault *fault, const char *place)
{
    struct error cause = fault->error;

    if (cause.party != ERROR_STORAGE && cause.party != ERROR_NODE)
        return;
    error_clear(&fault->error);
    error_set(&fault->error, cause.party, "%s: %s" ADVICE, place, cause.text);
}

const char *fault_say_notice(const struct fault *fault, bool again,
                             char text[FAULT_SAID_SIZE])
{
    snprintf(text, FAULT_SAID_SIZE, "%s%s", fault->notice,
             !fault->may_pass ? ""
             : again          ? AGAIN
                              : ADVICE);
    return text;
}

void fault_read_notice(struct fault *fault, const char *text)
{
    size_t length = strlen(text), advice = strlen(ADVICE);

    fault->may_pass = length >= advice && strcmp(text + length - advice, ADVICE) == 0;
    snprintf(fault->notice, FAULT_NOTICE_SIZE, "%.*s",
             (int)(fault->may_pass ? length - advice : length), text);
}
