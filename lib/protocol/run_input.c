/* run_input.c: reads lines from a connection of `atelier run`. */
#include "lib/protocol/run_input.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

void run_input_watch(int fd)
{
    const int on = 1, idle = RUN_SILENCE_SECONDS / 2, interval = 1,
              count = RUN_SILENCE_SECONDS / 2;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

int run_input_receive(struct run_input *input, int fd)
{
    ssize_t count = recv(fd, input->line + input->length,
                         sizeof(input->line) - input->length, MSG_DONTWAIT);

    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (count <= 0)
        return -1;
    input->length += (size_t)count;
    return 0;
}

const char *run_input_take(struct run_input *input)
{
    static char line[RUN_LINE_SIZE];
    char *end = memchr(input->line, '\n', input->length);
    size_t size;

    if (!end)
        return NULL;
    size = (size_t)(end - input->line);
    memcpy(line, input->line, size);
    line[size] = '\0';
    input->length -= size + 1;
    memmove(input->line, end + 1, input->length);
    return line;
}
