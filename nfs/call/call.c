/* call.c: sends the remote calls that answer one request of the kernel. */
#include "nfs/call/call.h"

#include "nfs/call/connection.h"
#include "nfs/call/status.h"
#include "nfs/file/pages.h"
#include "nfs/file/told.h"
#include "nfs/file/writes.h"
#include "nfs/lock/lock.h"
#include "nfs/lock/lock_grant.h"
#include "nfs/name/directory.h"
#include "nfs/name/names.h"
#include "nfs/name/prune.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MS 5000     /* for the keeper to make room */
#define ROOM_PAUSE_MS 20 /* between two looks for room */
#define VAIN_MS 10000    /* after that was in vain, nobody waits for it */
#define JUKEBOX_MS 1000  /* how long a server that answers JUKEBOX is left alone */

struct inode *volume_inode(const struct volume *volume, fuse_ino_t number)
{
    return number == FUSE_ROOT_ID ? volume->root : (struct inode *)(uintptr_t)number;
}

fuse_ino_t volume_number(const struct volume *volume, const struct inode *inode)
{
    return inode == volume->root ? FUSE_ROOT_ID : (fuse_ino_t)(uintptr_t)inode;
}

struct call *call_begin_unasked(struct volume *volume, struct inode *inode)
{
    struct call *call = calloc(1, sizeof(*call));

    if (!call)
        return NULL;
    call->volume = volume;
    call->connection =
        connection_choose(volume->connections, volume->server->entry.connections);
    call->state = CALL_PARKED;
    call->started = clock_milliseconds();
    call->inode = inode_hold(inode);
    connection_add(call->connection, call);
    return call;
}

struct call *call_begin_open(fuse_req_t request, fuse_ino_t number)
{
    struct volume *volume = fuse_req_userdata(request);
    struct call *call = call_begin_unasked(volume, volume_inode(volume, number));

    if (call)
        call->request = request;
    else
        fuse_reply_err(request, ENOMEM);
    return call;
}

/* Begins a call, unless somebody else than the job's user or root asks. The mount lets
 * everybody in, since slurmstepd opens output files as root; but the server takes whoever
 * asks for the job's user. */
struct call *call_begin(fuse_req_t request, fuse_ino_t number)
{
    const struct volume *volume = fuse_req_userdata(request);
    uid_t uid = fuse_req_ctx(request)->uid;

    if (uid != volume->server->uid && uid != 0) {
        fuse_reply_err(request, EACCES);
        return NULL;
    }
    return call_begin_open(request, number);
}

int call_set_name(struct call *call, char *room, const char *name)
{
    size_t length = strnlen(name, NAME_MAX + 1);

    if (length > NAME_MAX) {
        call_fail(call, ENAMETOOLONG);
        return -1;
    }
    memcpy(room, name, length + 1);
    return 0;
}

void call_take_buffer(struct call *call)
{
    call->buffer = call->volume->request.mem;
    call->volume->request.mem = NULL;
}

struct diropargs3 call_where(const struct call *call)
{
    struct diropargs3 where = {.dir = inode_handle(call->inode),
                               .name = (char *)call->name};

    return where;
}

bool call_finds_locked(const struct call *call)
{
    const struct volume *volume = call->volume;

    for (unsigned i = 0; i < volume->server->entry.connections; i++)
        for (const struct call *other = volume->connections[i].first; other;
             other = other->next)
            if (other->locks && other->request && other->inode == call->inode)
                return true;
    return false;
}

/* Fails the call once libnfs has returned, since the connection may be found broken
 * then. */
static void fail_later(struct call *call, int cause)
{
    call->state = CALL_FAILED;
    call->cause = cause;
    connection_note_failure(call->connection);
}

static void delay(struct call *call, long long milliseconds)
{
    call->state = CALL_DELAYED;
    call->at = clock_milliseconds() + milliseconds;
    call->transaction = 0; /* under the old id, the old answer would come again */
}

/* Whoever looks at more files than fit waits with the first of them. */
void call_await_room(struct call *call)
{
    struct volume *volume = call->volume;
    long long now = clock_milliseconds();
    bool is_vain = volume->refused > 0 && now < volume->refused_at + VAIN_MS;

    if (now < call->started + ROOM_MS && !is_vain) {
        delay(call, ROOM_PAUSE_MS);
        return;
    }
    if (!is_vain)
        volume->refused_at = now;
    volume->refused++;
    fail_later(call, ENFILE);
}

static void on_result(struct rpc_context *rpc, int status, void *result, void *data)
{
    struct call *call = data;

    (void)rpc;
    if (status == RPC_STATUS_SUCCESS)
        connection_note_answer(call->connection);
    if (call->given_up) {
        if (call->late && status == RPC_STATUS_SUCCESS && result)
            call->late(call, result);
        call_finish(call);
    } else if (status != RPC_STATUS_SUCCESS || !result) {
        fail_later(call, EIO);
    } else if (*(enum nfsstat3 *)result == NFS3ERR_JUKEBOX) {
        delay(call, JUKEBOX_MS);
    } else {
        call->done(call, result);
    }
}

/* What was written under a lock must not reach the server when the lock is another's. */
static bool comes_too_late(const struct call *call)
{
    return call->procedure == PROCEDURE_WRITE && lock_is_lost(call->inode);
}

void call_transmit(struct call *call, struct rpc_context *rpc)
{
    if (comes_too_late(call)) {
        fail_later(call, EIO);
        return;
    }
    if (procedure_makes(call->procedure) && prune_is_full(call->volume)) {
        call_await_room(call);
        return;
    }
    if (call->transaction == 0)
        call->transaction = connection_next_transaction(call->connection);
    rpc_set_next_xid(rpc, call->transaction);
    call->state = CALL_SENT;
    call->sent = clock_milliseconds();
    if (procedure_send(call->procedure, rpc, &call->arguments, on_result, call) < 0) {
        /* It did not fit (encode.c), or there was no memory. */
        fail_later(call, call->procedure == PROCEDURE_SYMLINK ? ENAMETOOLONG : ENOMEM);
    }
}

static void on_interrupt(fuse_req_t request, void *data)
{
    struct call *call = data;

    (void)request;
    if (call->interrupted)
        return;
    call->interrupted = true;
    call->connection->interrupted++;
}

void call_watch(struct call *call)
{
    if (call->request)
        fuse_req_interrupt_func(call->request, on_interrupt, call);
}

fuse_req_t call_detach(struct call *call)
{
    fuse_req_t request = call->request;

    if (request)
        fuse_req_interrupt_func(request, NULL, NULL);
    call->request = NULL;
    return request;
}

void call_force(struct call *call)
{
    call->forced = true;
    call->connection->forced++;
}

void call_send(struct call *call, enum procedure procedure, call_done done)
{
    struct connection *connection = call->connection;

    if (call->volume->read_only && procedure_changes(procedure)) {
        call_fail(call, EROFS);
        return;
    }
    call->procedure = procedure;
    call->done = done;
    call->transaction = 0;
    call_watch(call);
    if (connection->state == CONNECTION_UP)
        call_transmit(call, connection->rpc);
    else
        call->state = CALL_WAITING;
}

void call_finish(struct call *call)
{
    struct volume *volume = call->volume;

    writes_unpark(call);
    pages_leave(call);
    lock_grant_leave(call);
    connection_remove(call->connection, call);
    inode_drop(&volume->inodes, call->inode);
    inode_drop(&volume->inodes, call->other);
    inode_drop(&volume->inodes, call->victim);
    directory_drop(call->directory);
    free(call->buffer);
    free(call);
}

void call_fail(struct call *call, int cause)
{
    if (call->request)
        fuse_reply_err(call->request, cause);
    if (call->failed)
        call->failed(call, cause);
    call_finish(call);
}

void call_answer_done(struct call *call)
{
    call_fail(call, 0);
}

/* Leaves a call whose request has its answer. The call goes on where libnfs has it, or
 * where it has something to do even if it fails. */
static void leave_alone(struct call *call)
{
    call->request = NULL;
    if (call->interrupted)
        call->connection->interrupted--;
    call->interrupted = false;
    if (call->state != CALL_SENT && !call->failed)
        call_finish(call);
}

void call_abandon(struct call *call, int cause)
{
    writes_abandon(call);
    fuse_reply_err(call->request, cause);
    leave_alone(call);
}

void call_give_up(struct call *call)
{
    if (call->state != CALL_SENT) {
        call_fail(call, EIO);
        return;
    }
    call->given_up = true;
    if (call->request)
        call_abandon(call, EIO);
    if (call->failed)
        call->failed(call, EIO);
    call->failed = NULL;
}

void call_excuse(struct call *call)
{
    if (!call->known || !call->known(call)) {
        call_give_up(call);
        return;
    }
    call->given_up = true;
    leave_alone(call);
}

void call_answer_attributes(struct call *call, struct inode *inode,
                            const struct fattr3 *attributes)
{
    struct stat status;

    double seconds = told_attributes(call->volume, inode, attributes, &status);

    if (call->request)
        fuse_reply_attr(call->request, &status, seconds);
    call_finish(call);
}

struct inode *call_entry(struct call *call, const struct nfs_fh3 *handle,
                         const struct fattr3 *attributes, struct fuse_entry_param *entry)
{
    struct inode *inode = inode_get(&call->volume->inodes, handle);

    memset(entry, 0, sizeof(*entry));
    if (!inode)
        return NULL;
    inode->lookups++;
    entry->attr_timeout = told_attributes(call->volume, inode, attributes, &entry->attr);
    entry->entry_timeout =
        names_hold(call->volume, call->inode, call->started, entry->attr_timeout);
    entry->ino = volume_number(call->volume, inode);
    return inode;
}

void call_answer_entry(struct call *call, const struct nfs_fh3 *handle,
                       const struct fattr3 *attributes)
{
    struct inode_table *inodes = &call->volume->inodes;
    struct fuse_entry_param entry;
    struct inode *inode;

    if (!call->request) {
        call_finish(call);
        return;
    }
    inode = call_entry(call, handle, attributes, &entry);
    if (!inode) {
        call_fail(call, EIO);
        return;
    }
    if (fuse_reply_entry(call->request, &entry) < 0)
        inode_forget(inodes, inode, 1);
    inode_drop(inodes, inode);
    call_finish(call);
}
