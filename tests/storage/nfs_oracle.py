"""nfs_oracle: one random sequence of operations in two places; every result is compared.

    nfs_oracle.py VOLUME LOCAL SEED OPERATIONS

Local disk is the oracle. Results are return values and contents, errno's name when an operation
fails, and in the end the whole trees. Prints what differs first, with the operations before it,
and exits 1. The same seed gives the same sequence.
"""
import errno
import os
import random
import stat
import sys

from nfs_oracle_steps import STEPS, Place, described

NAMES = "abcde"
SLOTS = 4
SAME = {"EEXIST": "ENOTEMPTY"}  # POSIX lets a file system choose


class Draw(random.Random):
    def name(self):
        """One of a few paths, so that operations meet."""
        return "/".join(self.choice(NAMES) for _ in range(self.choice((1, 1, 1, 2, 2, 3))))

    def slot(self):
        """One of a few places for open files."""
        return self.randrange(SLOTS)


def attempt(function, place, seed, name):
    try:
        return function(place, Draw(seed), name)
    except OSError as error:
        cause = errno.errorcode[error.errno]
        return SAME.get(cause, cause)
    except ValueError as error:  # Python's own: an empty mapping
        return str(error)


def tree(root):
    """Everything below a directory: kinds, attributes, contents, targets."""
    found = {}
    for directory, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                os.chmod(path, 0o600)
                with open(path, "rb") as file:
                    content = file.read()
                os.chmod(path, stat.S_IMODE(status.st_mode))
            else:
                content = None
            found[os.path.relpath(path, root)] = described(status), content
    return found


def compare(seed, operations, volume, local):
    draw = Draw(seed)
    history = []
    places = Place(volume), Place(local)
    for number in range(operations):
        function, name, argument = draw.choice(STEPS), draw.name(), draw.getrandbits(48)
        seen, expected = (attempt(function, place, argument, name) for place in places)
        history.append(f"{number}: {function.__name__} {name} = {expected!r:.60}")
        if seen != expected:
            return *history[-17:], f"volume: {seen!r:.200}", f"local:  {expected!r:.200}"
    for place in places:
        place.close_all()
    trees = tree(volume), tree(local)
    different = [name for name in sorted(set(trees[0]) | set(trees[1]))
                 if trees[0].get(name) != trees[1].get(name)]
    return [f"in the end: {name}: {trees[0].get(name)!r:.200}, expected {trees[1].get(name)!r:.200}"
            for name in different]


def main():
    volume, local, seed, operations = sys.argv[1:5]
    for place in (volume, local):
        os.mkdir(f"{place}/{seed}")
    difference = compare(int(seed), int(operations), f"{volume}/{seed}", f"{local}/{seed}")
    for line in difference:
        print(line)
    sys.exit(1 if difference else 0)


main()
