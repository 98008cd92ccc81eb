"""One node of the test of locks: does each line of its input, says what came of it."""
import errno
import fcntl
import mmap
import os
import select
import signal
import socket
import sqlite3  # noqa: F401: for the lines
import struct
import subprocess
import sys
import threading
import time

files = {}
started = []
pair = []  # of sockets; or a mapping
come, came_to = os.pipe()  # what later() has to say
patience = int(os.environ.get("CHECK_PATIENCE", 1))


def file(name="file"):
    """The file's descriptor, kept open from its first use on."""
    if name not in files:
        files[name] = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
    return files[name]


def close(name="file"):
    os.close(files.pop(name))


def lock(how="EX", length=0, start=0, name="file"):
    flags = sum(getattr(fcntl, "LOCK_" + word) for word in how.split("|"))
    return fcntl.lockf(file(name), flags, length, start)


def whole(how="EX", name="file"):
    return fcntl.flock(file(name), sum(getattr(fcntl, "LOCK_" + word) for word in how.split("|")))


def ofd(how="EX", length=0, start=0, name="file"):
    """A lock of the open file description, as fcntl.lockf has none."""
    kind = {"EX": fcntl.F_WRLCK, "SH": fcntl.F_RDLCK, "UN": fcntl.F_UNLCK}[how.split("|")[0]]
    command = fcntl.F_OFD_SETLK if how.endswith("|NB") else fcntl.F_OFD_SETLKW
    fcntl.fcntl(file(name), command, struct.pack("hhqqi4x", kind, 0, start, length, 0))


def holder(name="file"):
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
    kind, _, first, length, pid = struct.unpack("hhqqi4x", fcntl.fcntl(file(name), fcntl.F_GETLK, asked))
    return "nobody" if kind == fcntl.F_UNLCK else f"{kind} {first} {length} {pid}"


def put(text, name="file"):
    os.pwrite(file(name), text.encode(), 0)


def insist(text):
    """Puts it again and again, until that fails."""
    while True:
        put(text)


def get(name="file"):
    return os.pread(file(name), 100, 0).decode()


def size(name="file"):
    return os.fstat(file(name)).st_size


def count(times):
    """Adds one to the number in a file, under its lock, so many times."""
    for _ in range(times):
        lock("EX", name="number")
        put(str(int(get("number") or 0) + 1), "number")
        lock("UN", name="number")


def insert(who, times):
    for number in range(times):
        database = sqlite3.connect("shared.db", timeout=60)
        with database:
            database.execute("create table if not exists numbers (who, number)")
            database.execute("insert into numbers values (?, ?)", (who, number))
        database.close()


def took(function, *arguments):
    begin = time.monotonic()
    function(*arguments)
    return time.monotonic() - begin


def child(code):
    """Does the code in a process of its own, which then sleeps; returns its number."""
    ready, told = os.pipe()
    process = os.fork()
    if process == 0:
        files.clear()
        exec(code)
        os.write(told, b"x")
        time.sleep(100)
    os.close(told)
    os.read(ready, 1)
    os.close(ready)
    return process


def later(name, code, then="close()"):
    """A process that does the code, says its name to came(), and goes on; returns its number."""
    process = os.fork()
    if process == 0:
        files.clear()
        exec(code)
        os.write(came_to, name.encode())
        exec(then)
        time.sleep(100)
    return process


def waiting(process):
    """The number of the process, once it stands in a call for a lock."""
    words = (fcntl.F_SETLKW, fcntl.F_OFD_SETLKW, fcntl.LOCK_SH, fcntl.LOCK_EX, fcntl.LOCK_UN)
    end = time.monotonic() + 10 * patience
    while time.monotonic() < end:
        with open(f"/proc/{process}/syscall") as state:
            call = state.read().split()
        if len(call) > 3 and int(call[2], 16) in words:
            return process
        time.sleep(0.01)
    raise TimeoutError(f"process {process} waits for no lock: {call}")


def came(seconds=10 * patience):
    """The next name that later() says, of one letter."""
    return os.read(come, 1).decode() if select.select([come], [], [], seconds)[0] else "nobody"


def signals(seconds):
    """Interrupts the process so often from now on."""
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


def hog(seconds):
    """Holds the lock for a tenth of a second at a time, and takes it again at once."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lock()
        time.sleep(0.1)
        lock("UN")


def heir():
    """A child that inherits all descriptors, and sleeps; returns its number."""
    process = os.fork()
    if process == 0:
        time.sleep(100)
    return process


def program(name="file"):
    """A program that was started with the file's descriptor, and sleeps."""
    process = subprocess.Popen(["sleep", "100"], pass_fds=[file(name)])
    started.append(process)
    return process.pid


def send(name="file"):
    """Puts the file's descriptor into a socket that nobody reads."""
    pair[:] = socket.socketpair()
    socket.send_fds(pair[0], [b"x"], [file(name)])


def unsend():
    while pair:
        pair.pop().close()


def map(name="file"):
    pair[:] = [mmap.mmap(file(name), 4096)]


def unmap(text):
    pair[0][:len(text)] = text.encode()
    pair.pop().close()


def thread(function):
    one = threading.Thread(target=function)
    one.start()
    one.join()


def many(count):
    """So many open files lock a byte each, and are closed."""
    opened = [os.open("file", os.O_RDWR) for _ in range(count)]
    for place, one in enumerate(opened):
        fcntl.fcntl(one, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, place, 1, 0))
    for one in opened:
        os.close(one)


def main(names):
    """With what `names` says, a module's globals."""
    for line in sys.stdin:
        if line == "exit\n":
            break
        try:
            result = eval(line, names)
        except OSError as error:
            result = errno.errorcode[error.errno]
        except Exception as error:
            result = repr(error)
        print("done" if result is None else result, flush=True)


if __name__ == "__main__":
    main(globals())
