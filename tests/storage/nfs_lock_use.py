"""One node of the test of what locks make fresh: a program for each line of its input.

`by` is one of fcntl, flock and ofd. Whatever a program did before the other node had the lock,
it keeps its descriptors and mappings.
"""
import contextlib
import fcntl
import mmap
import os
import struct

import nfs_lock_node

opened = {}
mapped = {}


def ready(name, flags=os.O_RDWR):
    """The file's descriptor with these flags, kept open."""
    if (name, flags) not in opened:
        opened[name, flags] = os.open(name, flags | os.O_CREAT, 0o644)
    return opened[name, flags]


def mapping(name):
    """Of the size that the file has at first."""
    if name not in mapped:
        mapped[name] = mmap.mmap(ready(name), 0)
    return mapped[name]


def take(by, file, kind):
    if by == "fcntl":
        fcntl.fcntl(file, fcntl.F_SETLKW, struct.pack("hhqqi4x", kind, 0, 0, 0, 0))
    elif by == "ofd":
        fcntl.fcntl(file, fcntl.F_OFD_SETLKW, struct.pack("hhqqi4x", kind, 0, 0, 0, 0))
    else:
        fcntl.flock(file, {fcntl.F_WRLCK: fcntl.LOCK_EX, fcntl.F_RDLCK: fcntl.LOCK_SH,
                           fcntl.F_UNLCK: fcntl.LOCK_UN}[kind])


@contextlib.contextmanager
def held(by, file, kind=fcntl.F_WRLCK):
    take(by, file, kind)
    try:
        yield
    finally:
        take(by, file, fcntl.F_UNLCK)


def append(by, who, times, flags=os.O_WRONLY, name="log", text="{} {}\n"):
    """Adds lines to the end of the file, each under its lock."""
    file = ready(name, flags | os.O_APPEND)
    for number in range(times):
        with held(by, file):
            os.write(file, text.format(who, number).encode())


def append_once(who, flags=os.O_WRONLY, name="log"):
    """Without a lock."""
    os.write(ready(name, flags | os.O_APPEND), (who + "\n").encode())
    os.fsync(ready(name, flags | os.O_APPEND))


def append_by_two(name, times):
    """Two processes at once, without locks."""
    child = os.fork()
    for number in range(times):
        append_once(f"{child and 'parent'} {number}", name=name)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def size(by, name, flags=os.O_RDWR):
    with held(by, ready(name, flags), fcntl.F_RDLCK if flags != os.O_WRONLY else fcntl.F_WRLCK):
        return os.lseek(ready(name, flags), 0, os.SEEK_END)


def lines(name):
    """How many lines there are, and how many different whole ones."""
    with open(name, "rb") as file:
        found = file.read().split(b"\n")
    return len(found) - 1, len({line for line in found[:-1] if b"\0" not in line})


def fill(name, size=mmap.PAGESIZE):
    os.ftruncate(ready(name), size)


def add(by, times, name="page", sync=True):
    """Counts up the first number of a shared mapping, each time under the file's lock."""
    memory = mapping(name)
    for _ in range(times):
        with held(by, ready(name)):
            memory[0:8] = struct.pack("q", struct.unpack("q", memory[0:8])[0] + 1)
            if sync:
                memory.flush()


def counted(by, name="page"):
    with held(by, ready(name), fcntl.F_RDLCK):
        return struct.unpack("q", mapping(name)[0:8])[0]


def put(by, text, place=0, name="page"):
    with held(by, ready(name)):
        mapping(name)[place:place + len(text)] = text.encode()


def seen(by, length, place=0, name="page"):
    with held(by, ready(name), fcntl.F_RDLCK):
        return mapping(name)[place:place + length].decode()


def truncate(by, size, name="page"):
    with held(by, ready(name)):
        os.ftruncate(ready(name), size)


def sent(by, name):
    """What sendfile gives of the file, without any look at its attributes."""
    with held(by, ready(name), fcntl.F_RDLCK):
        reader, writer = os.pipe()
        os.sendfile(writer, ready(name), 0, 60000)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            return pipe.read().decode()


def extend(by, text, name="page"):
    """Writes behind the end."""
    with held(by, ready(name)):
        os.pwrite(ready(name), text.encode(), os.fstat(ready(name)).st_size)


def downgrade(text, name="page"):
    """Writes to the mapping under an exclusive lock, which then becomes a shared one."""
    take("fcntl", ready(name), fcntl.F_WRLCK)
    mapping(name)[0:len(text)] = text.encode()
    take("fcntl", ready(name), fcntl.F_RDLCK)


def release(by="fcntl", name="page"):
    take(by, ready(name), fcntl.F_UNLCK)


nfs_lock_node.main(globals())
