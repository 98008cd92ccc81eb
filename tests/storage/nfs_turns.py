"""Two mounts of one export that do things by turns; a dictionary is the oracle.

    nfs_turns.py SEED TURNS [names]     on its standard input and output: see 0304-nfs-turns.t

Prints lines "NODE CODE" for a node to do and reads what it said, until all turns are done.
With "names", names come and go as well, which needs mounts that cache no attributes.
"""
import random
import sys

SETUP = '''
import os
def put(name, mode, data):
    with open(name, mode) as file:
        file.write(data)
def get(name):
    with open(name, "rb") as file:
        return file.read()
'''


def ask(node, code):
    print(node, code, flush=True)
    return sys.stdin.readline().strip()


class Turns:
    def __init__(self, seed, with_names):
        self.draw = random.Random(seed)
        self.files = {}
        self.with_names = with_names

    def contents(self, name):
        return repr(self.files[name]) if name in self.files else "ENOENT"

    def write(self, node, name):
        data = self.draw.randbytes(self.draw.choice((1, 10, 5000)))
        self.files[name] = data
        return f"put({name!r}, 'wb', {data!r})", "done"

    def append(self, node, name):
        data = self.draw.randbytes(20)
        self.files[name] = self.files.get(name, b"") + data
        return f"put({name!r}, 'ab', {data!r})", "done"

    def truncate(self, node, name):
        if name not in self.files:
            return self.write(node, name)
        size = self.draw.randrange(len(self.files[name]) + 50)
        self.files[name] = self.files[name][:size].ljust(size, b"\0")
        return f"os.truncate({name!r}, {size})", "done"

    def read(self, node, name):
        return f"get({name!r})", self.contents(name)

    def remove(self, node, name):
        if name not in self.files:
            return f"os.unlink({name!r})", "ENOENT"
        del self.files[name]
        return f"os.unlink({name!r})", "done"

    def rename(self, node, name):
        target = self.draw.choice("abcd")
        if name not in self.files:
            return f"os.rename({name!r}, {target!r})", "ENOENT"
        self.files[target] = self.files.pop(name)
        return f"os.rename({name!r}, {target!r})", "done"

    def size(self, node, name):
        return f"os.stat({name!r}).st_size", \
            str(len(self.files[name])) if name in self.files else "ENOENT"

    def names(self, node, name):
        return "sorted(os.listdir())", repr(sorted(self.files))

    def turn(self):
        steps = [self.write, self.append, self.append, self.truncate, self.read, self.read]
        if self.with_names:
            steps += [self.remove, self.rename, self.size, self.names]
        node = self.draw.choice("ab")
        code, expected = self.draw.choice(steps)(node, self.draw.choice("abcd"))
        return node, code, expected


def main():
    turns = Turns(int(sys.argv[1]), "names" in sys.argv[3:])
    for node in "ab":
        ask(node, f"exec({SETUP!r}, globals())")
    for number in range(int(sys.argv[2])):
        node, code, expected = turns.turn()
        said = ask(node, code)
        if said != expected:
            print(f"turn {number}: {node}: {code:.100}: {said:.200}, expected {expected:.200}",
                  file=sys.stderr)
            sys.exit(1)


main()
