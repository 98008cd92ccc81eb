"""What the checks of nfs_operations.py have in common."""
import errno
import os

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
