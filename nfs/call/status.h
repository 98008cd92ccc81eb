/* status.h: NFSv3 status codes as errno. */
#ifndef ATELIER_NFS_STATUS_H
#define ATELIER_NFS_STATUS_H

/* Returns the errno of an nfsstat3; 0 for NFS3_OK, EIO for a code that NFSv3 does not
 * know. */
int status_errno(int status);

#endif
