"""The random programs of nfs_pair.py: lists of (node, operation), the same for the same seed.

A program is short, and works in a directory of its own, so that what goes wrong in one is not seen
again in the next. There are two kinds:

    locked   every access to contents, sizes and mappings is under a lock that excludes the other
             node's: the results are those of one machine
    free     names come, go and change without locks, files are written in one go and closed; who
             holds a file open only reads it: what the other node did may be seen late
"""
import random

LENGTH = 80  # operations of a program
NODES = "ab"
SLOTS = 3


def drawn_data(draw, number, most=300):
    """Data that says which operation wrote it."""
    size = draw.choice((1, 20, draw.randrange(1, most), draw.randrange(1, most)))
    return f"{number}.".ljust(size, chr(97 + number % 26))[:size]


# A lock covers some of these ranges of a file; the last one has no end.
BOUNDS = (0, 50, 100, 200)
WHOLE = frozenset(range(len(BOUNDS)))
LEAST, MOST = 200, 6000  # bytes of a file: all ranges but the last are always there
FILES = {"f": ("fcntl", "ofd"), "g": ("flock",)}


def cells(start, size):
    """The ranges between two bounds; size 0 is up to the end."""
    first = BOUNDS.index(start)
    return frozenset(range(first, BOUNDS.index(start + size) if size else len(BOUNDS)))


class Referee:
    """Knows what is open and locked in a locked program, and what may be done under that."""

    def __init__(self):
        self.sizes = {}
        self.slots = {}  # (node, slot): [file, words of its flags]
        self.maps = set()
        self.locks = {}  # (file, owner): {cell: type}; an owner is (node, slot), slot -1 a process

    def allows(self, node, do):
        """Says whether the operation is one of a locked program, and if so, takes it as done."""
        return getattr(self, do[0])(node, *do[1:]) is not False

    def held(self, node, file, types):
        """The cells that a node has locked."""
        return frozenset(cell for (name, owner), owned in self.locks.items()
                         if name == file and owner[0] == node
                         for cell, type_ in owned.items() if type_ in types)

    def may_read(self, node, file, need=WHOLE):
        return need <= self.held(node, file, ("sh", "ex"))

    def may_write(self, node, file, need=WHOLE):
        return need <= self.held(node, file, ("ex",))

    def file_of(self, node, slot, *words):
        """The file in a slot that was opened with one of these words."""
        file, flags = self.slots.get((node, slot), (None, ()))
        return file if file and set(words) & set(flags.split("|")) else None

    def put(self, node, file, flags, data):
        if "CREAT" not in flags and not (
                self.may_write(node, file) and self.unlocked_by_close(node, file)):
            return False
        return self.sized(file, len(data) + (self.sizes[file] if "APPEND" in flags else 0))

    def sized(self, file, size):
        if not LEAST <= size <= MOST:
            return False
        self.sizes[file] = size
        return True

    def get(self, node, file):
        return self.may_read(node, file) and self.unlocked_by_close(node, file)

    def unlocked_by_close(self, node, file):
        """A process' locks of a file end when it closes any descriptor: not in mid-access."""
        return not self.locks.get((file, (node, -1)))

    def open(self, node, slot, file, flags):
        if (node, slot) in self.slots or file not in self.sizes:
            return False
        self.slots[node, slot] = file, flags
        return True

    def close(self, node, slot):
        if (node, slot) not in self.slots:
            return False
        file, _ = self.slots.pop((node, slot))
        self.maps.discard((node, slot))
        self.locks.pop((file, (node, slot)), None)
        self.locks.pop((file, (node, -1)), None)
        return True

    def lock(self, node, slot, kind, type_, start=0, size=0):
        need = ("RDONLY", "RDWR") if type_ == "sh" else ("RDWR",)
        if type_ == "un":
            need = ("RDONLY", "RDWR")
        file = self.file_of(node, slot, *need)
        if file is None or kind not in FILES[file]:
            return False
        owner = node, -1 if kind == "fcntl" else slot
        owned = self.locks.setdefault((file, owner), {})
        wanted = cells(start, size)
        if type_ == "un":
            for cell in wanted:
                owned.pop(cell, None)
        elif kind == "flock" and owned:
            return False  # a change of its type is not one step everywhere
        elif set(owned) != wanted and {type_} != set(owned.values()) | {type_}:
            return False  # nor is it of a part: Ganesha keeps an exclusive one within a shared one
        elif not self.in_the_way(file, owner, type_, wanted):
            owned.update((cell, type_) for cell in wanted)
        return True

    def in_the_way(self, file, owner, type_, wanted):
        return any("ex" in (type_, theirs.get(cell)) for cell in wanted
                   for (name, other), theirs in self.locks.items()
                   if name == file and other != owner and cell in theirs)

    def holder(self, node, slot, kind, type_, start=0, size=0):
        file = self.file_of(node, slot, "RDONLY", "RDWR")
        return file is not None and kind in FILES[file] and kind != "flock"

    def pread(self, node, slot, size, offset):
        file = self.file_of(node, slot, "RDONLY", "RDWR")
        if file is None:
            return False
        inside = offset in BOUNDS and offset + size in BOUNDS
        return self.may_read(node, file, cells(offset, size) if inside else WHOLE)

    def pwrite(self, node, slot, data, offset):
        file = self.file_of(node, slot, "RDWR")
        if file is None or self.file_of(node, slot, "APPEND"):
            return False
        end = offset + len(data)
        inside = offset in BOUNDS and end in BOUNDS
        if not self.may_write(node, file, cells(offset, len(data)) if inside else WHOLE):
            return False
        return self.sized(file, max(self.sizes[file], end))

    def append(self, node, slot, data):
        file = self.file_of(node, slot, "APPEND")
        return file is not None and self.may_write(node, file) and \
            self.sized(file, self.sizes[file] + len(data))

    def ftruncate(self, node, slot, size):
        file = self.file_of(node, slot, "RDWR")
        return file is not None and self.truncate(node, file, size)

    def truncate(self, node, file, size):
        return self.may_write(node, file) and self.sized(file, size)

    def fstat(self, node, slot):
        file = self.file_of(node, slot, "RDONLY", "RDWR")
        return file is not None and self.may_read(node, file)

    def end(self, node, slot):
        return self.fstat(node, slot)

    def stat(self, node, file):
        return self.may_read(node, file)

    def fsync(self, node, slot):
        return self.file_of(node, slot, "RDWR") is not None

    def map(self, node, slot):
        if not self.file_of(node, slot, "RDWR"):
            return False
        self.maps.add((node, slot))
        return True

    def load(self, node, slot, size, offset):
        file = self.file_of(node, slot, "RDWR")
        return (node, slot) in self.maps and self.may_read(node, file) and \
            offset + size <= self.sizes[file]

    def store(self, node, slot, data, offset):
        file = self.file_of(node, slot, "RDWR")
        if (node, slot) not in self.maps or not self.may_write(node, file) or \
                offset + len(data) > self.sizes[file]:
            return False
        return True

    def increment(self, node, slot, offset):
        return self.store(node, slot, " ", offset)

    def msync(self, node, slot):
        return (node, slot) in self.maps


RANGES = [(0, 0)] * 8 + [(0, 50), (50, 50), (100, 100), (0, 100), (50, 150)]
FLAGS = ("RDWR|APPEND", "RDWR|APPEND", "RDWR", "RDWR", "RDWR|CREAT", "RDONLY")


def drawn_range(draw, kind):
    return (0, 0) if kind == "flock" else draw.choice(RANGES)


def access(draw, number, slot, file, flags, is_mapped):
    """One use of a file's contents or size, in one or two operations."""
    data, offset = drawn_data(draw, number), draw.choice((0, 0, 100, draw.randrange(MOST)))
    place = draw.choice(((100, 0), (50, 50), (50, 0), (100, 100)))
    ways = [[["pread", slot, draw.choice((20, MOST)), offset]], [["pread", slot, *place]],
            [["fstat", slot]], [["end", slot]], [["stat", file]], [["get", file]],
            [["put", file, draw.choice(("WRONLY|APPEND", "WRONLY|TRUNC")), data.ljust(LEAST)]],
            [["truncate", file, draw.randrange(LEAST, MOST)]],
            [["ftruncate", slot, draw.randrange(LEAST, MOST)]]]
    if "APPEND" in flags:
        ways += [[["append", slot, data]]] * 16
    else:
        ways += [[["pwrite", slot, data, offset]],
                 [["pwrite", slot, data[:1] * place[0], place[1]]]]
    if is_mapped:
        ways += [[["increment", slot, draw.choice((0, 0, 7))]]] * 12 + [
            [["store", slot, data, offset], ["msync", slot]], [["store", slot, data, offset]],
            [["load", slot, 20, offset]]] * 2
    return draw.choice(ways)


def transaction(draw, number, slot, file, flags, is_mapped):
    """A lock, what is done under it, and its end. The referee leaves out what it does not give."""
    kind = draw.choice(FILES[file])
    where = drawn_range(draw, kind)
    steps = [["lock", slot, kind, draw.choice(("ex", "ex", "ex", "sh")), *where]]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        steps += access(draw, number + len(steps), slot, file, flags, is_mapped)
    return steps + draw.choice([[["lock", slot, kind, "un", *where]]] * 8 + [
        [["lock", slot, kind, "un", 0, 0]], [["close", slot]], []])


def anything(draw, number, slot, file, flags, is_mapped):
    """One operation that needs no lock, or uses one that is held still."""
    kind = draw.choice(("fcntl", "ofd", "flock"))
    where = drawn_range(draw, kind)
    return draw.choice((
        [["close", slot]], [["map", slot]], [["fsync", slot]],
        [["holder", slot, kind, draw.choice(("sh", "ex")), *where]],
        [["lock", slot, kind, "un", *where]], [["lock", slot, kind, "un", 0, 0]],
        [["lock", slot, kind, draw.choice(("sh", "ex")), *where]],
        access(draw, number, slot, file, flags, is_mapped)))


def drawn_locked(draw, number, referee, node):
    """Some operations that may be done, or not: the referee says."""
    slot = draw.randrange(SLOTS)
    if (node, slot) not in referee.slots:
        return [["open", slot, draw.choice(list(FILES)), draw.choice(FLAGS)],
                draw.choice((["map", slot], ["fsync", slot]))]
    kind = transaction if draw.random() < 0.7 else anything
    return kind(draw, number, slot, *referee.slots[node, slot], (node, slot) in referee.maps)


def locked_program(draw):
    referee = Referee()
    steps = []
    tried = [["put", file, "WRONLY|CREAT|EXCL", chr(65 + draw.randrange(26)) * 400]
             for file in FILES]
    node = "a"
    while len(steps) < LENGTH:
        for do in tried:
            if referee.allows(node, do):
                steps.append((node, do))
        node = draw.choice(NODES)
        tried = drawn_locked(draw, len(steps), referee, node)
    return steps + [(node, ["close", slot]) for node, slot in referee.slots] + [
        (node, do) for node in NODES for file, kinds in FILES.items()
        for do in last_look(file, kinds[-1])]


def last_look(file, kind):
    return (["open", 0, file, "RDONLY"], ["lock", 0, kind, "sh", 0, 0], ["pread", 0, MOST, 0],
            ["fstat", 0], ["close", 0])


TOP, DIRECTORIES, BELOW = "abcd", "DE", "xy"


def path_of(draw):
    """A file's, a link's or a directory's, or of something in one."""
    return draw.choice((*TOP, *DIRECTORIES, "latest", draw.choice(DIRECTORIES) + "/x",
                        draw.choice(DIRECTORIES) + "/" + draw.choice(BELOW)))


def changes(draw, number):
    """One thing that a node does to names, in one or more operations."""
    name, directory, data = draw.choice(TOP), draw.choice(DIRECTORIES), drawn_data(draw, number)
    below = directory + "/" + draw.choice(BELOW)
    return draw.choice((
        [["put", name, draw.choice(("WRONLY|CREAT", "WRONLY|CREAT|TRUNC", "WRONLY|APPEND",
                                    "WRONLY|CREAT|APPEND", "RDWR|CREAT|EXCL")), data]],
        [["put", name, "WRONLY|CREAT|TRUNC", data]],
        [["put", "new", "WRONLY|CREAT|TRUNC", data], ["rename", "new", name]],
        [["put", "new", "WRONLY|CREAT|EXCL", data], ["rename", "new", name]],
        [["put", below, "WRONLY|CREAT|TRUNC", data]],
        [["mkdir", "N"], ["put", "N/" + draw.choice(BELOW), "WRONLY|CREAT", data],
         ["remove_tree", directory], ["rename", "N", directory]],
        [["mkdir", "N"], ["remove_tree", directory], ["rename", "N", directory]],
        [["mkdir", "N"], ["rename", directory, f"old{number}"], ["rename", "N", directory]],
        [["symlink", draw.choice((name, directory, f"none{number}")), "link"],
         ["rename", "link", "latest"], ["put", f"marker{number}", "WRONLY|CREAT", ""]],
        [["unlink", "latest"], ["symlink", f"none{number}", "latest"]],
        [["unlink", draw.choice((name, below))]],
        [["rename", name, draw.choice(TOP)]],
        [["rename", directory, draw.choice(DIRECTORIES)]],
        [["rename", below, draw.choice((draw.choice(TOP), draw.choice(DIRECTORIES) + "/x"))]],
        [["link", name, draw.choice(TOP)]],
        [["mkdir", directory]],
        [["rmdir", directory]],
        [["truncate", name, draw.randrange(400)]],
    ))


def look(draw, steps):
    """One operation that changes nothing, at something that the other node may have changed."""
    marker = next((do[1] for _, do in reversed(steps) if "marker" in str(do[1])), "marker")
    path, slot = path_of(draw), draw.randrange(SLOTS - 1)
    directory = draw.choice((*DIRECTORIES, *DIRECTORIES, "."))
    return draw.choice((
        ["readlink", "latest"], ["readlink", "latest"], ["stat", path], ["lstat", path],
        ["exists", path], ["exists", marker], ["exists", marker],
        ["get", path], ["get", path], ["access", path, 4], ["list", directory],
        ["into", directory], ["scan", directory], ["walk", directory],
        ["open", slot, draw.choice(TOP), "RDONLY"], ["open", slot, draw.choice(TOP), "RDONLY"],
        draw.choice((["close", slot], ["open", slot, "latest", "RDONLY"])),
        ["pread", slot, 400, draw.choice((0, 0, 100))], ["fstat", slot], ["end", slot],
    ))


def free_program(draw):
    steps = [("a", ["mkdir", "D"]), ("a", ["put", "D/x", "WRONLY|CREAT", "first"]),
             ("a", ["put", "a", "WRONLY|CREAT", "first"]), ("a", ["symlink", "a", "latest"])]
    while len(steps) < LENGTH:
        node = draw.choice(NODES)
        if draw.random() < 0.3:
            steps += [(node, do) for do in changes(draw, len(steps))]
        else:
            steps += [(node, look(draw, steps)) for _ in range(draw.choice((1, 3)))]
    return steps


DRAWN = (("locked", locked_program), ("free", free_program))


def program(seed, count):
    """(name, kind, steps)"""
    kind, draw = DRAWN[count % len(DRAWN)]
    name = f"{seed}.{count}"
    return name, kind, draw(random.Random(name))


def programs(seed, operations):
    """Programs until so many operations are drawn."""
    count = drawn = 0
    while drawn < operations:
        name, kind, steps = program(seed, count)
        yield name, kind, steps[:operations - drawn]
        count += 1
        drawn += len(steps)


def keeps_rules(kind, steps):
    """Whether a program is one of its kind still, after some operations were left out."""
    referee = Referee()
    return kind == "free" or all(referee.allows(node, do) for node, do in steps)
