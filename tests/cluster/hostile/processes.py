"""processes: what a user may do to processes. Each is tried on every process of the machine, its
user's or not: what is not allowed is refused, and anything else is what the test is about."""
import ctypes
import os
import resource
import signal
import socket
import subprocess
import time

from .action import action, child, daemon, in_driver, rarely, refused

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
IOPRIO_SET, PIDFD_GETFD = 251, 438  # system calls of x86-64 and of all
MANY = 100
LIMITS = [getattr(resource, "RLIMIT_" + name) for name in
          "NOFILE AS FSIZE NPROC CPU MEMLOCK STACK CORE DATA".split()]
TAMED = {signal.SIGKILL, signal.SIGSTOP}


def others():
    """All processes but this one and the script that it is of."""
    spared = {1, os.getpid(), os.getppid()}
    return [int(name) for name in os.listdir("/proc")
            if name.isdigit() and int(name) not in spared]


def send_to_all(number):
    """The kernel's "all that I may": all of the user's, the caller alone excepted."""
    refused(os.kill, -1, number)


@in_driver
def stop_everything(dice):
    send_to_all(signal.SIGSTOP)
    if dice.random() < 0.6:
        time.sleep(dice.uniform(0, 2))
        send_to_all(signal.SIGCONT)


@in_driver
@rarely
def kill_everything(dice):
    send_to_all(dice.choice((signal.SIGKILL, signal.SIGTERM)))


@in_driver
def continue_everything(_):
    send_to_all(signal.SIGCONT)


@action
def stop_some(dice):
    for pid in others():
        if dice.random() < 0.5:
            refused(os.kill, pid, signal.SIGSTOP)


@action
@rarely
def send_every_signal(dice):
    for pid in others():
        for number in sorted(signal.valid_signals() - TAMED, key=lambda _: dice.random())[:8]:
            refused(os.kill, pid, number)


@action
@rarely
def kill_some(dice):
    for pid in others():
        if dice.random() < 0.1:
            refused(os.kill, pid, signal.SIGKILL)


@action
def limit_everything(dice):
    for pid in others():
        for which in dice.sample(LIMITS, 3):
            low = dice.choice((0, 1, 4, 4096))
            refused(resource.prlimit, pid, which, (low, low))


@action
def slow_everything(dice):
    for pid in others():
        refused(os.setpriority, os.PRIO_PROCESS, pid, 19)
        refused(os.sched_setaffinity, pid, {0})
        refused(os.sched_setscheduler, pid,
                dice.choice((os.SCHED_IDLE, os.SCHED_BATCH)), os.sched_param(0))
        libc.syscall(IOPRIO_SET, 1, pid, 3 << 13)  # the idle class


@action
def trace_everything(dice):
    for pid in others():
        if libc.ptrace(PTRACE_SEIZE, pid, 0, 0) == 0:
            libc.ptrace(PTRACE_INTERRUPT, pid, 0, 0)
    time.sleep(dice.uniform(0, 5))


@action
def reach_into_everything(dice):
    for pid in others():
        pidfd = refused(os.pidfd_open, pid)
        if pidfd is not None:
            for number in range(10):
                libc.syscall(PIDFD_GETFD, pidfd, number, 0)
            os.close(pidfd)
        for name in ("mem", "ns/mnt", "root/etc/passwd", f"fd/{dice.randrange(8)}"):
            refused(open, f"/proc/{pid}/{name}", "r+b", opener=nonblocking)


def nonblocking(path, flags):
    return os.open(path, flags | os.O_NONBLOCK)


@action
def write_into_proc(dice):
    values = {"oom_score_adj": "1000", "coredump_filter": "0xff", "clear_refs": "1",
              "comm": "slurmstepd", "timerslack_ns": "4000000000", "autogroup": "19",
              "setgroups": "deny", "uid_map": "0 0 1", "sched": "0", "cwd/hostile": "x"}
    for pid in others():
        for name in dice.sample(sorted(values), 4):
            refused(write, f"/proc/{pid}/{name}", values[name])


@action
def write_into_cgroups(_):
    for folder, _, names in os.walk("/sys/fs/cgroup"):
        for name in names:
            if name.endswith(("procs", "freeze", "max", "kill")):
                refused(write, os.path.join(folder, name), "1")


def write(path, text):
    with open(path, "w", opener=nonblocking) as file:
        file.write(text)


@action
def fork_many(dice):
    for _ in range(MANY):
        child(time.sleep, dice.uniform(1, 20))


def deaf_sleep(seconds):
    for number in signal.valid_signals() - TAMED:
        refused(signal.signal, number, signal.SIG_IGN)
    time.sleep(seconds)


@action
def leave_daemons(dice):
    for _ in range(10):
        daemon(deaf_sleep, dice.uniform(1, 600))


@action
def eat_memory_and_time(dice):
    def eat():
        held = bytearray(dice.randbytes(1 << 20)) * 64
        end = time.monotonic() + dice.uniform(1, 5)
        while time.monotonic() < end:
            held[dice.randrange(len(held))] ^= 1
    child(eat)


MOUNTS = (
    "mount -t tmpfs over $ATELIER_MOUNT_ROOT/results",
    "umount -l $ATELIER_MOUNT_ROOT/results",
    "umount -f $ATELIER_MOUNT_ROOT/home",
    "umount -R -l $ATELIER_MOUNT_ROOT",
    "mount --make-rshared /",
    "mount --bind /tmp $ATELIER_MOUNT_ROOT/datasets",
    "mount --move $ATELIER_MOUNT_ROOT/results /tmp",
    "mount -o remount,suid,dev $ATELIER_MOUNT_ROOT/results",
    "mount -t tmpfs over /run",
    "mount --rbind / /tmp",
    "mount -t proc proc /proc",
    "echo 1 >/proc/sys/user/max_mnt_namespaces",
)


@action
def mount_in_a_user_namespace(dice):
    script = "\n".join(dice.sample(MOUNTS, 5)) + f"\nsleep {dice.uniform(0, 60)}"
    options = dice.choice(("-Urm", "-Urmpf", "-Urmni", "-UrmC"))
    daemon(subprocess.call, ["unshare", options, "--propagation=unchanged", "sh", "-c", script])


@action
def serve_fuse(dice):
    """Mounts a FUSE of its own in a user namespace, and never answers for it."""
    script = ("import ctypes, os, time\n"
              "fd = os.open('/dev/fuse', os.O_RDWR)\n"
              "options = f'fd={fd},rootmode=40000,user_id=0,group_id=0'.encode()\n"
              "libc = ctypes.CDLL(None)\n"
              "for place in (os.environ['ATELIER_MOUNT_ROOT'] + '/results', '/tmp', '/run'):\n"
              "    libc.mount(b'x', place.encode(), b'fuse', 6, options)\n"
              f"time.sleep({dice.uniform(0, 60)})\n")
    daemon(subprocess.call, ["unshare", "-Urm", "/usr/bin/python3", "-c", script])


@action
def pass_descriptors_around(dice):
    """Files of the volume in a message that nobody takes, in a socket that nobody else has."""
    def hold():
        left, right = socket.socketpair(socket.AF_UNIX)
        held = [os.open(os.environ["ATELIER_MOUNT_ROOT"], os.O_RDONLY) for _ in range(8)]
        socket.send_fds(left, [b"x"], held)
        for number in held:
            os.close(number)
        time.sleep(dice.uniform(1, 60))
        right.close()
    daemon(hold)
