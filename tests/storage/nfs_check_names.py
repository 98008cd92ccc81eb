"""Names: directories, links, renaming, removing. See nfs_operations.py."""
import ctypes
import os
import shutil
import socket
import stat
import time

from nfs_check import check, failure, mode, read, write


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
def the_longest():
    """Calls with all that they can carry, and one byte more."""
    name, target, path = "n" * 255, "t" * 4095, "./" * 2046 + "abc"
    others = [letter * 255 for letter in "abcdefg"]
    os.symlink(target, name)
    seen = [os.readlink(name) == target, os.lstat(name).st_size]
    os.rename(name, others[0])
    os.mkdir(others[1])
    os.rename(others[0], f"{others[1]}/{name}")
    os.link(f"{others[1]}/{name}", others[2], follow_symlinks=False)
    write(others[3])
    os.link(others[3], others[4])
    os.mkfifo(others[5])
    os.chmod(others[3], 0o600)
    write(path, b"at the end of 4,095 bytes")
    seen += [read(path), os.readlink(f"{others[1]}/{name}") == target, sorted(os.listdir("."))]
    for length in 3800, 3900, 3960, 4000, 4090, 4094:
        os.symlink("l" * length, f"link-{length}")
        seen.append(os.readlink(f"link-{length}") == "l" * length)
    return repr(seen), [failure(*call) for call in (
        (os.symlink, target + "t", "m"), (os.symlink, "t", name + "n"), (os.mkdir, name + "n"),
        (os.rename, others[2], name + "n"), (os.link, others[3], name + "n"),
        (os.stat, name + "n"), (os.stat, path + "./"), (os.mkfifo, name + "n"))]


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


@check
def path_that_is_longer_than_a_path():
    """Deeper than one name can say: by steps."""
    top = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(30):
        os.mkdir("n" * 250)
        os.chdir("n" * 250)
    write("a", b"deep")
    seen = read("a"), failure(os.stat, "/".join(["n" * 250] * 30))
    os.fchdir(top)
    os.close(top)
    return seen


@check
def removal_of_a_file_that_two_names_share_while_it_is_open():
    os.mkdir("d")
    fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o644)
    os.link("a", "d/b")
    os.unlink("a")
    os.unlink("d/b")
    os.write(fd, b"alive")
    seen = os.pread(fd, 10, 0)
    os.close(fd)
    time.sleep(0.2)
    return seen, os.listdir("d"), failure(os.rmdir, "d")


@check
def rename_with_no_wish_but_the_flag():
    """Without a flag renameat2(2) is rename; an unknown flag is refused."""
    write("a")
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.renameat2(-100, b"a", -100, b"b", 0), read("b"), \
        libc.renameat2(-100, b"b", -100, b"c", 1 << 30), ctypes.get_errno()
