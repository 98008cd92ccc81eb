/* process.c: forks children that end with their parent, and waits for them. */
#include "process.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The descriptor may be PROCESS_SOCKET already: dup2(2) onto itself would leave
 * close-on-exec set. */
int process_keep_only(int kept)
{
    if (kept < 0)
        return close_range(PROCESS_SOCKET, ~0U, 0);
    if (kept == PROCESS_SOCKET) {
        if (fcntl(kept, F_SETFD, 0) < 0)
            return -1;
    } else if (dup2(kept, PROCESS_SOCKET) < 0) {
        return -1;
    }
    return close_range(PROCESS_SOCKET + 1, ~0U, 0);
}

/* Undoes for a child what keeper.c does for the keeper, which is spared when memory is
 * short: a child that takes too much memory is not. */
static void be_no_exception(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t written = write(file, "0", 1);

    (void)written; /* where it is not allowed, the keeper was not spared either */
    if (file >= 0)
        close(file);
}

/* The parent may have died before the child asked for the signal of its death. */
static void become_child(pid_t parent, int kept, int errors)
{
    reset_signals();
    be_no_exception();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
        (errors >= 0 && dup2(errors, STDERR_FILENO) < 0) || process_keep_only(kept) < 0)
        _exit(127);
}

pid_t process_fork_saying(int kept, int errors)
{
    pid_t parent = getpid();
    pid_t child = system_calls.fork();

    if (child == 0)
        become_child(parent, kept, errors);
    return child;
}

pid_t process_fork(int kept)
{
    return process_fork_saying(kept, -1);
}

/* The kernel noted who the peer is when the peer connected or began to listen. If the
 * socket is still connected after the descriptor was taken, that process still lived, so
 * that no other one had its id. */
int process_open_peer(int socket)
{
    struct pollfd connection = {.fd = socket, .events = 0};
    struct ucred peer;
    socklen_t size = sizeof(peer);
    int pidfd;

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.pid <= 0 ||
        peer.uid != geteuid())
        return -1;
    pidfd = pidfd_open(peer.pid, 0);
    if (pidfd >= 0 && poll(&connection, 1, 0) != 0) {
        close(pidfd);
        return -1;
    }
    return pidfd;
}

int process_wait_pidfd(int pidfd, const struct deadline *deadline)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    int ready;

    do
        ready = poll(&end, 1, deadline_left(deadline));
    while (ready < 0 && errno == EINTR);
    return ready > 0 ? 0 : -1;
}

int process_wait(pid_t child, const struct deadline *deadline, int *status)
{
    int pidfd = pidfd_open(child, 0);
    int ended;

    if (pidfd < 0)
        return -1;
    ended = process_wait_pidfd(pidfd, deadline);
    close(pidfd);
    return ended == 0 && waitpid(child, status, WNOHANG) == child ? 0 : -1;
}

bool process_ended(pid_t *child, struct ending *ending)
{
    struct deadline soon = deadline_after(PROCESS_END_MS);

    if (*child <= 0 || process_wait(*child, &soon, &ending->status) < 0)
        return false;
    *child = 0;
    return true;
}

bool process_is_stopped(pid_t child)
{
    siginfo_t state = {.si_pid = 0};

    return child > 0 &&
           waitid(P_PID, (id_t)child, &state, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           state.si_pid == child;
}

void process_kill(pid_t child)
{
    struct deadline deadline = deadline_after(PROCESS_KILL_MS);

    kill(child, SIGKILL);
    process_wait(child, &deadline, NULL);
}
