"""Some processes of one node, which change the same files as those of other nodes, under locks.

    nfs_crowd.py prepare                       makes the files
    nfs_crowd.py work NAME PROCESSES ROUNDS    in a mount
    nfs_crowd.py check CHANGES                 in the files' directory, when all have ended

Each round takes the lock of a file, in one of the ways that exclude those of the others, waits for
it, changes the file and lets go, or closes it, after random times. The way a file is changed is the
file's: a number that is written anew, lines that are appended, a counter in a shared mapping.
"""
import ctypes
import fcntl
import os
import random
import struct
import sys
import time

from nfs_hand import OFD_SETLK, Hand, map_, msync

OFD_SETLKW = OFD_SETLK + 1
LOCKS = {"posix": ("lockf", "ofd"), "flock": ("flock",)}
CHANGES = ("number", "lines", "mapping")
LINE = 24  # bytes


def lock(descriptor, way, type_):
    if way == "flock":
        fcntl.flock(descriptor, fcntl.LOCK_EX if type_ == fcntl.F_WRLCK else fcntl.LOCK_UN)
    else:
        command = OFD_SETLKW if way == "ofd" else fcntl.F_SETLKW
        fcntl.fcntl(descriptor, command, struct.pack("hhqqi4x", type_, os.SEEK_SET, 0, 0, 0))


class Worker:
    def __init__(self, name):
        self.name = name
        self.draw = random.Random(name)
        self.hand = Hand()
        self.number = 0

    def file(self, name):
        """A file that stays open, its slot the name; new ones are made with room for a mapping."""
        if name not in self.hand.files:
            flags = os.O_RDWR | (os.O_APPEND if "lines" in name else os.O_CREAT)
            self.hand.files[name] = os.open(name, flags)
            if "mapping" in name:
                map_(self.hand, name)
        return self.hand.files[name]

    def change(self, name):
        if "number" in name:
            value = int(os.pread(self.file(name), 20, 0) or b"0")
            os.pwrite(self.file(name), b"%020d" % (value + 1), 0)
        elif "lines" in name:
            os.write(self.file(name), f"{self.name} {self.number}".ljust(LINE - 1).encode() + b"\n")
        else:
            counter = ctypes.c_uint64.from_address(self.hand.maps[name])
            counter.value += 1
            msync(self.hand, name)

    def round(self):
        self.number += 1
        kind = self.draw.choice(list(LOCKS))
        name = f"{kind}-{self.draw.choice(CHANGES)}"
        way = self.draw.choice(LOCKS[kind])
        lock(self.file(name), way, fcntl.F_WRLCK)
        self.change(name)
        if self.draw.random() < 0.1:
            self.hand.close(name)
        else:
            lock(self.file(name), way, fcntl.F_UNLCK)
        time.sleep(self.draw.choice((0, 0, 0, 0.001, 0.01)) * self.draw.random())


def work(name, processes, rounds):
    children = []
    for process in range(int(processes)):
        child = os.fork()
        if child == 0:
            worker = Worker(f"{name}.{process}")
            for _ in range(int(rounds)):
                worker.round()
            os._exit(0)
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1] != 0]
    sys.exit(1 if failed else 0)


def prepare():
    for kind in LOCKS:
        for change in CHANGES:
            with open(f"{kind}-{change}", "wb") as file:
                file.write(bytes(8192) if change == "mapping" else b"")


def changes_in(name):
    with open(name, "rb") as file:
        data = file.read()
    if "number" in name:
        return int(data or b"0")
    if "mapping" in name:
        return struct.unpack("Q", data[:8])[0]
    lines = data.splitlines(keepends=True)
    whole = {line for line in lines if len(line) == LINE and line.endswith(b"\n") and line[0] > 32}
    if len(whole) != len(lines):
        print(f"{name}: {len(lines) - len(whole)} of {len(lines)} lines are not whole, or twice")
    return len(whole)


def check(changes):
    counted = {f"{kind}-{change}": changes_in(f"{kind}-{change}")
               for kind in LOCKS for change in CHANGES}
    total = sum(counted.values())
    print(f"{total} of {changes} changes are there: {counted}")
    sys.exit(0 if total == int(changes) else 1)


if __name__ == "__main__":
    {"work": work, "check": check, "prepare": prepare}[sys.argv[1]](*sys.argv[2:])
