/* stand_in_client.c: stands in for atelier-nfs in the keeper's tests.
 *
 * It speaks client_protocol.h and serves nothing. What it does wrong is chosen by the
 * server's host name in the plan:
 *
 *     well       answers everything
 *     refused    fails to connect, with a sentence
 *     gone       ends without an answer, with exit code 3
 *     killed     likewise, by SIGKILL
 *     crashes    likewise, by SIGABRT
 *     hungry     takes 64 MiB of memory, then answers everything
 *     stranger   is no client: its answers have no protocol
 *     newer      is of another release, whose protocol has another number
 *     silent     never answers connect
 *     stopped    stops itself (SIGSTOP) at connect
 *     fails-2    connects, and fails to serve the second volume
 *     deaf       serves, and never answers stop
 *     lost       serves, answers its first ping and then no other
 *     dies       serves, and ends when the last volume is served
 *     ends       likewise, with a word why
 *     mute       serves; at SIGUSR1 tells that its server is silent, and at SIGUSR2 that
 *                it answers again; at SIGHUP that the kernel remembers too much
 *     garbage    answers with what is no record
 */
#include "lib/message.h"
#include "lib/protocol/client_protocol.h"
#include "lib/record.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HUNGER ((size_t)64 << 20)

static char host[64];
static unsigned volumes;

static int is_host(const char *name)
{
    return strcmp(host, name) == 0;
}

static int answer(const char *state, const char *error)
{
    struct deadline deadline = deadline_after(1000);
    struct record *record = record_create();
    int status;

    record_set(record, "state", state);
    if (!is_host("stranger"))
        record_set(record, "protocol", is_host("newer") ? "77" : CLIENT_PROTOCOL);
    if (is_host("newer"))
        record_set(record, "release", "9.9.9");
    if (error) {
        record_set(record, "error", error);
        record_set(record, "party", "storage");
    }
    if (strcmp(state, "stopped") == 0) {
        record_set(record, "volume.0.bytes_read", "11");
        record_set(record, "volume.0.bytes_written", "22");
    }
    status = message_send(CLIENT_SOCKET, record, -1, &deadline, NULL);
    record_destroy(record);
    return status;
}

static int connect_server(const struct record *request, int processes)
{
    snprintf(host, sizeof(host), "%s", record_get(request, "host"));
    volumes = (unsigned)atoi(record_get(request, "volumes"));
    if (processes >= 0)
        close(processes);
    if (is_host("gone"))
        exit(3);
    if (is_host("killed"))
        raise(SIGKILL);
    if (is_host("hungry"))
        memset(malloc(HUNGER), 1, HUNGER);
    if (is_host("crashes"))
        abort();
    if (is_host("silent"))
        return 0;
    if (is_host("stopped"))
        raise(SIGSTOP);
    if (is_host("garbage"))
        return (int)send(CLIENT_SOCKET, "no record", 9, 0);
    if (is_host("refused"))
        return answer("failed", "file server `store` (refused) exports no /volume");
    return answer("ready", NULL);
}

static void tell_why(void)
{
    struct deadline deadline = deadline_after(1000);
    struct record *record = record_create();

    record_set(record, "tell", "ends");
    record_set(record, "error", "cannot go on");
    message_send(CLIENT_SOCKET, record, -1, &deadline, NULL);
    record_destroy(record);
}

static int serve(const struct record *request, int fuse)
{
    unsigned index = (unsigned)atoi(record_get(request, "volume"));

    if (fuse < 0)
        return answer("failed", "no descriptor came with serve");
    if (is_host("fails-2") && index == 1)
        return answer("failed", "file server `store` (fails-2) refuses volume `two`");
    answer("serving", NULL);
    if ((is_host("dies") || is_host("ends")) && index + 1 == volumes) {
        usleep(200000);
        if (is_host("ends"))
            tell_why();
        exit(4);
    }
    return 0;
}

static void tell(int signal)
{
    struct deadline deadline = deadline_after(1000);
    struct record *record = record_create();

    record_set(record, "tell", signal == SIGUSR1 ? "silent" : "answers");
    record_set(record, "since_ms", "12000");
    record_set(record, "calls", "3");
    message_send(CLIENT_SOCKET, record, -1, &deadline, NULL);
    record_destroy(record);
}

/* Of its first volume. */
static void tell_crowd(int signal)
{
    struct deadline deadline = deadline_after(1000);
    struct record *record = record_create();

    (void)signal;
    record_set(record, "tell", "crowd");
    record_set(record, "volume", "0");
    record_set(record, "inodes", "900000");
    record_set(record, "refused", "3");
    message_send(CLIENT_SOCKET, record, -1, &deadline, NULL);
    record_destroy(record);
}

static void answer_ping(void)
{
    static unsigned pings;
    struct deadline deadline = deadline_after(1000);
    struct record *record = record_create();

    if (pings++ == 0 || !is_host("lost")) {
        record_set(record, "tell", "alive");
        message_send(CLIENT_SOCKET, record, -1, &deadline, NULL);
    }
    record_destroy(record);
}

/* Returns whether there is more to come. */
static bool obey(const struct record *request, int fuse)
{
    const char *name = record_get(request, "request");

    if (strcmp(name, "locks") == 0)
        return true;
    if (strcmp(name, "connect") == 0)
        connect_server(request, fuse);
    else if (strcmp(name, "serve") == 0)
        serve(request, fuse);
    else if (strcmp(name, "ping") == 0)
        answer_ping();
    else if (!is_host("deaf"))
        return answer("stopped", NULL) < 0;
    return true;
}

int main(void)
{
    bool goes_on = true;

    signal(SIGUSR1, tell);
    signal(SIGUSR2, tell);
    signal(SIGHUP, tell_crowd);
    while (goes_on) {
        struct deadline deadline = deadline_after(3600 * 1000);
        struct record *request;
        int fuse;

        if (message_receive(CLIENT_SOCKET, &request, &fuse, &deadline, NULL) < 0)
            return 1;
        goes_on = obey(request, fuse);
        record_destroy(request);
    }
    return 0;
}
