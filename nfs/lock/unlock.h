/* unlock.h: giving up the locks of a client that is dead, in its name. */
#ifndef ATELIER_NFS_UNLOCK_H
#define ATELIER_NFS_UNLOCK_H

#include "nfs/client.h"

/* Does what request=unlock asks for, within the request's deadline_ms. */
void unlock_all(struct client *client);

#endif
