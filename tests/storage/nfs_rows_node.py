"""One of two nodes of the table's programs (nfs_rows.py): does each line of its input, says what
came of it."""
import errno
import fcntl
import mmap
import os
import struct
import sys
import time

held = {}
maps = {}
root = os.getcwd()

OFD_LOCK = 37  # F_OFD_SETLK, which old versions of Python do not name


def tick():
    """Waits until the clock of the server's files has gone on."""
    time.sleep(0.05)


def put(name, text):
    """Writes the file anew, as a shell's > does."""
    with open(name, "w") as file:
        file.write(text)


def add(name, text):
    """Appends, as a shell's >> does."""
    with open(name, "a") as file:
        file.write(text)


def patch(name, text):
    """Writes over the beginning of the file."""
    with open(name, "r+") as file:
        file.write(text)


def get(name):
    with open(name) as file:
        return file.read()


def direct(name):
    """Reads past the page cache."""
    file = os.open(name, os.O_RDONLY | os.O_DIRECT)
    room = mmap.mmap(-1, 4096)
    length = os.preadv(file, [room], 0)
    os.close(file)
    return room[:length].decode()


def hold(name, flags=os.O_RDWR):
    """Opens the file and keeps it open."""
    held[name] = os.open(name, flags)


def release(name):
    os.close(held.pop(name))


def read(name):
    """Reads through the descriptor that is held."""
    return os.pread(held[name], 4096, 0).decode()


def write(name, text, place=0):
    os.pwrite(held[name], text.encode(), place)


def append(name, text):
    os.write(held[name], text.encode())


def size(name):
    return os.fstat(held[name]).st_size


def asked(kind):
    return struct.pack("hhqqi4x", kind, 0, 0, 0, 0)


def lock(name, how, kind="EX"):
    """Takes the lock at once: "yes", or "no" where somebody else has it."""
    flags = getattr(fcntl, "LOCK_" + kind) | (0 if kind == "UN" else fcntl.LOCK_NB)
    try:
        if how == "flock":
            fcntl.flock(held[name], flags)
        elif how == "fcntl":
            fcntl.lockf(held[name], flags)
        else:
            kinds = {"EX": fcntl.F_WRLCK, "SH": fcntl.F_RDLCK, "UN": fcntl.F_UNLCK}
            fcntl.fcntl(held[name], OFD_LOCK, asked(kinds[kind]))
    except (BlockingIOError, PermissionError):
        return "no"
    return "yes"


def unlock(name, how):
    lock(name, how, "UN")


def under(how, name, function, *arguments):
    """Does the function while it has the lock."""
    if lock(name, how) == "no":
        return "locked by somebody else"
    result = function(name, *arguments)
    unlock(name, how)
    return result


def see(name):
    maps[name] = mmap.mmap(held[name], 4096)


def peek(name):
    return maps[name][:3].decode()


def poke(name, text):
    maps[name][: len(text)] = text.encode()


def sync(name):
    maps[name].flush()


def count(name):
    """Adds one to the number that the mapping begins with."""
    poke(name, "%03d" % (int(peek(name)) + 1))


def replace(name, text):
    put("new", text)
    os.rename("new", name)


def link(target, name):
    """A symbolic link, in the place of one that may be there."""
    os.symlink(target, "new")
    os.rename("new", name)


def replace_directory(name, entry):
    """Another directory in the place of one, which is removed."""
    os.mkdir("new")
    put("new/" + entry, "")
    os.rename(name, "old")
    os.rename("new", name)
    for old in os.listdir("old"):
        os.unlink("old/" + old)
    os.rmdir("old")


def names(name="."):
    return " ".join(sorted(os.listdir(name)))


def mode(name):
    return oct(os.stat(name).st_mode & 0o777)


def outcome(line):
    try:
        return str(eval(line))
    except OSError as error:
        return errno.errorcode[error.errno]
    except Exception as error:
        return repr(error)


def main():
    for line in sys.stdin:
        print(outcome(line), flush=True)


main()
