/* greeting.c: answers the kernel's first request of a mount. */
#include "nfs/greeting.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_log.h>
#include <linux/fuse.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_ROOM 8192 /* bytes: the least room in which the kernel puts a request */
#define ANSWER_ROOM 512
#define WORDS_SIZE 200

/* The size that what is at `place` must have for `member` to be in it. */
#define SIZE_WITH(place, member) \
    (offsetof(__typeof__(*(place)), member) + sizeof((place)->member))

struct request {
    struct fuse_in_header header;
    struct fuse_init_in init;
};

struct answer {
    struct fuse_out_header header;
    struct fuse_init_out init;
};

static char words[WORDS_SIZE]; /* libfuse's last */

__attribute__((format(printf, 2, 0))) static void keep_words(enum fuse_log_level level,
                                                             const char *format,
                                                             va_list arguments)
{
    (void)level;
    vsnprintf(words, sizeof(words), format, arguments);
    words[strcspn(words, "\n")] = '\0';
}

void greeting_hear_libfuse(void)
{
    fuse_set_log_func(keep_words);
}

static int fault(struct error *error, const char *what)
{
    return error_set(error, ERROR_NODE, "libfuse %s %s%s%s", fuse_pkgversion(), what,
                     *words ? ": " : "", words);
}

struct fuse_session *greeting_session(const struct fuse_lowlevel_ops *operations,
                                      void *data, struct error *error)
{
    char program[] = "atelier-nfs";
    char *arguments[] = {program, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(1, arguments);
    struct fuse_session *session;

    *words = '\0';
    session = fuse_session_new(&args, operations, sizeof(*operations), data);
    fuse_opt_free_args(&args);
    if (!session)
        fault(error, "makes no session");
    return session;
}

/* Adds parallel lookups to the answer, where the kernel has them. Without them, a task
 * that looks for a name waits for all that look in the same directory, and no signal
 * frees it. Rejected: FUSE_CAP_PARALLEL_DIROPS, which libfuse before 3.17 takes and does
 * not hand to the kernel. */
static void add_parallel_lookups(const struct request *request, struct answer *answer,
                                 size_t size)
{
    if (request->init.flags & FUSE_PARALLEL_DIROPS &&
        size >= SIZE_WITH(answer, init.flags))
        answer->init.flags |= FUSE_PARALLEL_DIROPS;
}

/* Lets libfuse answer into the pipe whose writing end is the session's descriptor. */
static int answer_by_pipe(struct fuse_session *session, int fd, int pipe,
                          struct error *error)
{
    union {
        struct request request;
        char room[REQUEST_ROOM];
    } asked;
    union {
        struct answer answer;
        char room[ANSWER_ROOM];
    } answered;
    struct fuse_buf buffer = {.mem = &asked};
    ssize_t size = read(fd, &asked, sizeof(asked));

    if (size < (ssize_t)SIZE_WITH(&asked.request, init.flags))
        return error_set(error, ERROR_NODE, "the kernel does not begin: %s",
                         size < 0 ? strerror(errno) : "its request is too short");
    buffer.size = (size_t)size;
    fuse_session_process_buf(session, &buffer);
    size = read(pipe, &answered, sizeof(answered));
    if (size < (ssize_t)sizeof(answered.answer.header) || answered.answer.header.error)
        return fault(error, "does not answer the kernel's first request");
    add_parallel_lookups(&asked.request, &answered.answer, (size_t)size);
    if (write(fd, &answered, (size_t)size) != size)
        return error_set(error, ERROR_NODE,
                         "the kernel refuses the answer of libfuse %s: %s",
                         fuse_pkgversion(), strerror(errno));
    return 0;
}

static int answer_and_serve(struct fuse_session *session, int fd, const int ends[2],
                            struct error *error)
{
    char place[32];

    snprintf(place, sizeof(place), "/dev/fd/%d", ends[1]);
    if (fuse_session_mount(session, place) < 0) {
        close(ends[1]);
        return fault(error, "takes no descriptor of the kernel's");
    }
    if (answer_by_pipe(session, fd, ends[0], error) < 0)
        return -1;
    return dup3(fd, ends[1], O_CLOEXEC) < 0
               ? error_set(error, ERROR_NODE, "dup3: %s", strerror(errno))
               : 0;
}

int greeting_answer(struct fuse_session *session, int fd, struct error *error)
{
    int ends[2], result;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
        result = error_set(error, ERROR_NODE, "no pipe: %s", strerror(errno));
    } else {
        result = answer_and_serve(session, fd, ends, error);
        close(ends[0]);
    }
    close(fd);
    return result;
}

int greeting_try(const struct fuse_lowlevel_ops *operations, void *data,
                 struct error *error)
{
    const struct request request = {
        .header = {.len = sizeof(request), .opcode = FUSE_INIT, .unique = 1},
        .init = {.major = FUSE_KERNEL_VERSION,
                 .minor = FUSE_KERNEL_MINOR_VERSION,
                 .flags = FUSE_PARALLEL_DIROPS}};
    struct fuse_session *session = greeting_session(operations, data, error);
    int pair[2], result;

    if (!session)
        return -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
        result = error_set(error, ERROR_NODE, "no pair of sockets: %s", strerror(errno));
    } else {
        if (write(pair[1], &request, sizeof(request)) < 0) {
            /* greeting_answer says that nothing has come */
        }
        result = greeting_answer(session, pair[0], error);
        close(pair[1]);
    }
    fuse_session_destroy(session);
    return result;
}
