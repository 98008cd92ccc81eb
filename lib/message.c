/* message.c: sends and receives records and descriptors over a Unix socket. */
#include "lib/message.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union control {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header; /* aligns the buffer */
};

static int wait_for(int socket, short events, const struct deadline *deadline,
                    struct error *error)
{
    struct pollfd poll_socket = {.fd = socket, .events = events};
    int ready;

    do
        ready = poll(&poll_socket, 1, deadline_left(deadline));
    while (ready < 0 && errno == EINTR);
    if (ready > 0)
        return 0;
    if (ready == 0)
        return error_set(error, ERROR_NODE, "no answer on the keeper's socket in time");
    return error_set(error, ERROR_NODE, "cannot wait on the keeper's socket: %s",
                     strerror(errno));
}

static void attach_descriptor(struct msghdr *header, union control *control, int fd)
{
    struct cmsghdr *part;

    memset(control, 0, sizeof(*control));
    header->msg_control = control->bytes;
    header->msg_controllen = sizeof(control->bytes);
    part = CMSG_FIRSTHDR(header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(part), &fd, sizeof(int));
}

static int detach_descriptor(struct msghdr *header)
{
    struct cmsghdr *part = CMSG_FIRSTHDR(header);
    int fd = -1;

    if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS &&
        part->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(&fd, CMSG_DATA(part), sizeof(int));
    return fd;
}

/* Returns whether a call that failed, although poll said that it would succeed, is to be
 * made again. */
static bool is_passing(const struct deadline *deadline)
{
    return (errno == EAGAIN || errno == EINTR) && !deadline_passed(deadline);
}

static int send_bytes(int socket, const struct msghdr *header,
                      const struct deadline *deadline, struct error *error)
{
    ssize_t sent;

    do {
        if (wait_for(socket, POLLOUT, deadline, error) < 0)
            return -1;
        sent = sendmsg(socket, header, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && is_passing(deadline));
    if (sent < 0)
        return error_set(error, ERROR_NODE, "cannot send on the keeper's socket: %s",
                         strerror(errno));
    return 0;
}

int message_send(int socket, const struct record *record, int fd,
                 const struct deadline *deadline, struct error *error)
{
    char *buffer = malloc(RECORD_SIZE_MAX);
    union control control;
    struct iovec part = {.iov_base = buffer};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    long length;
    int status;

    if (!buffer)
        return error_set(error, ERROR_NODE, "out of memory for a message");
    length = record_encode(record, buffer, RECORD_SIZE_MAX);
    part.iov_len = length < 0 ? 0 : (size_t)length;
    if (fd >= 0)
        attach_descriptor(&header, &control, fd);
    if (part.iov_len > 0)
        status = send_bytes(socket, &header, deadline, error);
    else /* the peer would take no bytes for the end */
        status = error_set(error, ERROR_NODE, "an empty record cannot be sent");
    free(buffer);
    return status;
}

int message_hand(int socket, struct record *record, int fd,
                 const struct deadline *deadline, struct error *error)
{
    int status = record ? message_send(socket, record, fd, deadline, error)
                        : error_set(error, ERROR_NODE, "out of memory for a message");

    record_destroy(record);
    return status;
}

/* The length given for control data leaves room for one descriptor, so that the kernel
 * closes others. The buffer itself is larger, for its alignment, and would take two. */
static ssize_t receive_bytes(int socket, char *buffer, int *fd,
                             const struct deadline *deadline, struct error *error)
{
    union control control;
    struct iovec part = {.iov_base = buffer, .iov_len = RECORD_SIZE_MAX};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t length;

    *fd = -1;
    header.msg_control = control.bytes;
    do {
        if (wait_for(socket, POLLIN, deadline, error) < 0)
            return -1;
        header.msg_controllen = CMSG_LEN(sizeof(int));
        length = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (length < 0 && is_passing(deadline));
    if (length < 0)
        return error_set(error, ERROR_NODE, "cannot read the keeper's socket: %s",
                         strerror(errno));
    *fd = detach_descriptor(&header);
    if (length == 0)
        return error_set(error, ERROR_NODE, "the keeper's socket was closed");
    if (header.msg_flags & MSG_TRUNC)
        return error_set(error, ERROR_NODE,
                         "a message on the keeper's socket is too long");
    return length;
}

int message_receive(int socket, struct record **record, int *fd,
                    const struct deadline *deadline, struct error *error)
{
    char *buffer = malloc(RECORD_SIZE_MAX);
    int received_fd = -1;
    ssize_t length;

    *record = NULL;
    if (fd)
        *fd = -1;
    if (!buffer)
        return error_set(error, ERROR_NODE, "out of memory for a message");
    length = receive_bytes(socket, buffer, &received_fd, deadline, error);
    if (length > 0) {
        *record = record_decode(buffer, (size_t)length);
        if (!*record)
            error_set(error, ERROR_NODE, "what came on the keeper's socket is no record");
    }
    free(buffer);
    if (received_fd >= 0 && (!*record || !fd))
        close(received_fd);
    else if (fd)
        *fd = received_fd;
    return *record ? 0 : -1;
}

static int open_socket(const char *path, struct sockaddr_un *address)
{
    if (strlen(path) >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    strcpy(address->sun_path, path);
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int close_keeping_errno(int fd)
{
    int cause = errno;

    close(fd);
    errno = cause;
    return -1;
}

int message_connect(const char *path)
{
    struct sockaddr_un address;
    int fd = open_socket(path, &address);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return close_keeping_errno(fd);
    return fd;
}

int message_listen(const char *path)
{
    struct sockaddr_un address;
    int fd = open_socket(path, &address);

    if (fd < 0)
        return -1;
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        chmod(path, 0600) < 0 || listen(fd, 128) < 0)
        return close_keeping_errno(fd);
    return fd;
}
