/* fault.h: why a job cannot run on a node, or what it lost there, for all who read it.
 *
 * The sentence (error.h) names file servers, their hosts, ports and paths. It is for the
 * job's user and the site alone, who read it on the job's standard error and in the
 * node's logs. The notice is for everybody: a job's AdminComment is shown to every user
 * of the cluster. It says what is lacking, where, and who can act.
 *
 * A fault goes whole from the keeper to the plugin (keeper_message.h). What is to be done
 * about one that may pass is added to the notice where it is said, since only there it is
 * known whether Slurm does it by itself.
 */
#ifndef ATELIER_FAULT_H
#define ATELIER_FAULT_H

#include "lib/error.h"

#include <stdbool.h>

#define FAULT_NOTICE_SIZE ERROR_TEXT_SIZE
#define FAULT_SAID_SIZE (FAULT_NOTICE_SIZE + 80) /* with what to do */

/* Empty as {0}. */
struct fault {
    struct error error;             /* the sentence, and who can act */
    char notice[FAULT_NOTICE_SIZE]; /* "" for a fault that is not for everybody */
    bool may_pass; /* what the notice is about may be well at another time or on another
                      node */
    bool requeue;  /* the policy wants such a job to be tried again */
};

/* Writes the notice: that `what` ("workspace `vision` on node n1: volume `results`")
 * could not be made ready, and whose fault that is. A fault of the user's is said in
 * full, since such a sentence repeats only what the user wrote. */
void fault_write_notice(struct fault *fault, const char *what);

/* Puts `place` before the sentence of a node's or a file server's fault, and what to do
 * behind it. A user's or the site's mistake is the same everywhere, and stays. */
void fault_add_place(struct fault *fault, const char *place);

/* Writes the notice to `text`, and returns it: of a fault that may pass with what to do,
 * or, `again`, that Slurm does it by itself. */
const char *fault_say_notice(const struct fault *fault, bool again,
                             char text[FAULT_SAID_SIZE]);

/* Reads a notice that fault_say_notice wrote of a job that is not run again. */
void fault_read_notice(struct fault *fault, const char *text);

#endif
