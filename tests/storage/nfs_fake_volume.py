"""nfs_fake_volume: a volume in memory, and the answers that NFSv3 and MOUNT give about it.

An answer is bytes: the procedure's result as XDR. `lies` says where it is not to be true; see
nfs_fake_server.py for what there is.
"""
import errno
import os
import struct

REGULAR, DIRECTORY, LINK = 1, 2, 5
FIFO = 7
STATUS = {
    "ok": 0, "perm": 1, "noent": 2, "io": 5, "nxio": 6, "acces": 13, "exist": 17, "xdev": 18,
    "nodev": 19, "notdir": 20, "isdir": 21, "inval": 22, "fbig": 27, "nospc": 28, "rofs": 30,
    "mlink": 31, "nametoolong": 63, "notempty": 66, "dquot": 69, "stale": 70, "remote": 71,
    "badhandle": 10001, "not_sync": 10002, "bad_cookie": 10003, "notsupp": 10004,
    "toosmall": 10005, "serverfault": 10006, "badtype": 10007, "jukebox": 10008}
# Where a failed call's result has more than the status: how many words of "nothing follows".
WORDS_OF_FAILURE = {"getattr": 0, "rename": 4, "link": 3, "setattr": 2, "write": 2, "create": 2,
                    "mkdir": 2, "symlink": 2, "mknod": 2, "remove": 2, "rmdir": 2, "commit": 2}


def u32(number):
    return struct.pack(">I", number & 0xffffffff)


def u64(number):
    return struct.pack(">Q", number & 0xffffffffffffffff)


def opaque(data):
    return u32(len(data)) + data + bytes(-len(data) % 4)


class Reader:
    """Takes a call's arguments apart."""

    def __init__(self, data):
        self.data = data
        self.position = 0

    def take(self, size):
        data = self.data[self.position:self.position + size]
        self.position += size
        return data

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def u64(self):
        return struct.unpack(">Q", self.take(8))[0]

    def opaque(self):
        size = self.u32()
        return self.take(size + -size % 4)[:size]


class Node:
    def __init__(self, number, kind, content=b""):
        self.number, self.kind, self.content = number, kind, bytearray(content)
        self.names = {}
        self.mode = 0o755 if kind == DIRECTORY else 0o644
        self.changed = 1000000

    def handle(self, lies):
        handle = b"fake" + u32(self.number)
        size = int(lies.get("handle", len(handle)))
        return opaque(handle.ljust(size, b"x")[:size])

    def attributes(self, lies):
        kind = int(lies.get("type", self.kind))
        size = int(lies.get("size", len(self.content)))
        return (u32(kind) + u32(self.mode) + u32(1) + u32(1000) + u32(1000) + u64(size)
                + u64(size) + u64(0) + u64(7) + u64(self.number) + 3 * (u32(self.changed) + u32(0)))


class Failure(Exception):
    pass


def follows(data):
    return u32(1) + data


NOTHING = u32(0)


class Volume:
    def __init__(self):
        self.nodes = []
        self.verifier = b"verifier"
        self.root = self.make(None, "", DIRECTORY)
        self.make(self.root, "file", REGULAR, b"0123456789abcdef" * 4096)
        self.make(self.root, "large", REGULAR, bytes(4 << 20))
        self.make(self.root, "link", LINK, b"file")
        directory = self.make(self.root, "directory", DIRECTORY)
        for number in range(300):
            self.make(directory, f"name-{number:03}", REGULAR)

    def make(self, directory, name, kind, content=b""):
        node = Node(len(self.nodes) + 1, kind, content)
        self.nodes.append(node)
        if directory:
            directory.names[name] = node
            directory.changed += 1
        return node

    def node(self, arguments):
        handle = arguments.opaque()
        number = struct.unpack(">I", handle[4:8])[0]
        return self.nodes[number - 1]

    def place(self, arguments):
        return self.node(arguments), os.fsdecode(arguments.opaque())

    @staticmethod
    def find(directory, name):
        if name not in directory.names:
            raise Failure(errno.ENOENT)
        return directory.names[name]

    def answer(self, procedure, arguments, lies):
        if "status" in lies:
            status = lies["status"]
            return self.failed(procedure, STATUS[status] if status in STATUS else int(status))
        if "verifier" in lies:
            self.verifier = os.urandom(8)
        try:
            return u32(0) + getattr(self, procedure)(Reader(arguments), lies)
        except Failure as failure:
            return self.failed(procedure, failure.args[0])

    @staticmethod
    def failed(procedure, status):
        return u32(status) + NOTHING * WORDS_OF_FAILURE.get(procedure, 1)

    def null(self, arguments, lies):
        return b""

    def mnt(self, arguments, lies):
        return self.root.handle(lies) + u32(1) + u32(int(lies.get("flavor", 1)))

    def getattr(self, arguments, lies):
        return self.node(arguments).attributes(lies)

    def setattr(self, arguments, lies):
        node = self.node(arguments)
        if arguments.u32():
            node.mode = arguments.u32()
        for _ in range(2):
            if arguments.u32():
                arguments.u32()
        if arguments.u32():
            size = arguments.u64()
            node.content = node.content[:size].ljust(size, b"\0")
        return self.change(node, lies)

    def change(self, node, lies):
        node.changed += 1
        return NOTHING + follows(node.attributes(lies))

    def lookup(self, arguments, lies):
        directory, name = self.place(arguments)
        node = directory if "self" in lies else self.find(directory, name)
        return (node.handle(lies) + (NOTHING if "bare" in lies else follows(node.attributes(lies)))
                + NOTHING)

    def access(self, arguments, lies):
        node = self.node(arguments)
        return follows(node.attributes(lies)) + u32(arguments.u32())

    def readlink(self, arguments, lies):
        node = self.node(arguments)
        target = os.fsencode(lies["target"]) if "target" in lies else bytes(node.content)
        return follows(node.attributes(lies)) + opaque(target)

    def read(self, arguments, lies):
        node, offset, count = self.node(arguments), arguments.u64(), arguments.u32()
        data = bytes(node.content[offset:offset + count])
        end = offset + count >= len(node.content)
        if "longer" in lies:
            data += b"x" * int(lies["longer"])
        if "empty" in lies:
            data, end = b"", False
        if "short" in lies:
            data, end = data[:int(lies["short"])], False
        return follows(node.attributes(lies)) + u32(len(data)) + u32(end) + opaque(data)

    def write(self, arguments, lies):
        node, offset, _, stable = (self.node(arguments), arguments.u64(), arguments.u32(),
                                   arguments.u32())
        data = arguments.opaque()
        node.content = node.content.ljust(offset, b"\0")
        node.content[offset:offset + len(data)] = data
        return (self.change(node, lies) + u32(int(lies.get("count", len(data))))
                + u32(int(lies.get("stable", stable))) + self.verifier)

    def commit(self, arguments, lies):
        return self.change(self.node(arguments), lies) + self.verifier

    def made(self, arguments, kind, lies):
        directory, name = self.place(arguments)
        return self.made_at(directory, name, kind, lies)

    def made_at(self, directory, name, kind, lies):
        if name in directory.names and kind != REGULAR:
            raise Failure(errno.EEXIST)
        node = directory.names.get(name) or self.make(directory, name, kind)
        if "bare" in lies:
            return NOTHING + NOTHING + self.change(directory, {})
        return (follows(node.handle(lies)) + follows(node.attributes(lies))
                + self.change(directory, {}))

    def create(self, arguments, lies):
        return self.made(arguments, REGULAR, lies)

    def mkdir(self, arguments, lies):
        return self.made(arguments, DIRECTORY, lies)

    def symlink(self, arguments, lies):
        directory, name = self.place(arguments)
        for size in 4, 4, 4, 8:  # mode, owner, group, size
            if arguments.u32():
                arguments.take(size)
        for _ in range(2):  # times: 2 is one of the client's
            if arguments.u32() == 2:
                arguments.take(8)
        result = self.made_at(directory, name, LINK, lies)
        directory.names[name].content[:] = arguments.opaque()
        return result

    def mknod(self, arguments, lies):
        return self.made(arguments, FIFO, lies)

    def remove(self, arguments, lies):
        directory, name = self.place(arguments)
        self.find(directory, name)
        del directory.names[name]
        return self.change(directory, lies)

    rmdir = remove

    def rename(self, arguments, lies):
        source, name = self.place(arguments)
        target, other = self.place(arguments)
        target.names[other] = self.find(source, name)
        if (source, name) != (target, other):
            del source.names[name]
        return self.change(source, lies) + self.change(target, lies)

    def link(self, arguments, lies):
        node = self.node(arguments)
        directory, name = self.place(arguments)
        directory.names[name] = node
        return follows(node.attributes(lies)) + self.change(directory, lies)

    def listing(self, arguments, lies, plus):
        """Entries after the cookie; a cookie is the entry's place."""
        directory, cookie = self.node(arguments), arguments.u64()
        answer = follows(directory.attributes({})) + bytes(8)
        names = list(directory.names.items())
        places = range(cookie, min(cookie + 100, len(names)))
        end = cookie + len(places) == len(names)
        if "round" in lies:
            begin, end = int(lies["round"]), False
            places = [place if place < len(names) else
                      begin + (place - begin) % (len(names) - begin)
                      for place in range(cookie, cookie + 70)]
        entries = [(place + 1, *names[place]) for place in places]
        if "hollow" in lies:
            entries, end = [], False
        if "endless" in lies:
            entries = [(i, f"endless-{i}", self.root) for i in range(cookie + 1, cookie + 101)]
            end = False
        if "stuck" in lies:
            end = False
        for place, name, node in entries:
            answer += follows(u64(node.number))
            answer += opaque(os.fsencode(lies.get("name", name)))
            answer += u64(int(lies.get("stuck", place)))
            if plus:
                answer += follows(node.attributes(lies)) + follows(node.handle(lies))
        return answer + NOTHING + u32(end)

    def readdir(self, arguments, lies):
        return self.listing(arguments, lies, False)

    def readdirplus(self, arguments, lies):
        return self.listing(arguments, lies, True)

    def fsstat(self, arguments, lies):
        return NOTHING + 6 * u64(int(lies.get("size", 1 << 30))) + u32(0)

    def fsinfo(self, arguments, lies):
        size = int(lies.get("transfer", 1 << 20))
        return NOTHING + 7 * u32(size) + u64(1 << 62) + u32(0) + u32(1) + u32(0x1b)
