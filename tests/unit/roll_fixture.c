/* roll_fixture.c: runs launch checks with a process for each task. */
#include "tests/unit/roll_fixture.h"

#include "lib/deadline.h"
#include "lib/roll/roll_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct roll_outcome *roll_outcomes;
unsigned roll_port;
static char *hosts[] = {"localhost"};
static const struct hostlist nodes = {.hosts = hosts, .count = 1};
static unsigned tasks_per_node[] = {0};

struct roll_call roll_call_of(unsigned tasks, unsigned rank)
{
    static const struct proof_secret secret = {"of the step"};
    struct roll_call call = {
        .secret = &secret,
        .self = {.tasks = tasks, .rank = rank},
        .layout = {.tasks = tasks, .nodes = &nodes, .tasks_per_node = tasks_per_node},
        .node = "localhost",
        .port = roll_port,
        .milliseconds = patient(10000),
        .speaks = rank == 1,
    };

    tasks_per_node[0] = tasks;
    roll_name_step(call.step, 7, 0, 0, 1000);
    strcpy(call.self.node, "localhost");
    return call;
}

pid_t roll_start(struct roll_call call, int after_ms)
{
    pid_t process = fork();
    struct roll_outcome *outcome = &roll_outcomes[call.self.rank];
    long long began;

    if (process)
        return process;
    poll(NULL, 0, after_ms);
    began = clock_milliseconds();
    outcome->error = NO_ERROR;
    outcome->status = call.self.rank == 0 ? roll_call_hold(&call, &outcome->error)
                                          : roll_call_answer(&call, &outcome->error);
    outcome->milliseconds = clock_milliseconds() - began;
    _exit(0);
}

void roll_wait(void)
{
    while (wait(NULL) > 0 || errno == EINTR)
        continue;
}

int roll_setup(void **state)
{
    int socket;

    (void)state;
    if (!roll_outcomes)
        roll_outcomes = mmap(NULL, sizeof(*roll_outcomes) * ROLL_TASKS_MAX,
                             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(roll_outcomes, 0xff, sizeof(*roll_outcomes) * ROLL_TASKS_MAX);
    if (!roll_port)
        roll_port = 20500 + (unsigned)getpid() % 10000;
    do
        socket = roll_socket_listen(++roll_port);
    while (socket < 0);
    close(socket);
    return 0;
}

unsigned roll_sentences(unsigned tasks)
{
    unsigned count = 0;

    for (unsigned rank = 0; rank < tasks; rank++)
        count += roll_outcomes[rank].error.party != ERROR_NONE;
    return count;
}

void roll_expect_all(unsigned tasks, int status)
{
    for (unsigned rank = 0; rank < tasks; rank++)
        assert_int_equal(roll_outcomes[rank].status, status);
}

bool roll_port_is_free(void)
{
    struct sockaddr_in all = {.sin_family = AF_INET,
                              .sin_port = htons((in_port_t)roll_port)};
    int plain = socket(AF_INET, SOCK_STREAM, 0);
    int status = bind(plain, (struct sockaddr *)&all, sizeof(all));

    close(plain);
    return status == 0;
}

int roll_connect_as_stranger(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((in_port_t)roll_port)};
    int stranger = socket(AF_INET, SOCK_STREAM, 0);

    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(stranger, (struct sockaddr *)&here, sizeof(here)) == 0)
        return stranger;
    close(stranger);
    return -1;
}

int roll_connect_as_task(const struct roll_call *call, struct roll_channel *channel)
{
    struct deadline soon = deadline_after(patient(5000));
    struct roll_entry nothing;
    int socket;

    while ((socket = roll_connect_as_stranger()) < 0 && !deadline_passed(&soon))
        poll(NULL, 0, 10);
    assert_int_equal(
        roll_channel_begin(channel, socket, call->secret, call->step, PROOF_CONNECTS), 0);
    if (roll_message_send(channel, ROLL_NONCE, NULL, &soon) < 0 ||
        roll_message_expect(channel, ROLL_NONCE, &nothing, &soon) < 0)
        return -1;
    return roll_message_expect(channel, ROLL_GREETING, &nothing, &soon);
}
