/* launcher_meeting.h: where the processes of a step meet, as its launcher's meeting()
 * says, for the launch check (atelier-launcher(7)). */
#ifndef ATELIER_LAUNCHER_MEETING_H
#define ATELIER_LAUNCHER_MEETING_H

#include "lib/error.h"
#include "lib/hostlist.h"
#include "lib/launcher/launcher.h"

#define LAUNCHER_NODE_SIZE 256 /* a host name, with its NUL */

struct meeting {
    char node[LAUNCHER_NODE_SIZE]; /* where rank 0 listens */
    unsigned port;
    unsigned own_port; /* where this task listens; 0 when it does not */
    char *directory;   /* that all nodes must share; malloc'ed, NULL for none */
    unsigned rank;     /* this task's, as the launcher sees it */
    struct hostlist nodes;
    unsigned *tasks_per_node; /* of each of them */
};

/* Asks the launcher. Returns 0, with `meeting` to be released; or -1 with `error` filled
 * as launcher_environment. */
int launcher_meeting(struct meeting *meeting, const struct launcher *launcher,
                     const struct layout *layout, struct error *error);
void launcher_meeting_release(struct meeting *meeting);

#endif
