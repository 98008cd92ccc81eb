"""Attributes: modes, owners, times, permissions. See nfs_operations.py."""
import ctypes
import os
import shutil
import time

from nfs_check import check, failure, mode, read, write

UTIME_NOW, UTIME_OMIT = (1 << 30) - 1, (1 << 30) - 2


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
def space():
    seen = os.statvfs(".")
    return seen.f_blocks > 0, 0 < seen.f_bavail <= seen.f_blocks, seen.f_namemax


def utimens(path, *times, flags=0):
    """utimensat(2) with seconds and nanoseconds as given, also UTIME_NOW and UTIME_OMIT."""
    both = (ctypes.c_long * 4)(*times)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.utimensat(-100, os.fsencode(path), both, flags) < 0:
        raise OSError(ctypes.get_errno(), "utimensat")


@check
def one_time_is_set_and_the_other_left():
    write("a")
    os.utime("a", ns=(11_000_000_001, 22_000_000_002))
    utimens("a", 0, UTIME_OMIT, 33, 333_333_333)
    first = os.stat("a").st_atime_ns, os.stat("a").st_mtime_ns
    utimens("a", 44, 444_444_444, 0, UTIME_OMIT)
    second = os.stat("a").st_atime_ns, os.stat("a").st_mtime_ns
    utimens("a", 0, UTIME_OMIT, 0, UTIME_NOW)
    status = os.stat("a")
    utimens("a", 0, UTIME_OMIT, 0, UTIME_OMIT)
    return first, second, status.st_atime_ns, abs(status.st_mtime - time.time()) < 60, \
        os.stat("a").st_mtime_ns == status.st_mtime_ns, failure(utimens, "b", 1, 1, 1, 1)


@check
def times_at_the_ends_of_what_can_be_said():
    write("a")
    os.utime("a", ns=(0, 4_294_967_295_999_999_999))
    return os.stat("a").st_atime_ns, os.stat("a").st_mtime_ns


@check
def owner_to_a_group_of_ones_own():
    write("a", mode=0o6755)
    os.chown("a", -1, os.getgid())
    return os.stat("a").st_gid == os.getgid(), oct(os.stat("a").st_mode)


@check
def truncation_needs_the_right_to_write():
    write("a", b"0123456789")
    fd = os.open("a", os.O_RDWR)
    os.chmod("a", 0o400)
    seen = failure(os.truncate, "a", 3), failure(os.ftruncate, fd, 5), os.stat("a").st_size
    os.close(fd)
    return seen, failure(os.open, "a", os.O_WRONLY | os.O_TRUNC), os.stat("a").st_size
