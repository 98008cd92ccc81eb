/* process.c: starts children, waits for them and ends them. */
#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 10 /* where no descriptor tells of a child's end */

static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

static void be_no_exception(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t written = write(file, "0", 1);

    (void)written; /* where it is not allowed, the parent was not spared either */
    if (file >= 0)
        close(file);
}

/* Moves a source out of the way: it may lie in the place of another. */
static int lift(int fd)
{
    return fd >= 0 && fd <= PROCESS_SOCKET
               ? fcntl(fd, F_DUPFD_CLOEXEC, PROCESS_SOCKET + 1)
               : fd;
}

static int set_descriptors(const struct process_way *way)
{
    int sources[] = {way->input, way->output, way->errors, way->kept};

    for (int place = 0; place <= PROCESS_SOCKET; place++) {
        if (sources[place] == PROCESS_NULL)
            sources[place] = open("/dev/null", O_RDWR | O_CLOEXEC);
        else if (sources[place] <= 0)
            continue;
        sources[place] = lift(sources[place]);
        if (sources[place] < 0)
            return -1;
    }
    for (int place = 0; place <= PROCESS_SOCKET; place++)
        if (sources[place] > 0 && dup2(sources[place], place) < 0)
            return -1;
    return way->rules & PROCESS_ALONE
               ? process_keep_only(way->kept > 0 ? PROCESS_SOCKET : -1)
               : 0;
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

/* The parent may have died before the child asked for the signal of its death. No handler
 * of the parent's runs in the child: all signals are blocked until this function is
 * done. */
static void become_child(const struct process_way *way, pid_t parent,
                         const sigset_t *before)
{
    sigset_t mask = *before;

    if (way->rules & PROCESS_GROUP)
        setpgid(0, 0);
    if (way->rules & PROCESS_ALONE)
        reset_signals();
    if (way->rules & (PROCESS_ALONE | PROCESS_GROUP))
        sigemptyset(&mask);
    if (way->rules & PROCESS_MORTAL)
        be_no_exception();
    if ((way->rules & PROCESS_BOUND &&
         (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)) ||
        set_descriptors(way) < 0)
        _exit(127);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* Both sides make the group: whoever comes first, it is there when either goes on. */
pid_t process_start(const struct process_way *way)
{
    pid_t parent = getpid(), child;
    sigset_t all, before;
    int cause;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    child = fork();
    cause = errno;
    if (child == 0) {
        become_child(way, parent, &before);
        return 0;
    }
    if (child > 0 && way->rules & PROCESS_GROUP)
        setpgid(child, child);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = cause;
    return child;
}

pid_t process_fork(int kept)
{
    const struct process_way way = {
        .kept = kept, .rules = PROCESS_ALONE | PROCESS_BOUND | PROCESS_MORTAL};

    return process_start(&way);
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

/* Where no descriptor is left for it, the child is looked at again and again. */
int process_wait(pid_t child, const struct deadline *deadline, int *status)
{
    int pidfd = pidfd_open(child, 0);
    pid_t ended;

    if (pidfd >= 0) {
        process_wait_pidfd(pidfd, deadline);
        close(pidfd);
        return waitpid(child, status, WNOHANG) == child ? 0 : -1;
    }
    while ((ended = waitpid(child, status, WNOHANG)) == 0 && !deadline_passed(deadline))
        poll(NULL, 0, LOOK_AGAIN_MS);
    return ended == child ? 0 : -1;
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

void process_kill_group(pid_t child)
{
    kill(-child, SIGKILL);
    process_kill(child);
}
