/* lock_thread.h: the thread of a lock service: its queue, connection and time-outs. */
#ifndef ATELIER_NFS_LOCK_THREAD_H
#define ATELIER_NFS_LOCK_THREAD_H

#include "nfs/lock/lock_service.h"

/* Serves until the service is told to stop; for pthread_create. */
void *lock_thread_run(void *service);

#endif
