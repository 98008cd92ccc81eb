/* status.c: converts NFSv3 status codes to errno. */
#include "nfs/call/status.h"

#include <errno.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <stddef.h>

/* libnfs's own table gives ERANGE for codes such as JUKEBOX, and lacks EDQUOT on some
 * systems. */
static const struct {
    enum nfsstat3 status;
    int cause;
} codes[] = {
    {NFS3_OK, 0},
    {NFS3ERR_PERM, EPERM},
    {NFS3ERR_NOENT, ENOENT},
    {NFS3ERR_IO, EIO},
    {NFS3ERR_NXIO, ENXIO},
    {NFS3ERR_ACCES, EACCES},
    {NFS3ERR_EXIST, EEXIST},
    {NFS3ERR_XDEV, EXDEV},
    {NFS3ERR_NODEV, ENODEV},
    {NFS3ERR_NOTDIR, ENOTDIR},
    {NFS3ERR_ISDIR, EISDIR},
    {NFS3ERR_INVAL, EINVAL},
    {NFS3ERR_FBIG, EFBIG},
    {NFS3ERR_NOSPC, ENOSPC},
    {NFS3ERR_ROFS, EROFS},
    {NFS3ERR_MLINK, EMLINK},
    {NFS3ERR_NAMETOOLONG, ENAMETOOLONG},
    {NFS3ERR_NOTEMPTY, ENOTEMPTY},
    {NFS3ERR_DQUOT, EDQUOT},
    {NFS3ERR_STALE, ESTALE},
    {NFS3ERR_REMOTE, EREMOTE},
    {NFS3ERR_BADHANDLE, ESTALE},
    {NFS3ERR_BAD_COOKIE, EINVAL},
    {NFS3ERR_NOTSUPP, EOPNOTSUPP},
    {NFS3ERR_TOOSMALL, EINVAL},
    {NFS3ERR_BADTYPE, EINVAL},
};

int status_errno(int status)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if ((int)codes[i].status == status)
            return codes[i].cause;
    return EIO;
}
