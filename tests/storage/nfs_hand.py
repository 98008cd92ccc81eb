"""One of two nodes in nfs_pair.py: does what each line of its input says, in its working directory.

A line is a list in JSON, an operation's name and its arguments; the answer, a line too, is what
came of it: errno's name when it failed. Files stay open in slots, "no file" where there is none.
Numbers of inodes, times and counts of links are left out, and names of removed open files.
Needs nothing but Python, and works in the directory where it was started.
"""
import ctypes
import errno
import fcntl
import json
import os
import stat
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                      ctypes.c_long)
libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
libc.msync.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
PROT_READ_WRITE, MAP_SHARED, MS_SYNC = 3, 1, 4
FAILED = ctypes.c_void_p(-1).value

MAPPED = 8192  # bytes of a mapping
OFD_SETLK, OFD_GETLK = 37, 36
SAME = {"EEXIST": "ENOTEMPTY"}  # POSIX lets a file system choose
KINDS = {stat.S_IFDIR: "directory", stat.S_IFREG: "file", stat.S_IFLNK: "link"}
FLAGS = {name: getattr(os, "O_" + name)
         for name in ("RDONLY", "WRONLY", "RDWR", "APPEND", "CREAT", "EXCL", "TRUNC")}
TYPES = {"sh": fcntl.F_RDLCK, "ex": fcntl.F_WRLCK, "un": fcntl.F_UNLCK}

OPERATIONS = {}


def operation(function):
    OPERATIONS[function.__name__.rstrip("_")] = function
    return function


class Hand:
    """Where it began, the files open in slots, and their mappings."""

    def __init__(self):
        self.root = os.open(".", os.O_RDONLY)
        self.home = os.open(".", os.O_RDONLY)
        self.files = {}
        self.maps = {}
        self.pipe = os.pipe()

    def file(self, slot):
        if slot not in self.files:
            raise LookupError("no file")
        return self.files[slot]

    def map(self, slot):
        if slot not in self.maps:
            raise LookupError("no mapping")
        return self.maps[slot]

    def close(self, slot):
        if slot in self.maps:
            libc.munmap(self.maps.pop(slot), MAPPED)
        os.close(self.files.pop(slot))


def opened(path, words, slot_mode=0o644):
    flags = 0
    for word in words.split("|"):
        flags |= FLAGS[word]
    return os.open(path, flags, slot_mode)


def described(status):
    kind = KINDS.get(stat.S_IFMT(status.st_mode), "other")
    return [kind] if kind == "directory" else [kind, status.st_size]


def shown(names):
    return sorted(name for name in names if not name.startswith((".nfs", ".fuse_hidden")))


# The directory of one program. It was never looked up before, and is never removed.
@operation
def enter(hand, path, make):
    for slot in list(hand.files):
        hand.close(slot)
    os.fchdir(hand.root)
    if make:
        os.mkdir(path)
    os.close(hand.home)
    hand.home = os.open(path, os.O_RDONLY)
    os.fchdir(hand.home)


# Files that are open.

@operation
def open_(hand, slot, path, flags):
    if slot in hand.files:
        hand.close(slot)
    hand.files[slot] = opened(path, flags)


@operation
def close(hand, slot):
    hand.file(slot)
    hand.close(slot)


@operation
def pread(hand, slot, size, offset):
    return os.pread(hand.file(slot), size, offset).decode("latin-1")


@operation
def pwrite(hand, slot, data, offset):
    return os.pwrite(hand.file(slot), data.encode("latin-1"), offset)


@operation
def append(hand, slot, data):
    return os.write(hand.file(slot), data.encode("latin-1"))


@operation
def end(hand, slot):
    return os.lseek(hand.file(slot), 0, os.SEEK_END)


@operation
def ftruncate(hand, slot, size):
    os.ftruncate(hand.file(slot), size)


@operation
def fstat(hand, slot):
    return described(os.fstat(hand.file(slot)))


@operation
def fsync(hand, slot):
    os.fsync(hand.file(slot))


# Mappings, which stay. Python's own would hold a descriptor of theirs, whose close ends locks; and
# a page that is not there must be an errno's name here, as system calls say it, and no signal.

def done(result):
    if result not in (0, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@operation
def map_(hand, slot):
    address = libc.mmap(None, MAPPED, PROT_READ_WRITE, MAP_SHARED, hand.file(slot), 0)
    if address == FAILED:
        done(-1)
    if slot in hand.maps:
        libc.munmap(hand.maps[slot], MAPPED)
    hand.maps[slot] = address


def mapped(hand, slot, size, offset):
    return memoryview((ctypes.c_char * size).from_address(hand.map(slot) + offset)).cast("B")


@operation
def load(hand, slot, size, offset):
    count = os.write(hand.pipe[1], mapped(hand, slot, size, offset))
    return os.read(hand.pipe[0], count).decode("latin-1")


@operation
def store(hand, slot, data, offset):
    data = data.encode("latin-1")
    memory = mapped(hand, slot, len(data), offset)
    os.write(hand.pipe[1], data)
    stored = 0
    try:
        stored = os.readv(hand.pipe[0], [memory])
    finally:
        if stored < len(data):
            os.read(hand.pipe[0], len(data))
    return stored


@operation
def increment(hand, slot, offset):
    """Adds one to a byte of a mapping; returns what it is now."""
    value = (ord(load(hand, slot, 1, offset)) + 1) % 256
    store(hand, slot, chr(value), offset)
    return value


@operation
def msync(hand, slot):
    done(libc.msync(hand.map(slot), MAPPED, MS_SYNC))


# Locks, which wait for nobody.

def range_of(type_, start, size):
    return struct.pack("hhqqi4x", TYPES[type_], os.SEEK_SET, start, size, 0)


@operation
def lock(hand, slot, kind, type_, start=0, size=0):
    if kind == "flock":
        word = {"sh": fcntl.LOCK_SH, "ex": fcntl.LOCK_EX, "un": fcntl.LOCK_UN}[type_]
        fcntl.flock(hand.file(slot), word | fcntl.LOCK_NB)
    else:
        command = OFD_SETLK if kind == "ofd" else fcntl.F_SETLK
        fcntl.fcntl(hand.file(slot), command, range_of(type_, start, size))


@operation
def holder(hand, slot, kind, type_, start=0, size=0):
    """Whether no lock of somebody else's is in the way of this one."""
    command = OFD_GETLK if kind == "ofd" else fcntl.F_GETLK
    answer = fcntl.fcntl(hand.file(slot), command, range_of(type_, start, size))
    return struct.unpack("hhqqi4x", answer)[0] == fcntl.F_UNLCK


# Names.

@operation
def stat_(hand, path):
    return described(os.stat(path))


@operation
def lstat(hand, path):
    return described(os.lstat(path))


@operation
def exists(hand, path):
    return os.path.lexists(path)


@operation
def access(hand, path, how):
    return os.access(path, how)


@operation
def readlink(hand, path):
    return os.readlink(path)


@operation
def list_(hand, path):
    return shown(os.listdir(path))


@operation
def scan(hand, path):
    with os.scandir(path) as entries:
        kinds = {entry.name: described(entry.stat(follow_symlinks=False)) for entry in entries}
    return [[name, kinds[name]] for name in shown(kinds)]


@operation
def walk(hand, path):
    return sorted([directory, sorted(names), shown(files)]
                  for directory, names, files in os.walk(path))


@operation
def into(hand, path):
    """Goes into a directory, lists it, and comes back."""
    os.chdir(path)
    try:
        return shown(os.listdir("."))
    finally:
        os.fchdir(hand.home)


@operation
def mkdir(hand, path):
    os.mkdir(path)


@operation
def rmdir(hand, path):
    os.rmdir(path)


@operation
def remove_tree(hand, path):
    for name in os.listdir(path):
        os.unlink(f"{path}/{name}")
    os.rmdir(path)


@operation
def unlink(hand, path):
    os.unlink(path)


@operation
def rename(hand, path, target):
    os.rename(path, target)


@operation
def link(hand, path, target):
    os.link(path, target, follow_symlinks=False)


@operation
def symlink(hand, target, path):
    os.symlink(target, path)


@operation
def truncate(hand, path, size):
    os.truncate(path, size)


# Whole files, closed again.

@operation
def get(hand, path):
    with open(path, "rb") as file:
        return file.read().decode("latin-1")


@operation
def put(hand, path, flags, data):
    file = opened(path, flags)
    try:
        return os.write(file, data.encode("latin-1"))
    finally:
        os.close(file)


def answer(hand, name, arguments):
    function = OPERATIONS[name]
    try:
        return function(hand, *arguments)
    except OSError as error:
        cause = errno.errorcode[error.errno]
        return {"error": SAME.get(cause, cause)}
    except LookupError as error:
        return {"error": str(error)}


def main():
    hand = Hand()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(answer(hand, name, arguments)), flush=True)


if __name__ == "__main__":
    main()
