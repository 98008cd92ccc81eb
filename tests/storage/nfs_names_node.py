"""One node of the test of names: does each line of its input, says what came of it."""
import errno
import glob
import os
import shutil
import sys
import time  # noqa: F401: for the lines

CHANGE = {
    "touch": lambda name: os.close(os.open(name + "/made", os.O_CREAT | os.O_WRONLY, 0o644)),
    "exclusive": lambda name: os.close(os.open(name + "/one", os.O_CREAT | os.O_EXCL | os.O_WRONLY)),
    "mkdir": lambda name: os.mkdir(name + "/sub"),
    "symlink": lambda name: os.symlink("target", name + "/link"),
    "mkfifo": lambda name: os.mkfifo(name + "/fifo"),
    "link": lambda name: os.link(beside(name, "other"), name + "/linked"),
    "rename": lambda name: os.rename(beside(name, "other"), name + "/renamed"),
    "replace": lambda name: os.rename(name + "/new", name + "/newer"),
    "unlink": lambda name: os.unlink(name + "/new"),
    "rmdir": lambda name: os.rmdir(name + "/inner"),
    "chmod": lambda name: os.chmod(name, 0o755),
    "utime": lambda name: os.utime(name),
    "truncate": lambda name: os.truncate(name + "/new", 0),
}
LOOK = {
    "listdir": lambda name: sorted(os.listdir(name)),
    "scandir": lambda name: sorted(entry.name for entry in os.scandir(name)),
    "walk": lambda name: sorted(next(os.walk(name), ("", ["-"], ["-"]))[1] + next(os.walk(name))[2]),
    "glob": lambda name: sorted(os.path.basename(path) for path in glob.glob(name + "/*")),
    "access": lambda name: os.access(name, os.R_OK | os.X_OK) and look("listdir", name),
    "chdir": lambda name: within(name, lambda: sorted(os.listdir("."))),
    "descriptor": lambda name: held(name, lambda there: sorted(os.listdir(there))),
    "statvfs": lambda name: os.statvfs(name) and look("listdir", name),
    "stat": lambda name: os.stat(name + "/new") and look("listdir", name),
    "open": lambda name: contents(name + "/new") and look("listdir", name),
}


def look(how, name):
    return LOOK[how](name)


def change(how, name):
    CHANGE[how](name)


def change_again(how, name):
    """The kernel does not look a second time for who makes these: the program may have to."""
    try:
        CHANGE[how](name)
    except OSError as error:
        if error.errno != errno.ESTALE:
            raise
        CHANGE[how](name)


def within(name, function):
    here = os.open(".", os.O_PATH)
    os.chdir(name)
    try:
        return function()
    finally:
        os.fchdir(here)
        os.close(here)


def held(name, function):
    there = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return function(there)
    finally:
        os.close(there)


def contents(name):
    with open(name) as file:
        return file.read().strip()


def put(name, text):
    with open(name, "w") as file:
        file.write(text)


def beside(name, other):
    return os.path.join(os.path.dirname(name), other)


def make(name):
    for directory in name, name + "/directory":
        os.mkdir(directory)
    for file in "file", "other", "directory/old":
        put(f"{name}/{file}", "old file")
    os.symlink("0", name + "/latest")


def know(directory):
    """Whatever a node may remember of what is in the directory."""
    for path, directories, files in os.walk(directory):
        os.access(path, os.R_OK)
        for name in files:
            name = os.path.join(path, name)
            os.readlink(name) if os.path.islink(name) else contents(name)


def link_anew(name, target):
    os.symlink(target, name + ".new")
    os.rename(name + ".new", name)


def file_anew(name, text):
    put(name + ".new", text)
    os.rename(name + ".new", name)


def directory_anew(name):
    """Another directory in its place, with the file "new" and a directory in it."""
    os.mkdir(name + ".new")
    os.mkdir(name + ".new/inner")
    put(name + ".new/new", "new")
    shutil.rmtree(name)
    os.rename(name + ".new", name)


def seen(marker, function, *arguments):
    """What there is, when the marker is there already."""
    return function(*arguments) if os.path.exists(marker) else "no marker"


def main():
    for line in sys.stdin:
        if line == "exit\n":
            break
        try:
            result = eval(line)
        except OSError as error:
            result = errno.errorcode[error.errno]
        except Exception as error:
            result = repr(error)
        print("done" if result is None else result, flush=True)


main()
