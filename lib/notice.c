/* notice.c: makes the notice of a fault that everybody may read. */
#include "lib/notice.h"

#include "lib/protocol/keeper_protocol.h"

#include <stdio.h>

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

const char *notice_write(char notice[NOTICE_SIZE], const char *what,
                         const struct error *fault)
{
    if (fault->party == ERROR_USER)
        snprintf(notice, NOTICE_SIZE, "%s", fault->text);
    else
        snprintf(notice, NOTICE_SIZE,
                 "%s could not be made ready: a fault of %s, and the node's log says "
                 "which%s",
                 what, whose(fault->party),
                 fault->party == ERROR_SITE ? "; tell the site's administrators"
                                            : KEEPER_ADVICE);
    return notice;
}
