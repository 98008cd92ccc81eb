/* procedure.h: NFSv3's procedures, their arguments, and one way to send any of them. */
#ifndef ATELIER_NFS_PROCEDURE_H
#define ATELIER_NFS_PROCEDURE_H

#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <stdbool.h>

enum procedure {
    PROCEDURE_GETATTR,
    PROCEDURE_LOOKUP,
    PROCEDURE_ACCESS,
    PROCEDURE_READLINK,
    PROCEDURE_READ,
    PROCEDURE_READDIR,
    PROCEDURE_READDIRPLUS,
    PROCEDURE_FSSTAT,
    PROCEDURE_SETATTR, /* from here on they change something */
    PROCEDURE_WRITE,
    PROCEDURE_COMMIT,
    PROCEDURE_CREATE,
    PROCEDURE_MKDIR,
    PROCEDURE_SYMLINK,
    PROCEDURE_MKNOD,
    PROCEDURE_REMOVE,
    PROCEDURE_RMDIR,
    PROCEDURE_RENAME,
    PROCEDURE_LINK
};

union procedure_arguments {
    struct nfs_fh3 handle; /* all that GETATTR, READLINK and FSSTAT take */
    struct GETATTR3args getattr;
    struct LOOKUP3args lookup;
    struct ACCESS3args access;
    struct READLINK3args readlink;
    struct READ3args read;
    struct READDIR3args readdir;
    struct READDIRPLUS3args readdirplus;
    struct FSSTAT3args fsstat;
    struct SETATTR3args setattr;
    struct WRITE3args write;
    struct COMMIT3args commit;
    struct CREATE3args create;
    struct MKDIR3args mkdir;
    struct SYMLINK3args symlink;
    struct MKNOD3args mknod;
    struct REMOVE3args remove;
    struct RMDIR3args rmdir;
    struct RENAME3args rename;
    struct LINK3args link;
};

/* Returns whether a read-only volume must not send the procedure. */
bool procedure_changes(enum procedure procedure);

/* Returns whether the procedure's answer is a new inode. */
bool procedure_makes(enum procedure procedure);

/* Queues the call on `rpc`. libnfs encodes the arguments before this returns, so they
 * need not live on. Returns 0, and then `done` is called exactly once; or -1. */
int procedure_send(enum procedure procedure, struct rpc_context *rpc,
                   union procedure_arguments *arguments, rpc_cb done, void *data);

#endif
