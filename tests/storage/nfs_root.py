"""nfs_root.py: what calls of root's come to while the file server is frozen.

    nfs_root.py LOCAL UID

Runs as root in the volume's directory. Makes files and touches LOCAL/ready; from LOCAL/frozen on it
does what slurmstepd and others of root's do, and prints a line for each, "CALL OUTCOME", with the
seconds that it took if those were too many. Tasks of the job's user ask meanwhile, too. LOCAL/asked
is for the server to go on; then "job CALL OUTCOME" says what the tasks got.
"""

import errno
import fcntl
import os
import signal
import sys
import time

local, user = sys.argv[1], int(sys.argv[2])
ROOM_MB = 32  # WRITES_HELD_MOST
LONGEST = 3.0  # of a call, when root's wait 1 s and one who was not read may wait twice


def await_file(name):
    while not os.path.exists(f"{local}/{name}"):
        time.sleep(0.02)


def touch(name):
    open(f"{local}/{name}", "w").close()


def outcome(call):
    try:
        value = call()
        return "ok" if value is None else str(value)
    except OSError as error:
        return errno.errorcode[error.errno]


def show(name, call):
    began = time.monotonic()
    result = outcome(call)
    took = time.monotonic() - began
    print(name, result, *([f"after {took:.1f} s"] if took > LONGEST else []), flush=True)


def as_user(call):
    """Of a real uid 0, as slurmstepd opens a job's output."""
    os.seteuid(user)
    try:
        return call()
    finally:
        os.seteuid(0)


def make(name, size=0):
    fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    os.write(fd, b"x" * size)
    return fd


def opened(name, flags, mode=0o644):
    os.close(os.open(name, flags, mode))


class Task:
    """A task of the job's that begins a call after `begins` is there."""

    def __init__(self, name, call, begins="frozen"):
        self.name = name
        self.reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            await_file(begins)
            os.write(writer, outcome(call).encode())
            os._exit(0)
        os.close(writer)

    def has_ended(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def result(self):
        os.waitpid(self.pid, 0)
        return os.read(self.reader, 100).decode() or "killed"


def write_all(fd, megabytes):
    for _ in range(megabytes):
        os.write(fd, b"z" * (1 << 20))


for name in (".", "jobs", "locked"):
    os.makedirs(name, exist_ok=True)
    os.chown(name, user, user)
holder = Task("look up", lambda: os.stat("locked/nothing"))  # has no file that its end would close
for name in ("data", "first", "jobs/other"):
    os.close(make(name, 100000))
os.mkdir("directory", 0o755)
os.symlink("data", "link")
output, second, third = make("output", 10), make("second", 7), make("third")
big, shared = make("big"), make("shared")
writers = [make(f"jobs/writer{number}") for number in range(12)]
os.fsync(output)
attributes = os.fstat(output)
tasks = [
    Task("read", lambda: len(open("jobs/other", "rb").read())),
    Task("create", lambda: opened("jobs/new", os.O_CREAT | os.O_WRONLY)),
    Task("fstat", lambda: os.fstat(second).st_size),
    Task("write", lambda: os.write(shared, b"s" * (1 << 20)), "filled"),
]
tasks += [Task("write", lambda fd=fd: os.write(fd, b"w" * (1 << 20)), "filled") for fd in writers]

# A task of the job's has a lock and gives it up when it pleases: root does not wait for that, and is
# given nothing afterwards.
held = make("held")
keeper = Task("keep", lambda: (fcntl.lockf(os.open("held", os.O_RDWR), fcntl.LOCK_EX), touch("kept"),
                               await_file("asked-for-lock"))[0], "held-is-there")
os.chown("held", user, user)
touch("held-is-there")
await_file("kept")
show("lock-of-the-job's", lambda: fcntl.lockf(held, fcntl.LOCK_EX))
show("lock-now", lambda: fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB))
show("flock-of-the-job's", lambda: fcntl.flock(held, fcntl.LOCK_EX))
touch("asked-for-lock")
keeper.result()
time.sleep(2)  # who waits asks once a second
show("lock-given-up", Task("lock", lambda: fcntl.lockf(os.open("held", os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB),
                           "held-is-there").result)

os.stat("locked")  # who looks it up anew keeps others from making names beside it
touch("ready")
await_file("frozen")
time.sleep(4)  # a file's attributes hold for 3 s

show("fstat", lambda: os.fstat(output).st_size)
show("fstat-says-all", lambda: [os.fstat(output).st_ino == attributes.st_ino,
                                os.fstat(output).st_mode == attributes.st_mode])
show("write", lambda: os.write(output, b"cancelled\n"))
show("fstat-after-write", lambda: os.fstat(output).st_size)
show("open", lambda: opened("data", os.O_RDONLY))
show("open-as-user", lambda: as_user(lambda: opened("first", os.O_WRONLY | os.O_APPEND)))
show("create", lambda: opened("new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
show("create-as-user", lambda: as_user(lambda: opened("newer", os.O_WRONLY | os.O_CREAT)))
show("read", lambda: os.pread(second, 100, 0))
show("stat", lambda: os.stat("nowhere"))
show("access-as-user", lambda: as_user(lambda: os.access("directory", os.W_OK)))
show("chdir-as-user", lambda: as_user(lambda: os.chdir("directory")))
show("list", lambda: os.listdir("."))
show("statfs", lambda: os.statvfs("."))
show("readlink", lambda: os.readlink("link"))
show("unlink", lambda: os.unlink("data"))
show("mkdir", lambda: os.mkdir("another"))
show("rename", lambda: os.rename("first", "last"))
show("truncate", lambda: os.ftruncate(third, 3))
show("chmod", lambda: os.fchmod(third, 0o600))
show("flock", lambda: fcntl.flock(third, fcntl.LOCK_EX))
show("fsync", lambda: os.fsync(output))

# No room is left: a task of the job's waits with a lock that a write of root's would wait for, and
# so many that the client reads no more for a while.
show("fill", lambda: write_all(big, ROOM_MB + 1))
touch("filled")
time.sleep(1)
show("fstat-of-locked", lambda: os.fstat(shared).st_size)
show("write-without-room", lambda: os.write(third, b"y" * (1 << 20)))
show("fstat-among-many", lambda: os.fstat(output).st_size)
show("close", lambda: os.close(output))

# Who makes a name waits in the kernel for a task of the job's that looks one up there; to kill that
# task is enough.
creator = os.fork()
if creator == 0:
    try:
        opened("locked/new", os.O_WRONLY | os.O_CREAT)
    except OSError as error:
        os._exit(error.errno)
    os._exit(0)
time.sleep(1)
os.kill(holder.pid, signal.SIGKILL)
show("killed", holder.result)
show("create-after-it", lambda: errno.errorcode[os.waitstatus_to_exitcode(os.waitpid(creator, 0)[1])])

print("ended before the server went on:", *(task.name for task in tasks if task.has_ended()), flush=True)
touch("asked")
for task in tasks:
    print("job", task.name, task.result(), flush=True)
touch("done")
