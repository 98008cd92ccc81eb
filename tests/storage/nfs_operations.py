"""nfs_operations: the same operations on a volume and on local disk, results compared.

    nfs_operations.py VOLUME LOCAL

Each check gets an empty directory and returns what it saw; an OSError becomes its errno's name.
A check passes when both directories gave the same. Speaks TAP.
"""
import errno
import fcntl
import mmap
import os
import shutil
import socket
import stat
import sys
import time

checks = []


def check(function):
    checks.append(function)
    return function


def write(path, data=b"data", flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o644):
    fd = os.open(path, flags, mode)
    os.write(fd, data)
    os.close(fd)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def mode(path):
    return oct(os.lstat(path).st_mode)


def failure(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except OSError as error:
        return errno.errorcode[error.errno]


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
def mkdir_and_rmdir():
    os.mkdir("d", 0o750)
    seen = mode("d"), failure(os.mkdir, "d"), os.stat("d").st_size >= 0
    os.rmdir("d")
    return seen, failure(os.rmdir, "d"), os.listdir(".")


@check
def rmdir_not_empty():
    os.mkdir("d")
    write("d/a")
    return failure(os.rmdir, "d") in ("ENOTEMPTY", "EEXIST"), failure(os.rmdir, "d/a")


@check
def unlink_a_directory():
    os.mkdir("d")
    return failure(os.unlink, "d") in ("EISDIR", "EPERM"), os.listdir(".")


@check
def unlink_missing():
    return failure(os.unlink, "a")


@check
def unlink_while_open():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.write(fd, b"alive")
    os.unlink("a")
    os.pwrite(fd, b"A", 0)
    seen = os.pread(fd, 10, 0), os.path.exists("a")
    os.close(fd)
    time.sleep(0.2)
    return seen, os.listdir(".")


@check
def unlink_while_open_twice():
    one = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    two = os.open("a", os.O_RDWR)
    os.unlink("a")
    os.close(one)
    os.write(two, b"x")
    seen = os.pread(two, 5, 0)
    os.close(two)
    time.sleep(0.2)
    return seen, os.listdir(".")


@check
def unlink_one_of_two_names_while_open():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.link("a", "b")
    os.unlink("a")
    os.write(fd, b"x")
    os.close(fd)
    return read("b"), os.stat("b").st_nlink, os.listdir(".")


@check
def rename_over_an_open_file():
    write("a", b"old")
    write("b", b"new")
    with open("a", "rb") as file:
        os.rename("b", "a")
        seen = file.read(), read("a")
    time.sleep(0.2)
    return seen, os.listdir(".")


@check
def rename_an_open_file():
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.rename("a", "b")
    os.write(fd, b"x")
    os.close(fd)
    return read("b"), os.path.exists("a")


@check
def rename_between_directories():
    os.makedirs("d/e")
    write("d/a")
    os.rename("d/a", "d/e/b")
    os.rename("d/e", "e")
    return sorted(os.listdir("e")), os.listdir("d"), read("e/b")


@check
def rename_a_directory_over_others():
    os.makedirs("full/x")
    os.mkdir("empty")
    os.mkdir("d")
    write("file")
    return (failure(os.rename, "d", "full") in ("ENOTEMPTY", "EEXIST"),
            failure(os.rename, "d", "file"), failure(os.rename, "file", "d"),
            failure(os.rename, "d", "empty"), failure(os.rename, "full", "full/x/y"))


@check
def rename_missing():
    return failure(os.rename, "a", "b")


@check
def rename_onto_a_hard_link_of_itself():
    write("a")
    os.link("a", "b")
    with open("a", "rb"):
        os.rename("a", "b")
    return sorted(os.listdir(".")), os.stat("b").st_nlink


@check
def symbolic_links():
    os.symlink("target", "l")
    os.symlink("x" * 1000, "long")
    seen = os.readlink("l"), os.readlink("long") == "x" * 1000, failure(os.stat, "l")
    write("target", b"through")
    return seen, read("l"), stat.S_ISLNK(os.lstat("l").st_mode), os.lstat("l").st_size, \
        failure(os.symlink, "other", "l"), failure(os.readlink, "target")


@check
def symbolic_link_loop():
    os.symlink("b", "a")
    os.symlink("a", "b")
    return failure(read, "a")


@check
def symbolic_link_to_a_directory():
    os.mkdir("d")
    os.symlink("d", "l")
    write("l/a")
    return os.listdir("d"), failure(os.rmdir, "l")


@check
def hard_links():
    write("a", b"one")
    os.link("a", "b")
    write("b", b"two", os.O_WRONLY)
    seen = os.stat("a").st_nlink, os.stat("a").st_ino == os.stat("b").st_ino, read("a")
    os.unlink("a")
    return seen, os.stat("b").st_nlink, failure(os.link, "b", "b"), failure(os.link, "a", "c")


@check
def hard_link_of_a_directory():
    os.mkdir("d")
    return failure(os.link, "d", "e")


@check
def names_of_255_bytes():
    name = "n" * 255
    write(name, b"long")
    os.rename(name, "m" * 255)
    return os.listdir("."), read("m" * 255), failure(write, "n" * 256), failure(os.stat, "n" * 256)


@check
def odd_names():
    names = ["a b", "new\nline", "-rf", "*", "ü", "\udcff\udcfe", "%s", "a\\b", "'\""]
    for name in names:
        write(name, os.fsencode(name))
    return sorted(os.listdir(".")), all(read(n) == os.fsencode(n) for n in names)


@check
def deep_path():
    path = "."
    for i in range(60):
        path += "/directory"
        os.mkdir(path)
    write(path + "/a")
    return read(path + "/a")


@check
def many_entries():
    os.mkdir("d")
    for i in range(5000):
        os.close(os.open(f"d/entry-number-{i:05}", os.O_WRONLY | os.O_CREAT, 0o644))
    listed = os.listdir("d")
    kinds = {entry.is_file() for entry in os.scandir("d")}
    found = len(listed), len(set(listed)), min(listed), max(listed), kinds
    for name in listed:
        os.unlink("d/" + name)
    return found, os.listdir("d")


@check
def remove_while_listing():
    for i in range(500):
        write(f"f{i}")
    for entry in os.scandir("."):
        os.unlink(entry.path)
    return os.listdir(".")


@check
def directory_link_counts():
    os.makedirs("d/e")
    os.mkdir("d/f")
    return os.stat("d").st_nlink, os.stat("d/e").st_nlink


@check
def change_of_mode():
    write("a")
    seen = []
    for bits in (0o600, 0o755, 0o4711, 0o000, 0o644):
        os.chmod("a", bits)
        seen.append(mode("a"))
    return seen, failure(os.chmod, "b", 0o644)


@check
def change_of_owner_is_refused():
    write("a")
    return failure(os.chown, "a", 0, -1), failure(os.chown, "a", -1, 0), \
        failure(os.chown, "a", os.getuid(), os.getgid())


@check
def times_to_the_nanosecond():
    write("a")
    os.utime("a", ns=(1_111_111_111_123_456_789, 1_222_222_222_987_654_321))
    seen = os.stat("a")
    return seen.st_atime_ns, seen.st_mtime_ns


@check
def times_set_to_now():
    write("a")
    os.utime("a", (1, 1))
    os.utime("a")
    return abs(os.stat("a").st_mtime - time.time()) < 60


@check
def writing_changes_the_time():
    write("a")
    os.utime("a", (1, 1))
    write("a", b"x", os.O_WRONLY)
    return os.stat("a").st_mtime > 1000


@check
def directory_time_follows_entries():
    os.mkdir("d")
    os.utime("d", (1, 1))
    write("d/a")
    return os.stat("d").st_mtime > 1000


@check
def access_rights():
    write("a", mode=0o400)
    os.mkdir("d", 0o500)
    return [os.access("a", how) for how in (os.R_OK, os.W_OK, os.X_OK, os.F_OK)], \
        [os.access("d", how) for how in (os.R_OK, os.W_OK, os.X_OK)], os.access("b", os.F_OK)


@check
def directory_without_permission():
    os.mkdir("d")
    write("d/a")
    os.chmod("d", 0)
    time.sleep(1.2)
    seen = failure(os.listdir, "d"), failure(read, "d/a"), failure(write, "d/b"), \
        failure(os.chdir, "d")
    os.chmod("d", 0o700)
    return seen


@check
def directory_that_is_read_only():
    os.mkdir("d")
    write("d/a")
    os.chmod("d", 0o555)
    seen = failure(write, "d/b"), failure(os.unlink, "d/a"), failure(os.mkdir, "d/c"), \
        failure(os.rename, "d/a", "d/b"), failure(os.symlink, "x", "d/l")
    os.chmod("d", 0o700)
    return seen


@check
def programs_run():
    write("a", b"#!/bin/sh\nexit 7\n", mode=0o755)
    write("b", b"#!/bin/sh\nexit 7\n", mode=0o644)
    shutil.copyfile("/bin/true", "true")
    os.chmod("true", 0o755)
    return os.waitstatus_to_exitcode(os.system("./a")), failure(os.execv, "./b", ["b"]), \
        os.system("./true")


@check
def fifo():
    os.mkfifo("p", 0o640)
    reader = os.open("p", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open("p", os.O_WRONLY)
    os.write(writer, b"through")
    return mode("p"), os.read(reader, 100), os.close(reader), os.close(writer)


@check
def unix_socket():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        server.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("s")
    return stat.S_ISSOCK(os.lstat("s").st_mode)


@check
def device_node_is_refused():
    return failure(os.mknod, "n", stat.S_IFCHR | 0o600, os.makedev(1, 3))


@check
def regular_node():
    os.mknod("n", stat.S_IFREG | 0o600)
    return mode("n"), failure(os.mknod, "n", stat.S_IFREG | 0o600)


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
        held = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with open("a", "rb") as other:
            return held, failure(fcntl.flock, file, fcntl.LOCK_EX), \
                failure(fcntl.flock, other, fcntl.LOCK_SH | fcntl.LOCK_NB)


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
def space():
    seen = os.statvfs(".")
    return seen.f_blocks > 0, 0 < seen.f_bavail <= seen.f_blocks, seen.f_namemax


@check
def copy_of_a_tree():
    os.makedirs("t/u/v")
    write("t/a", b"a", mode=0o600)
    os.symlink("a", "t/l")
    shutil.copytree("t", "copy", symlinks=True)
    shutil.rmtree("t")
    return sorted(os.listdir("copy")), mode("copy/a"), os.readlink("copy/l"), os.path.exists("t")


@check
def working_directory_removed():
    os.mkdir("d")
    os.chdir("d")
    os.rmdir("../d")
    seen = failure(write, "a") in ("ENOENT", "ESTALE")
    return seen


def observe(function, directory):
    os.mkdir(directory)
    os.chdir(directory)
    try:
        return function()
    except OSError as error:
        return f"{errno.errorcode[error.errno]} from {error.filename}"
    finally:
        os.chdir("/")


def main():
    volume, local = sys.argv[1:3]
    failed = 0
    print(f"1..{len(checks)}", flush=True)
    for number, function in enumerate(checks, 1):
        name = function.__name__
        expected = observe(function, f"{local}/{name}")
        seen = observe(function, f"{volume}/{name}")
        same = seen == expected
        failed += not same
        print(f"{'ok' if same else 'not ok'} {number} - {name.replace('_', ' ')}", flush=True)
        if not same:
            print(f"# local disk: {expected!r:.300}\n# volume:     {seen!r:.300}", flush=True)
    sys.exit(failed > 0)


main()
