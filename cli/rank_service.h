/* rank_service.h: a framework's own server, beside rank 0.
 *
 * It is ready when it has written something to its standard output, a line such as
 * "ready"; it ends with the rank.
 */
#ifndef ATELIER_RANK_SERVICE_H
#define ATELIER_RANK_SERVICE_H

#include "error.h"

#include <sys/types.h>

/* Starts `words` and waits until it is ready, 30 seconds at most. Returns its process id;
 * or -1 with `error` filled (ERROR_SITE). */
pid_t rank_service_start(char *const words[], struct error *error);

#endif
