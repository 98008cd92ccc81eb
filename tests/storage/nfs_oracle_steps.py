"""The operations of nfs_oracle.py: each a function of a place and what was drawn for it."""
import fcntl
import mmap
import os
import stat

LIMIT = 300_000  # bytes of a file: a few pages, and more than one read-ahead

STEPS = []


def step(weight):
    def add(function):
        STEPS.extend([function] * weight)
        return function
    return add


class Place:
    """One of the two directories, and the files that are open there."""

    def __init__(self, root):
        self.root = root
        self.files = {}

    def path(self, name):
        return f"{self.root}/{name}"

    def keep(self, slot, descriptor):
        self.close(slot)
        self.files[slot] = descriptor

    def close(self, slot):
        if slot in self.files:
            os.close(self.files.pop(slot))

    def close_all(self):
        for slot in list(self.files):
            self.close(slot)


def drawn_bytes(draw, most=20_000):
    size = draw.choice((0, 1, draw.randrange(100), draw.randrange(5000), draw.randrange(most)))
    return draw.randbytes(size)


def described(status):
    """What must be the same in both places."""
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFDIR:
        return kind, status.st_mode, status.st_nlink, status.st_uid, status.st_gid
    return kind, status.st_mode, status.st_nlink, status.st_uid, status.st_gid, status.st_size


@step(8)
def open_file(place, draw, name):
    slot = draw.slot()
    flags = draw.choice((os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR)) | draw.choice(
        (0, os.O_CREAT, os.O_CREAT, os.O_CREAT | os.O_EXCL, os.O_TRUNC, os.O_APPEND,
         os.O_CREAT | os.O_APPEND, os.O_CREAT | os.O_TRUNC, os.O_DIRECTORY, os.O_NOFOLLOW))
    if os.path.exists(place.path(name)) and stat.S_ISFIFO(os.stat(place.path(name)).st_mode):
        return None
    place.keep(slot, os.open(place.path(name), flags | os.O_NONBLOCK,
                             draw.choice((0o644, 0o600, 0o755, 0o444))))
    return described(os.fstat(place.files[slot]))


@step(3)
def close_file(place, draw, name):
    place.close(draw.slot())


@step(8)
def write_open_file(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    data, offset = drawn_bytes(draw), draw.randrange(LIMIT)
    return os.pwrite(descriptor, data, offset)


@step(4)
def write_on(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    return os.write(descriptor, drawn_bytes(draw, 3000)), os.lseek(descriptor, 0, os.SEEK_CUR)


@step(8)
def read_open_file(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    return os.pread(descriptor, draw.randrange(40_000), draw.randrange(LIMIT))


@step(2)
def seek(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        return None  # each file system has its own offsets of names
    return os.lseek(descriptor, draw.randrange(LIMIT) - 50, draw.choice((os.SEEK_SET, os.SEEK_END)))


@step(3)
def truncate_open_file(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    os.ftruncate(descriptor, draw.choice((0, draw.randrange(LIMIT))))
    return os.fstat(descriptor).st_size


@step(2)
def truncate_by_name(place, draw, name):
    os.truncate(place.path(name), draw.randrange(LIMIT))


# NFSv3 cannot; the C library writes instead, where it may read too and not all goes to the end.
@step(3)
def allocate(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & (os.O_APPEND | os.O_ACCMODE) != os.O_RDWR:
        return None
    os.posix_fallocate(descriptor, draw.randrange(LIMIT), 1 + draw.randrange(20_000))
    return os.fstat(descriptor).st_size


# A changed mapping is written to the server later on, which takes the set-user-ID bit for that.
@step(5)
def change_a_mapping(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    if os.fstat(descriptor).st_mode & stat.S_ISUID:
        return None
    offset, data = draw.randrange(LIMIT), drawn_bytes(draw)
    flush = draw.random() < 0.3
    size = os.fstat(descriptor).st_size
    with mmap.mmap(descriptor, 0) as memory:
        data = data[:max(0, size - offset)]
        memory[offset:offset + len(data)] = data
        if flush:
            memory.flush()
    return len(data)


@step(3)
def read_a_mapping(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    offset = draw.randrange(LIMIT)
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as memory:
        return memory[offset:offset + 10_000]


@step(2)
def synchronise(place, draw, name):
    descriptor = place.files.get(draw.slot(), -1)
    draw.choice((os.fsync, os.fdatasync))(descriptor)


@step(3)
def ask_open_file(place, draw, name):
    status = os.fstat(place.files.get(draw.slot(), -1))
    return status.st_mode, status.st_size


@step(6)
def ask(place, draw, name):
    return described(os.lstat(place.path(name)))


@step(2)
def ask_through_links(place, draw, name):
    return described(os.stat(place.path(name)))


@step(4)
def whole_file(place, draw, name):
    with open(os.open(place.path(name), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        return file.read()


@step(4)
def list_names(place, draw, name):
    return sorted(entry for entry in os.listdir(place.path(name)) if not entry.startswith(".nfs"))


@step(2)
def list_kinds(place, draw, name):
    with os.scandir(place.path(name)) as entries:
        return sorted((entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink())
                      for entry in entries if not entry.name.startswith(".nfs"))


@step(4)
def make_directory(place, draw, name):
    os.mkdir(place.path(name), draw.choice((0o755, 0o700, 0o2755)))


# A removed file that is open keeps its directory: NFS has no other place for it.
@step(2)
def remove_directory(place, draw, name):
    place.close_all()
    os.rmdir(place.path(name))


@step(6)
def remove(place, draw, name):
    os.unlink(place.path(name))


@step(6)
def rename(place, draw, name):
    target = draw.name()
    if os.path.isdir(place.path(name)) and target.count("/") > name.count("/"):
        return None  # trees would grow beyond the reach of names
    if os.path.isdir(place.path(target)) and not os.path.islink(place.path(target)):
        place.close_all()
    os.rename(place.path(name), place.path(target))


@step(4)
def link(place, draw, name):
    os.link(place.path(name), place.path(draw.name()), follow_symlinks=False)


@step(3)
def symlink(place, draw, name):
    os.symlink(draw.choice(("a", "../b", "d/c", "nowhere", "x" * 200)), place.path(name))


@step(2)
def read_link(place, draw, name):
    return os.readlink(place.path(name))


# Opened by nobody: the kernel opens a FIFO itself, so that a removed one is really gone.
@step(1)
def make_fifo(place, draw, name):
    os.mkfifo(place.path(name), 0o644)


@step(3)
def change_mode(place, draw, name):
    path = place.path(name)
    mode = draw.choice((0o600, 0o644, 0o755, 0o400, 0o4755, 0o000))
    if os.path.isdir(path):
        mode |= 0o700
    if stat.S_ISFIFO(os.stat(path).st_mode):
        mode |= 0o600  # opening a FIFO is the kernel's, which asks FUSE for no permission
    if mode & stat.S_ISUID:
        for descriptor in place.files.values():
            os.fsync(descriptor)  # as above: mappings that were changed before
    os.chmod(path, mode)


@step(3)
def set_times(place, draw, name):
    times = draw.randrange(4_000_000_000) * 10**9 + draw.randrange(10**9), \
        draw.randrange(4_000_000_000) * 10**9 + draw.randrange(10**9)
    if os.path.islink(place.path(name)):
        return None  # servers keep what they like of a link's times
    os.utime(place.path(name), ns=times)
    status = os.stat(place.path(name))
    return status.st_atime_ns, status.st_mtime_ns


@step(2)
def may(place, draw, name):
    return [os.access(place.path(name), how) for how in (os.R_OK, os.W_OK, os.X_OK)]
