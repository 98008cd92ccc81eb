"""files: what a user may do with names, contents, locks and pages in all places that can be
written: the job's directories, the volumes, its output, its home and what the node shares."""
import ctypes
import fcntl
import mmap
import os
import socket
import time

from .action import action, daemon, refused

libc = ctypes.CDLL(None, use_errno=True)
JOB = os.environ.get("SLURM_JOB_ID", "none")
MEGABYTE = 1 << 20
FILL = 48 * MEGABYTE
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def root():
    return os.environ.get("ATELIER_MOUNT_ROOT", "/mnt/atelier")


def job_directories():
    return [os.environ[name] for name in ("ATELIER_JOB_TEMP", "ATELIER_SHARED_JOB_TEMP")
            if name in os.environ]


def outputs():
    """What the job's standard output is, wherever its name is now; the other one is our log."""
    name = refused(os.readlink, "/proc/self/fd/1")
    return [name] if name and name.startswith("/") else []


def grounds():
    """Directories to do things in. What is not in one of the job's own is called hostile*."""
    return [*job_directories(), f"{root()}/results", f"{root()}/results/vision",
            f"{root()}/home/{os.environ.get('USER')}/hostile", "/tmp", "/dev/shm"]


def own(dice):
    """A new name in one of the grounds."""
    return f"{dice.choice(grounds())}/hostile.{JOB}.{dice.getrandbits(40):x}"


def write(path, data, flags=0):
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | flags, 0o644)
    try:
        os.write(fd, data)
        return fd
    except OSError:
        os.close(fd)
        raise


@action
def fill(dice):
    """Large files, in pieces of odd sizes, whose writing has not ended when the job has."""
    def go_on(path):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        for _ in range(FILL // MEGABYTE):
            os.write(fd, dice.randbytes(MEGABYTE - dice.randrange(4096)))
        time.sleep(dice.uniform(0, 30))
    for _ in range(2):
        daemon(go_on, own(dice))


@action
def build_a_deep_tree(dice):
    top = own(dice)
    os.mkdir(top)
    at = os.open(top, os.O_RDONLY)
    for _ in range(dice.choice((30, 120))):
        name = "d" * dice.choice((1, 100, 255))
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("bottom", os.O_WRONLY | os.O_CREAT, dir_fd=at))


@action
def name_with_every_byte(dice):
    top = own(dice).encode()
    os.mkdir(top)
    for byte in set(range(1, 256)) - {ord("/")}:
        refused(write, top + b"/" + bytes([byte]) + b"hostile", b"x")
    for name in (b"\n", b"-rf", b"$(reboot)", b"`id`", b"*", b" ", b"..\xff", b"\x1b[2J", b"%s%n"):
        refused(os.mkdir, top + b"/" + name)
    refused(os.mkdir, top + b"/" + bytes([dice.randrange(128, 256)]) * 255)


def targets(dice):
    """Names of the job and of others: whose they are is the machine's to look at."""
    found = [*job_directories(), *outputs()]
    for folder in {os.path.dirname(name) for name in found} | set(grounds()) | {
            "/var/lib/atelier/temp", "/run/atelier", root(), "/etc/atelier"}:
        found += [os.path.join(folder, name) for name in refused(os.listdir, folder) or ()
                  if name != f"hostile.{JOB}.log"]
    return dice.sample(found, min(len(found), 12))


@action
def rename_over_one_another(dice):
    for one in targets(dice):
        other = dice.choice((own(dice), *targets(dice)))
        if dice.random() < 0.5:
            refused(os.rename, one, other)
        else:
            libc.renameat2(AT_FDCWD, one.encode(), AT_FDCWD, other.encode(), RENAME_EXCHANGE)


@action
def link_in_and_out(dice):
    for one in targets(dice):
        refused(os.link, one, own(dice), follow_symlinks=dice.random() < 0.5)
        refused(os.symlink, dice.choice((one, "/etc/passwd", "../../../../etc", "/", "/run",
                                         "/proc/self/fd/0", "loop")), own(dice))
    for folder in job_directories():
        refused(os.symlink, "/", f"{folder}/root")
        refused(os.link, "/etc/passwd", f"{folder}/passwd")


def put_in_place(dice, path):
    """Something else than a regular file, where one was."""
    new = own(dice)
    way = dice.randrange(5)
    if way == 0:
        refused(os.mkfifo, new)
    elif way == 1:
        refused(socket.socket(socket.AF_UNIX).bind, new)
    elif way == 2:
        refused(os.symlink, dice.choice(("/etc/passwd", "/dev/zero", "/run", path)), new)
    elif way == 3:
        refused(os.mkdir, new)
    refused(os.rename, path, f"{new}.was")
    refused(os.rename, new, path)


@action
def replace_outputs(dice):
    for path in outputs():
        put_in_place(dice, path)


@action
def replace_job_directories(dice):
    for path in job_directories():
        put_in_place(dice, path)


@action
def close_directories(dice):
    for path in dice.sample(job_directories() + [os.path.dirname(name) for name in outputs()]
                            + [own(dice)], 2):
        refused(os.mkdir, f"{path}/hostile.{dice.getrandbits(30):x}")
        refused(os.chmod, path, dice.choice((0, 0o111, 0o7777, 0o222)))


@action
def truncate_outputs(dice):
    for path in outputs():
        refused(os.truncate, path, dice.choice((0, 1, 1 << 40)))
        refused(os.chmod, path, dice.choice((0, 0o4777)))


@action
def write_to_output(dice):
    """Root's slurmstepd has it open as well."""
    refused(os.set_blocking, 1, dice.random() < 0.5)
    refused(os.write, 1, dice.randbytes(dice.choice((1, 4096, MEGABYTE))))
    refused(os.fsync, 1)


def locked(dice, fd):
    start, length = dice.randrange(100), dice.choice((0, 1, 100))
    refused(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    refused(fcntl.lockf, fd, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)


@action
def hold_locks(dice):
    """On files of its own and on whatever can be opened, in daemons that end after the job."""
    def hold(paths):
        held = [write(own(dice), b"x" * 200) for _ in range(4)]
        held += [refused(os.open, path, os.O_RDONLY | os.O_NONBLOCK) for path in paths]
        for fd in held:
            if fd is not None:
                locked(dice, fd)
        time.sleep(dice.uniform(1, 60))
    for _ in range(3):
        daemon(hold, targets(dice))


@action
def wait_for_locks(dice):
    """Two who wait for each other's, without an end."""
    paths = [own(dice), own(dice)]

    def wait(one, other):
        held = [write(path, b"x") for path in (one, other)]
        fcntl.lockf(held[0], fcntl.LOCK_EX)
        time.sleep(0.3)
        fcntl.flock(held[1], fcntl.LOCK_EX)
        fcntl.lockf(held[1], fcntl.LOCK_EX)
        time.sleep(600)
    daemon(wait, *paths)
    daemon(wait, *reversed(paths))


@action
def leave_dirty_pages(dice):
    def dirty(path):
        fd = write(path, b"x")
        os.ftruncate(fd, 4 * MEGABYTE)
        pages = mmap.mmap(fd, 4 * MEGABYTE)
        end = time.monotonic() + dice.uniform(1, 60)
        while time.monotonic() < end:
            pages[dice.randrange(len(pages))] = dice.randrange(256)
    daemon(dirty, own(dice))


@action
def hold_deleted_files(dice):
    def hold():
        held = []
        for _ in range(100):
            path = own(dice)
            held.append(write(path, b"held"))
            os.unlink(path)
        folder = own(dice)
        os.mkdir(folder)
        os.chdir(folder)
        os.rmdir(folder)
        time.sleep(dice.uniform(1, 60))
    daemon(hold)


@action
def make_files_of_all_kinds(dice):
    for _ in range(10):
        path = own(dice)
        refused(dice.choice((os.mkfifo, os.mknod)), path)
        refused(os.mknod, path + ".device", 0o60666, os.makedev(1, 3))
        refused(os.chmod, path, 0o6777)
        refused(os.chown, path, 0, 0)
        refused(os.setxattr, path, "user.hostile", b"x" * 100)
        refused(os.setxattr, path, "security.capability", b"x" * 20)
        refused(os.utime, path, (1 << 40, -(1 << 40)))


@action
def wait_at_fifos(dice):
    def wait(path):
        os.mkfifo(path)
        os.open(path, os.O_RDONLY)
    for _ in range(5):
        daemon(wait, own(dice))


@action
def list_without_an_end(dice):
    def ask():
        end = time.monotonic() + dice.uniform(1, 10)
        while time.monotonic() < end:
            for folder in grounds():
                refused(os.listdir, folder)
                refused(os.statvfs, folder)
                refused(os.stat, f"{folder}/no-such-{dice.getrandbits(64)}")
    for _ in range(3):
        daemon(ask)


@action
def delete_what_it_can(dice):
    for path in targets(dice):
        refused(os.unlink, path)
        refused(os.rmdir, path)
