"""One node of the test of crowds: programs with thousands of threads at the locks of a file."""
import fcntl
import mmap
import os
import struct
import threading
import time

import nfs_lock_node

threading.stack_size(65536)
ended = []
mapped = []


def take(file, kind, place):
    fcntl.fcntl(file, fcntl.F_SETLKW, struct.pack("hhqqi4x", kind, 0, place, 1, 0))


def give_up(file, place):
    take(file, fcntl.F_UNLCK, place)
    ended.append(place)


def is_waiting(task):
    """Whether it waits for the client's answer."""
    with open(f"/proc/self/task/{task}/wchan", encoding="ascii") as file:
        return "request_wait_answer" in file.read()


def dirty():
    """A locked file with a page that a mapping has changed."""
    file = os.open("crowd", os.O_RDWR | os.O_CREAT, 0o644)
    os.ftruncate(file, mmap.PAGESIZE)
    mapped.append(mmap.mmap(file, 0))
    take(file, fcntl.F_WRLCK, 0)
    mapped[0][0:5] = b"dirty"
    return file


def unlock(count, file):
    """So many threads give up locks of it; says when all have asked for that."""
    threads = [threading.Thread(target=give_up, args=(file, 2 * i), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    while not all(is_waiting(thread.native_id) for thread in threads):
        time.sleep(0.1)
    print("come", flush=True)
    for thread in threads:
        thread.join()
    return len(ended)


nfs_lock_node.main(globals())
