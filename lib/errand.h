/* errand.h: work that a dead server or disk could make hang, or that is to have other
 * rights than ours, done in a child that sends its answer back.
 *
 * The child shares the mount namespace, so what it mounts and unmounts is the caller's
 * too; its memory and descriptors are its own: 0 to 2 are the caller's, and
 * PROCESS_SOCKET is the other end of a socket that keeps messages apart. It is one of
 * process_fork. At the deadline it is killed. A child that not even SIGKILL ends is left
 * behind, and the caller goes on.
 */
#ifndef ATELIER_ERRAND_H
#define ATELIER_ERRAND_H

#include "lib/deadline.h"
#include "lib/ending.h"
#include "lib/error.h"
#include "lib/process.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct errand {
    pid_t child; /* 0: none, or it has ended and was reaped */
    int socket;  /* to it; -1 */
    struct ending ending;
};

/* Starts a child that calls `work(data)`, whose result is its exit status; what it wants
 * to say it writes to PROCESS_SOCKET. `name`, what it is called in sentences, must
 * outlive `errand`. Returns 0; or -1 with `error` filled (ERROR_NODE), and nothing to be
 * ended. */
int errand_start(struct errand *errand, const char *name, int (*work)(const void *data),
                 const void *data, struct error *error);

/* Waits for the child's next message, which is to have `size` bytes. Returns 0; or -1
 * when none came by the deadline, or another: see errand_has_ended. */
int errand_receive(struct errand *errand, void *answer, size_t size,
                   const struct deadline *deadline);

/* Returns whether the child, of which there is no message, has ended or does so in a
 * moment; then `errand->ending` can be described. */
bool errand_has_ended(struct errand *errand);

/* Closes the socket, and kills the child where it still runs at the deadline. */
void errand_end(struct errand *errand, const struct deadline *deadline);

/* Closes the socket and kills the child at once. */
void errand_kill(struct errand *errand);

/* Runs `work(data, error)` in a child; it returns 0 or -1 with its `error` filled.
 * Returns the same, with its error; or -1 with `error` filled (ERROR_NODE), that `what`,
 * such as "volume `data`: binding /lustre", did not end in time. */
int errand_run(int (*work)(const void *data, struct error *error), const void *data,
               const char *what, const struct deadline *deadline, struct error *error);

/* Runs `work(data)` in such a child, which has `kept` (none when -1) in the socket's
 * place. Returns its exit status, 0 to 255; or -1 when it was not started, was killed or
 * did not end in time. */
int errand_do(int (*work)(const void *data), const void *data, int kept,
              const struct deadline *deadline);

#endif
