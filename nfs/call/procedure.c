/* procedure.c: has the table of NFSv3's procedures, and sends any of them. */
#include "nfs/call/procedure.h"

bool procedure_changes(enum procedure procedure)
{
    return procedure >= PROCEDURE_SETATTR;
}

bool procedure_makes(enum procedure procedure)
{
    return procedure >= PROCEDURE_CREATE && procedure <= PROCEDURE_MKNOD;
}

int procedure_send(enum procedure procedure, struct rpc_context *rpc,
                   union procedure_arguments *arguments, rpc_cb done, void *data)
{
    switch (procedure) {
    case PROCEDURE_GETATTR:
        return rpc_nfs3_getattr_async(rpc, done, &arguments->getattr, data);
    case PROCEDURE_LOOKUP:
        return rpc_nfs3_lookup_async(rpc, done, &arguments->lookup, data);
    case PROCEDURE_ACCESS:
        return rpc_nfs3_access_async(rpc, done, &arguments->access, data);
    case PROCEDURE_READLINK:
        return rpc_nfs3_readlink_async(rpc, done, &arguments->readlink, data);
    case PROCEDURE_READ:
        return rpc_nfs3_read_async(rpc, done, &arguments->read, data);
    case PROCEDURE_READDIR:
        return rpc_nfs3_readdir_async(rpc, done, &arguments->readdir, data);
    case PROCEDURE_READDIRPLUS:
        return rpc_nfs3_readdirplus_async(rpc, done, &arguments->readdirplus, data);
    case PROCEDURE_FSSTAT:
        return rpc_nfs3_fsstat_async(rpc, done, &arguments->fsstat, data);
    case PROCEDURE_SETATTR:
        return rpc_nfs3_setattr_async(rpc, done, &arguments->setattr, data);
    case PROCEDURE_WRITE:
        return rpc_nfs3_write_async(rpc, done, &arguments->write, data);
    case PROCEDURE_COMMIT:
        return rpc_nfs3_commit_async(rpc, done, &arguments->commit, data);
    case PROCEDURE_CREATE:
        return rpc_nfs3_create_async(rpc, done, &arguments->create, data);
    case PROCEDURE_MKDIR:
        return rpc_nfs3_mkdir_async(rpc, done, &arguments->mkdir, data);
    case PROCEDURE_SYMLINK:
        return rpc_nfs3_symlink_async(rpc, done, &arguments->symlink, data);
    case PROCEDURE_MKNOD:
        return rpc_nfs3_mknod_async(rpc, done, &arguments->mknod, data);
    case PROCEDURE_REMOVE:
        return rpc_nfs3_remove_async(rpc, done, &arguments->remove, data);
    case PROCEDURE_RMDIR:
        return rpc_nfs3_rmdir_async(rpc, done, &arguments->rmdir, data);
    case PROCEDURE_RENAME:
        return rpc_nfs3_rename_async(rpc, done, &arguments->rename, data);
    case PROCEDURE_LINK:
        return rpc_nfs3_link_async(rpc, done, &arguments->link, data);
    }
    return -1;
}
