"""Open files: reading, writing, mapping, locking. See nfs_operations.py."""
import ctypes
import fcntl
import hashlib
import mmap
import os
import random
import signal
import struct
import time

from nfs_check import check, failure, mode, read, write


@check
def create_and_read_back():
    write("a", b"hello\n")
    return read("a"), mode("a"), os.stat("a").st_size, os.stat("a").st_nlink


@check
def create_honours_the_umask():
    old = os.umask(0o027)
    write("a", mode=0o666)
    os.mkdir("d", 0o777)
    os.umask(old)
    return mode("a"), mode("d")


@check
def create_exclusive():
    write("a", b"one", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    second = failure(write, "a", b"two", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    return read("a"), mode("a"), second, abs(os.stat("a").st_mtime - time.time()) < 60


@check
def create_for_writing_without_write_permission():
    write("a", b"kept", mode=0o444)
    return read("a"), mode("a"), failure(write, "a", b"no", os.O_WRONLY)


@check
def create_without_any_permission():
    write("a", b"x", mode=0)
    return mode("a"), failure(read, "a")


@check
def create_below_a_file():
    write("a")
    return failure(write, "a/b")


@check
def create_without_parent():
    return failure(write, "d/a"), failure(os.mkdir, "d/e")


@check
def open_missing():
    return failure(os.open, "a", os.O_RDONLY), failure(os.stat, "a")


@check
def open_a_directory_for_writing():
    os.mkdir("d")
    return failure(os.open, "d", os.O_WRONLY), failure(os.open, "d", os.O_RDONLY | os.O_CREAT)


@check
def open_truncating():
    write("a", b"0123456789")
    fd = os.open("a", os.O_RDWR | os.O_TRUNC)
    size = os.fstat(fd).st_size
    os.write(fd, b"xy")
    os.close(fd)
    return size, read("a")


@check
def append():
    write("a", b"one\n")
    for text in (b"two\n", b"three\n"):
        write("a", text, os.O_WRONLY | os.O_APPEND)
    return read("a")


@check
def append_by_two_descriptors():
    one = os.open("a", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    two = os.open("a", os.O_WRONLY | os.O_APPEND)
    for i in range(20):
        os.write(one, b"1")
        os.write(two, b"2")
    os.close(one)
    os.close(two)
    return read("a")


@check
def append_after_truncation():
    fd = os.open("a", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(fd, b"0123456789")
    os.ftruncate(fd, 3)
    os.write(fd, b"x")
    os.close(fd)
    return read("a")


@check
def positioned_reads_and_writes():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.pwrite(fd, b"end", 1000003)
    os.pwrite(fd, b"begin", 0)
    seen = os.pread(fd, 10, 0), os.pread(fd, 10, 999999), os.pread(fd, 10, 2000000)
    os.close(fd)
    return seen, os.stat("a").st_size


@check
def large_transfer():
    data = bytes(range(256)) * 4096 * 5 + b"tail"
    write("a", data)
    return read("a") == data, os.stat("a").st_size


@check
def sparse_beyond_four_gigabytes():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.pwrite(fd, b"far", 5 << 30)
    seen = os.pread(fd, 8, (5 << 30) - 3), os.fstat(fd).st_size
    os.close(fd)
    return seen, os.stat("a").st_blocks < 10000


@check
def truncate_shorter_and_longer():
    write("a", b"0123456789")
    os.truncate("a", 4)
    short = read("a")
    os.truncate("a", 8)
    return short, read("a"), failure(os.truncate, "b", 0)


@check
def truncate_while_open():
    write("a", b"0123456789" * 1000)
    with open("a", "r+b", buffering=0) as file:
        file.read(10)
        os.truncate("a", 5)
        file.seek(0)
        return file.read()


@check
def read_a_file_opened_for_writing():
    fd = os.open("a", os.O_WRONLY | os.O_CREAT, 0o644)
    seen = failure(os.read, fd, 1)
    os.close(fd)
    return seen


@check
def shared_mapping():
    write("a", bytes(3 * 4096 + 100))
    with open("a", "r+b") as file:
        with mmap.mmap(file.fileno(), 0) as memory:
            memory[4090:4100] = b"0123456789"
            memory[-1:] = b"!"
            memory.flush()
        seen = os.pread(file.fileno(), 10, 4090)
    return seen, read("a")[-3:], len(read("a"))


@check
def private_mapping():
    write("a", b"x" * 8192)
    with open("a", "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as memory:
            memory[0:3] = b"abc"
            return memory[:5], read("a")[:5]


@check
def mapping_outlives_the_descriptor():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.ftruncate(fd, 4096)
    memory = mmap.mmap(fd, 4096)
    os.close(fd)
    memory[0:5] = b"after"
    memory.close()
    return read("a")[:6]


@check
def locks_among_processes():
    write("a")
    with open("a", "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        child = os.fork()
        if child == 0:
            with open("a", "r+b") as other:
                os._exit(failure(fcntl.lockf, other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                         in ("EAGAIN", "EACCES"))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@check
def flock_among_descriptors():
    write("a")
    with open("a", "r+b") as file, open("a", "r+b") as other:
        seen = [failure(fcntl.flock, file, fcntl.LOCK_EX),
                failure(fcntl.flock, other, fcntl.LOCK_SH | fcntl.LOCK_NB),
                failure(fcntl.flock, file, fcntl.LOCK_SH),
                failure(fcntl.flock, other, fcntl.LOCK_SH | fcntl.LOCK_NB),
                failure(fcntl.flock, other, fcntl.LOCK_EX | fcntl.LOCK_NB),
                failure(fcntl.flock, file, fcntl.LOCK_UN),
                failure(fcntl.flock, other, fcntl.LOCK_EX)]
        other.close()
        return seen, failure(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@check
def an_inherited_flock_outlives_one_of_its_descriptors():
    write("a")
    with open("a", "r+b") as file, open("a", "r+b") as other:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.close(os.dup(file.fileno()))
        held = failure(fcntl.flock, other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.close()
        return held, failure(fcntl.flock, other, fcntl.LOCK_EX)


def granted(how, first, length):
    """Whether another process gets a lock of these bytes."""
    child = os.fork()
    if child == 0:
        with open("a", "r+b") as file:
            os._exit(failure(fcntl.lockf, file, how | fcntl.LOCK_NB, length, first) is None)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@check
def parts_of_a_lock_are_given_up():
    write("a")
    with open("a", "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 100, 0)
        fcntl.lockf(file, fcntl.LOCK_UN, 20, 40)
        fcntl.lockf(file, fcntl.LOCK_SH, 10, 90)
        seen = [granted(how, first, length) for how in (fcntl.LOCK_SH, fcntl.LOCK_EX)
                for first, length in ((0, 40), (40, 20), (59, 2), (90, 10), (89, 2), (100, 0))]
        os.close(os.open("a", os.O_RDONLY))
        return seen, granted(fcntl.LOCK_EX, 0, 0)


@check
def a_lock_tells_its_holder():
    write("a")
    with open("a", "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX, 10, 5)
        child = os.fork()
        if child == 0:
            with open("a", "r+b") as other:
                asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
                seen = struct.unpack("hhqqi4x", fcntl.fcntl(other, fcntl.F_GETLK, asked))
            os._exit(seen == (fcntl.F_WRLCK, 0, 5, 10, os.getppid()))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@check
def a_lock_of_a_killed_process_is_free():
    write("a")
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with open("a", "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            os.write(told, b"x")
            time.sleep(60)
    os.read(ready, 1)
    seen = granted(fcntl.LOCK_EX, 0, 0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seen, granted(fcntl.LOCK_EX, 0, 0)


@check
def a_waiting_lock_ends_with_a_signal():
    write("a")
    fds = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, lambda *_: os.write(fds[1], b"x"))
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with open("a", "r+b") as file:
            while os.read(fds[0], 1) != b"g":
                pass
            libc = ctypes.CDLL(None, use_errno=True)
            signal.siginterrupt(signal.SIGALRM, True)
            got = libc.flock(file.fileno(), fcntl.LOCK_EX)
            os._exit(ctypes.get_errno() if got < 0 else 0)
    with open("a", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.write(fds[1], b"g")
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@check
def a_waiting_lock_comes_when_it_is_free():
    write("a")
    with open("a", "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        child = os.fork()
        if child == 0:
            with open("a", "r+b") as other:
                fcntl.lockf(other, fcntl.LOCK_EX)
                os.write(other.fileno(), b"child")
            os._exit(0)
        time.sleep(0.3)
        os.write(file.fileno(), b"first")
        fcntl.lockf(file, fcntl.LOCK_UN)
        os.waitpid(child, 0)
    return read("a")


@check
def synchronisation():
    fd = os.open("a", os.O_RDWR | os.O_CREAT | os.O_SYNC, 0o644)
    os.write(fd, b"x")
    os.fsync(fd)
    os.fdatasync(fd)
    os.close(fd)
    directory = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    return os.fsync(directory), os.close(directory), read("a")


@check
def data_and_holes():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.write(fd, b"x" * 100_000)
    seen = [failure(os.lseek, fd, offset, how) for how in (os.SEEK_DATA, os.SEEK_HOLE)
            for offset in (0, 5000, 99_999, 100_000, 200_000)]
    os.close(fd)
    return seen


@check
def space_for_a_file():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.write(fd, b"kept")
    os.posix_fallocate(fd, 0, 50_000)
    seen = os.fstat(fd).st_size, os.pread(fd, 6, 0)
    os.posix_fallocate(fd, 0, 10)
    return seen, os.fstat(fd).st_size, os.fstat(fd).st_blocks * 512 >= 50_000, os.close(fd)


@check
def written_and_mapped_by_turns():
    """Both ways at one file see each other's bytes, in every order."""
    seen = []
    draw = random.Random(7)
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.ftruncate(fd, 50_000)
    with mmap.mmap(fd, 50_000) as memory:
        for turn in range(300):
            offset, data = draw.randrange(45_000), draw.randbytes(draw.randrange(5000))
            if turn % 2:
                os.pwrite(fd, data, offset)
                seen.append(memory[offset:offset + len(data)] == data)
            else:
                memory[offset:offset + len(data)] = data
                seen.append(os.pread(fd, len(data), offset) == data)
    os.close(fd)
    return all(seen), hashlib.sha256(read("a")).hexdigest()


@check
def a_large_sparse_file_in_pieces():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    for gigabyte in range(0, 12, 3):
        os.pwrite(fd, b"at %d" % gigabyte, (gigabyte << 30) - 2 if gigabyte else 0)
    seen = [os.pread(fd, 6, max(0, (gigabyte << 30) - 3)) for gigabyte in range(0, 12, 3)]
    os.ftruncate(fd, (6 << 30) + 1)
    seen += os.pread(fd, 10, (6 << 30) - 2), os.pread(fd, 10, 9 << 30), os.fstat(fd).st_size
    os.close(fd)
    return seen
