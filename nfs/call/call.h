/* call.h: one request of the kernel, and the remote calls that answer it.
 *
 * An operation begins a call, fills in the arguments and sends it; `done` is called from
 * the event loop with the decoded result, and either sends the next remote call that the
 * request needs or answers. Every way to answer ends the call: nothing of it may be
 * touched afterwards.
 *
 *     call_begin -> call_send -> done -> [call_send -> done ...] -> call_answer_* /
 * call_fail
 *
 * When the connection breaks, a call that was sent waits for the next one and is sent
 * again under its old transaction id, by which the server tells a repetition from a new
 * wish. When the server asks for patience (JUKEBOX), it is sent again later. A task that
 * is being killed is answered EINTR at once; the call then goes on without a request, and
 * its result is dropped.
 */
#ifndef ATELIER_NFS_CALL_H
#define ATELIER_NFS_CALL_H

#include "nfs/call/procedure.h"
#include "nfs/volume.h"

struct call;
struct directory;

typedef void (*call_done)(struct call *call, void *result);

enum call_state {
    CALL_PARKED,  /* not sent: it waits for its turn (writes.h), or is being made */
    CALL_SENT,    /* libnfs has it */
    CALL_WAITING, /* for a connection */
    CALL_DELAYED, /* until `at`: the server asked for it, or there is no room */
    CALL_FAILED   /* libnfs gave it up: because of the call, or of the connection? */
};

/* What a parked call waits for. */
enum wait {
    WAIT_ROOM,    /* for memory, and for writes that it would overtake */
    WAIT_ANSWERS, /* until the server has answered all WRITEs of the file */
    WAIT_COMMIT   /* until nothing of the file is kept */
};

struct call {
    struct call *previous, *next; /* in its connection, oldest first */
    struct volume *volume;
    struct connection *connection;
    fuse_req_t request; /* NULL when nobody waits for an answer */
    enum call_state state;
    long long started, sent, at;
    uint32_t transaction; /* 0 before it was sent */
    int cause;            /* CALL_FAILED: the errno, if the call was to blame */
    bool interrupted;     /* a signal came; not every one kills */
    bool forced;   /* the kernel lets the task wait for it even when it is killed */
    bool given_up; /* too late: only libnfs still knows it */
    bool locks;    /* the kernel holds the inode's lock for it, as a write's */
    bool for_job;  /* who waits for it was looked at, and is not root */
    bool (*known)(struct call *call); /* or NULL: answers without the server; false: no */
    enum procedure procedure;
    union arguments arguments;
    call_done done;
    call_done late; /* or NULL: hears what the server answers to a call given up */
    void (*failed)(struct call *call, int cause); /* or NULL: what is to be done then */

    /* While it waits for what was written before it, see writes.h. */
    struct call *next_parked;
    struct writes *parked;
    void (*resume)(struct call *call);
    enum wait wait;
    struct extent *extent; /* that a write of nobody's sends */

    struct lock_grant *grant; /* that it is about, see lock_grant.h */
    struct pages_word *word;  /* that it waits for, see pages.h */
    struct version present;   /* what the file was like, as the server said */

    /* What the operation is about; references are dropped with the call. */
    struct inode *inode, *other, *victim;
    struct directory *directory;
    char name[NAME_MAX + 1], other_name[NAME_MAX + 1];
    char *buffer; /* malloc'ed: a write's data, a long read's, a link's target, a
                   * hidden name */
    const char *data;
    uint64_t offset;
    uint64_t
        kernels; /* where the kernel put a write: with the next three, see append.h */
    uint32_t moment, writes;
    void (*placed)(struct call *call);
    size_t size, moved;
    mode_t mode;
    int mask;            /* of access(2); or which of the changes are wished for */
    struct stat changes; /* of a setattr */
    struct flock lock;   /* of an unlock; l_pid tells flock's from fcntl's */
    bool waits;          /* of a lock: until it is granted */
    bool plus;
    struct fuse_file_info file;
};

/* A call for `request` about inode `number`. NULL when memory is short or the asking
 * process is neither the job's user nor root: then the request has been answered. */
struct call *call_begin(fuse_req_t request, fuse_ino_t number);

/* As call_begin, without the check: for what an open file allows, and for the kernel's
 * own requests (it writes dirty pages back as nobody in particular). */
struct call *call_begin_open(fuse_req_t request, fuse_ino_t number);

/* A call that nobody waits for. NULL when memory is short. */
struct call *call_begin_unasked(struct volume *volume, struct inode *inode);

/* Copies a name from the kernel to `room` (NAME_MAX + 1 bytes, of the call). Returns 0;
 * or -1 when it is too long: then the call has been answered. */
int call_set_name(struct call *call, char *room, const char *name);

/* Makes the request's buffer the call's own, so that data in it need not be copied. */
void call_take_buffer(struct call *call);

/* The inode's handle with a name in it, as most procedures want it. */
struct diropargs3 call_where(const struct call *call);

/* Whether a task that waits for another call on the inode keeps its lock meanwhile. */
bool call_finds_locked(const struct call *call);

/* Sends the arguments, now or when there is a connection. */
void call_send(struct call *call, enum procedure procedure, call_done done);

/* Sends the same once more in a moment, when the kernel remembers less (prune_is_full).
 * When there is no room for some seconds, it is refused: ENFILE. */
void call_await_room(struct call *call);

/* The ways to answer; each ends the call. */
void call_fail(struct call *call, int cause);
void call_answer_done(struct call *call); /* success, and nothing more to say */
void call_answer_attributes(struct call *call, struct inode *inode,
                            const struct fattr3 *attributes);
void call_answer_entry(struct call *call, const struct nfs_fh3 *handle,
                       const struct fattr3 *attributes);
void call_finish(struct call *call); /* without an answer, or after one */

/* Tells the kernel's inode of `handle`, which has a name in the call's, in `entry`;
 * returns the inode, whose lookups count one more, with a reference; NULL when it cannot
 * be. */
struct inode *call_entry(struct call *call, const struct nfs_fh3 *handle,
                         const struct fattr3 *attributes, struct fuse_entry_param *entry);

/* For the connection: puts the call on the wire; answers `cause` to a
 * call whose task dies. */
void call_transmit(struct call *call, struct rpc_context *rpc);
void call_abandon(struct call *call, int cause);

/* Likewise, and also fails a call that nobody waits for; libnfs may still answer it. */
void call_give_up(struct call *call);

/* Gives up a call of a task that is not to wait: it has its answer from what is known, or
 * fails. */
void call_excuse(struct call *call);

/* Hears of signals to the task that waits for the call. */
void call_watch(struct call *call);

/* Takes the request from the call: somebody else answers it. NULL if it has been
 * answered. */
fuse_req_t call_detach(struct call *call);

/* Marks a call as one whose task may be exiting, and not to be reached by signals. */
void call_force(struct call *call);

#endif
