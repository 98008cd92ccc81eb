"""One node of the test of locks: does each line of its input, says what came of it."""
import errno
import fcntl
import os
import sqlite3  # noqa: F401: for the lines
import struct
import sys
import time

files = {}


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


def holder(name="file"):
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
    kind, _, first, length, pid = struct.unpack("hhqqi4x", fcntl.fcntl(file(name), fcntl.F_GETLK, asked))
    return "nobody" if kind == fcntl.F_UNLCK else f"{kind} {first} {length} {pid}"


def put(text, name="file"):
    os.pwrite(file(name), text.encode(), 0)


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


def main():
    for line in sys.stdin:
        if line == "exit\n":
            break
        try:
            result = eval(line)
        except OSError as error:
            result = errno.errorcode[error.errno]
        except Exception as error:
            result = repr(error)
        print("done" if result is None else result, flush=True)


main()
