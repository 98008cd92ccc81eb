/* greeting.h: the kernel's first request of a mount, and libfuse's answer to it. */
#ifndef ATELIER_NFS_GREETING_H
#define ATELIER_NFS_GREETING_H

#include "lib/error.h"
#include "nfs/volume.h"

/* Keeps what libfuse says of failures for the sentences of this file, and from the
 * standard error. To be called before any other function of libfuse. */
void greeting_hear_libfuse(void);

/* Returns a session of libfuse; or NULL with `error` filled (ERROR_NODE). */
struct fuse_session *greeting_session(const struct fuse_lowlevel_ops *operations,
                                      void *data, struct error *error);

/* Answers the kernel's first request, which is to be waiting in `fd`, a descriptor of
 * /dev/fuse; from then on `session` owns and serves that. Never waits. Returns 0; or -1
 * with `error` filled (ERROR_NODE). `fd` is closed in either case. */
int greeting_answer(struct fuse_session *session, int fd, struct error *error);

/* Plays the kernel's part, to learn whether this machine's libfuse can serve a session
 * of these operations. Returns 0; or -1 with `error` filled (ERROR_NODE). */
int greeting_try(const struct fuse_lowlevel_ops *operations, void *data,
                 struct error *error);

#endif
