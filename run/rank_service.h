/* rank_service.h: a framework's own server, beside a rank.
 *
 * The launcher gives the rank the server's command in ATELIER_SERVICE. The server is
 * ready when it has written something to its standard output, a line such as "ready". It
 * ends with the rank.
 */
#ifndef ATELIER_RANK_SERVICE_H
#define ATELIER_RANK_SERVICE_H

#include "lib/error.h"

#include <sys/types.h>

#define SERVICE_VARIABLE "ATELIER_SERVICE"

/* Starts `command` by sh, whose $0 is `program`, the rank's own program, and waits until
 * it is ready, 30 seconds at most. Returns its process id; or -1 with `error` filled
 * (ERROR_USER). */
pid_t rank_service_start(const char *command, const char *program, struct error *error);

#endif
