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
    CALL_PARKED,  /* not sent: it waits for its turn (writes.h), or is being filled in */
    CALL_SENT,    /* libnfs has it */
    CALL_WAITING, /* for a connection */
    CALL_DELAYED, /* until `at`: the server asked for that, or there is no room */
    CALL_FAILED   /* libnfs gave it up, because of the call or of the connection */
};

/* What a parked call waits for. */
enum wait {
    WAIT_ROOM,    /* for memory, and for the answers to writes that it would overtake */
    WAIT_ANSWERS, /* until the server has answered all WRITEs of the file */
    WAIT_COMMIT   /* until nothing of the file is kept */
};

struct call {
    /* The neighbours in its connection's list, oldest first. */
    struct call *previous, *next;
    struct volume *volume;
    struct connection *connection;
    fuse_req_t request; /* NULL when nobody waits for an answer any more */
    enum call_state state;
    long long started, sent, at;
    uint32_t transaction; /* 0 before it was sent */
    int cause;            /* of CALL_FAILED: the errno, if the call was at fault */
    bool interrupted;     /* a signal came; not every signal kills */
    bool forced;          /* the kernel lets the task wait even when it is killed */
    bool given_up;        /* its time is over, and only libnfs still knows it */
    bool locks;           /* the kernel holds the inode's lock for it, as for a write */
    bool for_job;         /* its task was looked at, and is not root's */
    long long looked;     /* when it was, if it is the job's */
    long long in_the_way; /* since when root is seen to wait, too; 0: it does not */
    /* NULL, or answers without the server; returns false if it cannot. */
    bool (*known)(struct call *call);
    enum procedure procedure;
    union procedure_arguments arguments;
    call_done done;
    /* NULL, or hears what the server answers after the call was given up. */
    call_done late;
    /* NULL, or is called when the call fails. */
    void (*failed)(struct call *call, int cause);

    /* For a call that waits for earlier writes, see writes.h. */
    struct call *next_parked;
    struct writes *parked;
    void (*resume)(struct call *call);
    enum wait wait;
    /* The extent that the call writes, after the program has its answer. */
    struct extent *extent;

    struct lock_grant *grant; /* the grant that the call is about, see lock_grant.h */
    struct pages_word *word;  /* the word that the call waits for, see pages.h */
    struct version present;   /* the file's state, as the server said */

    /* The inodes that the operation is about; the references are dropped with the
     * call. */
    struct inode *inode, *other, *victim;
    struct directory *directory;
    char name[NAME_MAX + 1], other_name[NAME_MAX + 1];
    /* Malloc'ed: the data of a write or of a long read, a link's target, or a hidden
     * name. */
    char *buffer;
    const char *data;
    uint64_t offset;
    /* Where the kernel put a write; for this and the next three see append.h. */
    uint64_t kernels;
    uint32_t moment, writes;
    void (*placed)(struct call *call);
    size_t size, moved;
    mode_t mode;
    int mask;            /* of access(2); or which of `changes` are asked for */
    struct stat changes; /* of a setattr */
    struct flock lock;   /* of a lock request; l_pid tells flock's from fcntl's */
    bool waits;          /* whether the lock request waits until it is granted */
    bool plus;
    struct fuse_file_info file;
};

/* Returns a new call for `request` about inode `number`. NULL when memory is short or the
 * asking process is neither the job's user nor root: then the request has been
 * answered. */
struct call *call_begin(fuse_req_t request, fuse_ino_t number);

/* As call_begin, without that check: for what an open file allows, and for the kernel's
 * own requests (it writes dirty pages back as nobody in particular). */
struct call *call_begin_open(fuse_req_t request, fuse_ino_t number);

/* Returns a new call that nobody waits for. NULL when memory is short. */
struct call *call_begin_unasked(struct volume *volume, struct inode *inode);

/* Copies a name from the kernel to `room` (NAME_MAX + 1 bytes, of the call). Returns 0;
 * or -1 when it is too long: then the call has been answered. */
int call_set_name(struct call *call, char *room, const char *name);

/* Makes the request's buffer the call's own, so that data in it need not be copied. */
void call_take_buffer(struct call *call);

/* Returns the inode's handle with a name in it, as most procedures want it. */
struct diropargs3 call_where(const struct call *call);

/* Returns whether a task that waits for another call on the inode holds the inode's lock
 * meanwhile. */
bool call_finds_locked(const struct call *call);

/* Sends the arguments, now or when there is a connection. */
void call_send(struct call *call, enum procedure procedure, call_done done);

/* Sends the same once more in a moment, when the kernel remembers less (prune_is_full).
 * When there is no room for some seconds, the call fails with ENFILE. */
void call_await_room(struct call *call);

/* The ways to answer; each ends the call. */
void call_fail(struct call *call, int cause);
void call_answer_done(struct call *call); /* success, with nothing more to say */
void call_answer_attributes(struct call *call, struct inode *inode,
                            const struct fattr3 *attributes);
void call_answer_entry(struct call *call, const struct nfs_fh3 *handle,
                       const struct fattr3 *attributes);
void call_finish(struct call *call); /* without an answer, or after one */

/* Describes the inode of `handle` to the kernel in `entry`; the name in the call is its
 * name there. Returns the inode, which counts one lookup more, with a reference; NULL
 * when there can be none. */
struct inode *call_entry(struct call *call, const struct nfs_fh3 *handle,
                         const struct fattr3 *attributes, struct fuse_entry_param *entry);

/* For connection.c: puts the call on the wire; and answers `cause` to a call whose task
 * dies. */
void call_transmit(struct call *call, struct rpc_context *rpc);
void call_abandon(struct call *call, int cause);

/* As call_abandon, but it also fails a call that nobody waits for. libnfs may still
 * answer it. */
void call_give_up(struct call *call);

/* Gives up a call of a task that is not to wait: it is answered with what is known, or
 * fails. */
void call_excuse(struct call *call);

/* Hears of signals to the task that waits for the call. */
void call_watch(struct call *call);

/* Takes the request from the call, so that somebody else answers it. NULL if it has been
 * answered. */
fuse_req_t call_detach(struct call *call);

/* Marks a call whose task may be exiting, where no signal reaches it. */
void call_force(struct call *call);

#endif
