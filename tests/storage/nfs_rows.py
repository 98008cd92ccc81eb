"""What one node sees of another: each row of the manual's table (atelier-volume(7)) with its program.

    nfs_rows.py run LIMIT PLACE_A PLACE_B [TEXT...]   prints "SECONDS<tab>TEXT", SECONDS "-" for never
    nfs_rows.py list                                  prints the rows

A place is the words of a command that runs what follows them in a mount's root. In a program, each
line says the node and what it does (nfs_rows_node.py); what the last line gives must be what is behind
its arrow, at once or LIMIT seconds later at the most.
"""
import os
import select
import shlex
import subprocess
import sys
import time

NODE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nfs_rows_node.py")
DEADLINE = 20  # seconds for one answer

CLOSED = """
    a: put("f", "old")
    b: get("f")
"""
READ = """
    a: put("f", "old")
    a: hold("f")
    b: hold("f", os.O_RDONLY)
    b: read("f")
"""
HELD = """
    a: put("f", "old")
    a: hold("f")
    b: hold("f")
    b: read("f")
"""
APPENDED = """
    a: put("f", "")
    a: hold("f", os.O_RDWR | os.O_APPEND)
    b: hold("f", os.O_RDWR | os.O_APPEND)
"""
MAPPED = """
    a: put("f", "000" + "." * 4093)
    a: hold("f")
    b: hold("f")
    a: see("f")
    b: see("f")
    b: peek("f")
"""
# A change in the tick of the server's clock in which the last one was does not show where the policy
# fixes for how long attributes hold.
NAMED = """
    a: put("f", "old")
    a: link("old", "l")
    a: os.mkdir("d")
    a: put("d/old", "")
    b: mode("f")
    b: get("f")
    b: os.readlink("l")
    b: names("d")
    b: names()
    b: tick()
"""
MARKED = """
    a: put("marker", "")
    b: os.path.exists("marker")
"""


def turns(line, count):
    """The line, by turns on both nodes."""
    return "".join(f"    {'ab'[turn % 2]}: {line}\n" for turn in range(count))


def locked(text, before, *lines):
    """The same under each kind of lock; LOCK, in a line, is the kind."""
    return [(text, before + "\n".join(lines).replace("LOCK", how))
            for how in ("fcntl", "OFD", "flock")]


# Each: what, as the manual says it, and a program. Several with one text are one line of the manual.
ROWS = [
    ("after close: the contents, by an open", CLOSED + """
    a: put("f", "new")
    b: get("f") -> new"""),
    ("after close: the contents, by an open", CLOSED + """
    a: add("f", " and new")
    b: get("f") -> old and new"""),
    ("after close: the contents, by an open", CLOSED + """
    a: put("f", "")
    b: get("f") -> """),
    ("after close: appends by turns", CLOSED + turns('add("f", " new")', 8) +
     f"""    b: get("f") -> old{" new" * 8}"""),
    ("after chmod: who may open it", CLOSED + """
    a: os.chmod("f", 0)
    b: get("f") -> EACCES"""),
    ("after fsync: the contents, by an open", CLOSED + """
    a: hold("f")
    a: write("f", "new")
    a: os.fsync(held["f"])
    b: get("f") -> new"""),
    ("after msync: the contents, by an open", CLOSED + """
    a: put("f", "000" + "." * 4093)
    a: hold("f")
    a: see("f")
    b: get("f")
    a: poke("f", "new")
    a: sync("f")
    b: get("f")[:3] -> new"""),
    ("after a store to a mapping and close: the contents, by an open", CLOSED + """
    a: put("f", "000" + "." * 4093)
    a: hold("f")
    a: see("f")
    b: get("f")
    a: poke("f", "new")
    a: release("f")
    b: get("f")[:3] -> new"""),
    ("after write alone: the contents, by an open", CLOSED + """
    a: hold("f")
    a: write("f", "new")
    b: get("f") -> new"""),
    ("after a store to a mapping alone: the contents, by an open", CLOSED + """
    a: put("f", "000" + "." * 4093)
    a: hold("f")
    a: see("f")
    b: get("f")
    a: poke("f", "new")
    b: get("f")[:3] -> new"""),
    *locked("under a lock: the contents", HELD,
            '    a: under("LOCK", "f", write, "new")',
            '    b: under("LOCK", "f", read) -> new'),
    *locked("under a lock: the size", HELD,
            '    b: size("f")',
            '    a: under("LOCK", "f", write, "newer")',
            '    b: under("LOCK", "f", size) -> 5'),
    *locked("under a lock: appends by turns, to files that are held open", APPENDED,
            turns('under("LOCK", "f", append, "line.")', 8) +
            f'    b: under("LOCK", "f", read) -> {"line." * 8}'),
    *locked("under a lock: a mapping, and stores to it by turns without msync", MAPPED,
            turns('under("LOCK", "f", count)', 8) + '    b: under("LOCK", "f", peek) -> 008'),
    *locked("a lock: others have to wait", HELD,
            '    a: lock("f", "LOCK")', '    b: lock("f", "LOCK") -> no'),
    *locked("a lock: its end by close", HELD,
            '    a: lock("f", "LOCK")', '    a: release("f")', '    b: lock("f", "LOCK") -> yes'),
    ("without locks: a file that is held open", READ + """
    a: put("f", "new")
    b: read("f") -> new"""),
    ("without locks: its size", READ + """
    b: size("f")
    a: add("f", " and new")
    b: size("f") -> 11"""),
    ("without locks: the same when the node has opened it once more", READ + """
    a: put("f", "new")
    b: get("f")
    b: read("f") -> new"""),
    ("without locks: the same when it is held open for writing", HELD + """
    a: put("f", "new")
    b: get("f")
    b: read("f") -> new"""),
    ("without locks: by O_DIRECT", HELD + """
    a: put("f", "new")
    b: direct("f") -> new"""),
    ("without locks: the end, to an append to a file that is held open", APPENDED + """
    a: append("f", "one.")
    a: os.fsync(held["f"])
    b: append("f", "two.")
    b: os.fsync(held["f"])
    b: get("f") -> one.two."""),
    ("without locks: a mapping, after msync", MAPPED + """
    a: poke("f", "new")
    a: sync("f")
    b: peek("f") -> new"""),
    ("without locks: a mapping, when the node has opened the file once more", MAPPED + """
    a: poke("f", "new")
    a: sync("f")
    b: get("f")
    b: peek("f") -> new"""),
    ("by name: size and mode", CLOSED + """
    b: os.stat("f").st_size
    a: add("f", " and new")
    b: os.stat("f").st_size -> 11"""),
    ("by name: size and mode", CLOSED + """
    b: mode("f")
    a: os.chmod("f", 0o600)
    b: mode("f") -> 0o600"""),
    ("by name: the size, when the node has opened the file", CLOSED + """
    a: add("f", " and new")
    b: get("f")
    b: os.stat("f").st_size -> 11"""),
    ("a new name", """
    b: names()
    a: put("f", "new")
    b: os.path.exists("f") -> True"""),
    ("a new name that was missed before", """
    b: os.path.exists("f")
    a: put("f", "new")
    b: os.path.exists("f") -> True"""),
    ("a new name that was missed before", """
    b: os.path.exists("f")
    a: put("f", "new")
    b: get("f") -> new"""),
    ("a new name, to O_EXCL", """
    b: os.path.exists("f")
    a: put("f", "new")
    b: os.open("f", os.O_CREAT | os.O_EXCL) -> EEXIST"""),
    ("a listing", NAMED + """
    a: put("new", "new")
    b: names() -> d f l new"""),
    ("a listing", NAMED + """
    a: put("d/new", "new")
    b: names("d") -> new old"""),
    ("a listing", NAMED + """
    a: os.unlink("f")
    b: names() -> d l"""),
    ("a removed file, by an open", NAMED + """
    a: os.unlink("f")
    b: get("f") -> ENOENT"""),
    ("a removed file, by stat", NAMED + """
    a: os.unlink("f")
    b: os.path.exists("f") -> False"""),
    ("a replaced file, by an open", NAMED + """
    a: replace("f", "newer")
    b: get("f") -> newer"""),
    ("a replaced file that has another name yet, by an open", NAMED + """
    a: os.link("f", "kept")
    a: replace("f", "newer")
    b: get("f") -> newer"""),
    ("a replaced file or link, by stat or readlink", NAMED + """
    a: replace("f", "newer")
    b: os.stat("f").st_size -> 5"""),
    ("a replaced file or link, by stat or readlink", NAMED + """
    a: link("new", "l")
    b: os.readlink("l") -> new"""),
    ("a replaced directory: its listing, and what is in it", NAMED + """
    a: replace_directory("d", "new")
    b: names("d") -> new"""),
    ("a replaced directory: its listing, and what is in it", NAMED + """
    a: replace_directory("d", "new")
    b: list(os.walk("d")) -> [('d', [], ['new'])]"""),
    ("a replaced directory: its listing, and what is in it", NAMED + """
    a: replace_directory("d", "new")
    b: os.path.exists("d/new") -> True"""),
    ("a replaced directory: its listing, and what is in it", NAMED + """
    a: replace_directory("d", "new")
    b: put("d/x", "x") or names("d") -> new x"""),
    ("a replaced directory, by chdir", NAMED + """
    a: replace_directory("d", "new")
    b: os.chdir("d") or names() -> new"""),
    ("a directory in the place of one that was renamed", NAMED + """
    a: os.rename("d", "e")
    a: os.mkdir("d")
    b: names("d") -> """),
    ("any of these, once a newer name was seen there", NAMED + """
    a: link("new", "l")""" + MARKED + """
    b: os.readlink("l") -> new"""),
    ("any of these, once a newer name was seen there", NAMED + """
    a: replace("f", "newer")""" + MARKED + """
    b: os.stat("f").st_size -> 5"""),
    ("any of these, once a newer name was seen there", NAMED + """
    a: os.link("f", "kept")
    a: replace("f", "newer")""" + MARKED + """
    b: get("f") -> newer"""),
    ("any of these, once a newer name was seen there", NAMED + """
    a: os.unlink("f")""" + MARKED + """
    b: os.path.exists("f") -> False"""),
    ("any of these, once a newer name was seen there", NAMED + """
    b: os.path.exists("x")
    a: put("x", "new")""" + MARKED + """
    b: os.path.exists("x") -> True"""),
    ("any of these, once the directory was listed", NAMED + """
    a: os.unlink("f")
    b: names()
    b: os.path.exists("f") -> False"""),
    ("any of these, once the directory was listed", NAMED + """
    a: link("new", "l")
    b: names()
    b: os.readlink("l") -> new"""),
    ("any of these, once the node has made a name there", NAMED + """
    a: link("new", "l")
    b: put("own", "")
    b: os.readlink("l") -> new"""),
    ("a removed file that is open on its node: still read", HELD + """
    a: os.unlink("f")
    a: read("f") -> old"""),
    ("a removed file that is open on its node: its directory is not empty", """
    a: os.mkdir("d")
    a: put("d/f", "old")
    a: hold("d/f")
    a: os.unlink("d/f")
    a: os.rmdir("d") -> ENOTEMPTY"""),
    ("a removed file that is open on another node: ESTALE", """
    a: put("f", "old")
    b: hold("f")
    a: os.unlink("f")
    b: read("f") -> ESTALE"""),
    ("times that are set of a symbolic link", """
    a: link("old", "l")
    a: os.utime("l", (7, 7), follow_symlinks=False)
    a: os.lstat("l").st_mtime -> 7.0"""),
    ("names of 255 bytes, not of 256", """
    a: put("n" * 255, "new")
    b: get("n" * 255) -> new"""),
    ("names of 255 bytes, not of 256", """
    a: put("n" * 256, "new") -> ENAMETOOLONG"""),
    ("symbolic links of 4095 bytes", """
    a: link("t" * 4095, "l")
    b: len(os.readlink("l")) -> 4095"""),
]


class Nodes:
    """The two nodes, which begin again after one of them has not answered in time."""

    def __init__(self, *places):
        self.places = dict(zip("ab", places))
        self.process = {}
        self.start()

    def start(self):
        for name, place in self.places.items():
            self.process[name] = subprocess.Popen(
                shlex.split(place) + [sys.executable, "-B", NODE], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE)

    def do(self, name, line):
        process = self.process[name]
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], DEADLINE)[0]:
            raise TimeoutError(f"{line}: no answer in {DEADLINE} seconds")
        said = process.stdout.readline()
        if not said:
            raise EOFError(f"node {name} ended at {line}")
        return said[:-1].decode()

    def enter(self, directory):
        for name in "ab":
            self.do(name, f"os.chdir(root) or os.makedirs('{directory}', exist_ok=True) or "
                    f"os.chdir('{directory}')")

    def end(self):
        for process in self.process.values():
            process.stdin.close()
        for process in self.process.values():
            try:
                process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                process.kill()


def seconds(look, wanted, limit):
    """How long until the look gives what is wanted (None: it does not in time), and what it gave."""
    began = time.monotonic()
    first = said = look()
    if said == wanted:
        return 0, first
    while said != wanted and time.monotonic() < began + limit:
        time.sleep(min(0.5, limit / 20))
        said = look()
    return (time.monotonic() - began if said == wanted else None), first


def run(nodes, program, limit):
    *before, last = (line.strip() for line in program.splitlines() if line.strip())
    for line in before:
        name, do = line.split(": ", 1)
        said = nodes.do(name, do)
        if "Error(" in said or said.isupper():
            return None, f"{do}: {said}"
    name, do = last.split(": ", 1)
    do, wanted = (do + " ").split(" -> ")
    return seconds(lambda: nodes.do(name, do), wanted[:-1], limit)


def run_all(limit, place_a, place_b, *texts):
    nodes = Nodes(place_a, place_b)
    for number, (text, program) in enumerate(ROWS):
        if texts and text not in texts:
            continue
        nodes.enter(f"row{number}.{os.getpid()}")
        try:
            took, first = run(nodes, program, float(limit))
        except TimeoutError as error:
            took, first = None, str(error)
            nodes.end()
            nodes.start()
        print("-" if took is None else f"{took:.1f}", text, first[:100], sep="\t", flush=True)
    nodes.end()


def main():
    if sys.argv[1] == "list":
        print("\n".join(text for text, _ in ROWS))
    else:
        run_all(*sys.argv[2:])


if __name__ == "__main__":
    main()
