/* notice.h: what everybody may read of a fault.
 *
 * A job's AdminComment is shown to every user of the cluster. A fault's own sentence
 * (error.h) names file servers, their hosts, ports and paths, which are for the job's
 * user and the site alone: they read it on the job's standard error and in the node's
 * logs. The notice says what is lacking, where, and who can act.
 */
#ifndef ATELIER_NOTICE_H
#define ATELIER_NOTICE_H

#include "lib/error.h"

#define NOTICE_SIZE ERROR_TEXT_SIZE

/* Writes the notice of `fault` and returns it: that `what` ("workspace `vision` on node
 * n1: volume `results`") could not be made ready, and whose fault that is. A fault of the
 * user's is said in full, since such a sentence repeats only what the user wrote. */
const char *notice_write(char notice[NOTICE_SIZE], const char *what,
                         const struct error *fault);

#endif
