"""Two nodes do the same random programs by turns, in one place or another; what they see is judged.

    nfs_pair.py record SEED OPERATIONS PLACE_A PLACE_B >TRACE     SEED may be rows: nfs_pair_rows.py
    nfs_pair.py judge LOCAL TRACE OURS [KNOWN]
    nfs_pair.py known TRACE KERNEL... >KNOWN      what the kernel's client saw late in these traces
    nfs_pair.py show SEED OPERATIONS
    nfs_pair.py shorten PROGRAM WORDS LOCAL PLACE_A PLACE_B       PROGRAM as judge names it: 7.12;
                                                                  WORDS of the fault that matters

A place is a directory, or the words of a command that runs what follows them in one (such as
nfs_mount's). LOCAL is a directory of one local file system, where judge and shorten ask what is
true. A trace has a line of JSON for each operation. ATELIER_PAIR_PAUSE_MS is waited before each
turn of the other node; ATELIER_PAIR_COARSE says that the server's times do not tell one change from the
next. Programs: nfs_pair_programs.py; rules of judgement: nfs_pair_judge.py; what is at each place:
nfs_hand.py.
"""
import json
import os
import shlex
import subprocess
import sys
import time

from nfs_pair_judge import judge, knowledge
from nfs_pair_programs import keeps_rules, program, programs
from nfs_pair_rows import ROWS

HAND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nfs_hand.py")
REFUSED = {"error": "EAGAIN"}, False
SHOWN = 15  # faults
PAUSE = float(os.environ.get("ATELIER_PAIR_PAUSE_MS", "0")) / 1000


class Pair:
    """The two hands, each in its place."""

    def __init__(self, *places):
        self.hands = {node: start_hand(place) for node, place in zip("ab", places)}
        self.last = None
        self.locked = set()  # (node, slot)
        self.ending = False  # a file was closed that had a lock, and nobody was refused one since

    def do(self, node, do):
        """What came of an operation.

        FUSE tells its server of a closed file only after close has returned: until then its lock
        is in the way of others.
        """
        if node != self.last:
            time.sleep(PAUSE) if PAUSE else None
            self.last = node
        result = self.once(node, do)
        if do[0] in ("lock", "holder") and result in REFUSED and self.ending:
            last = time.monotonic() + 0.3
            while result in REFUSED and time.monotonic() < last:
                time.sleep(0.005)
                result = self.once(node, do)
            self.ending = False
        if do[0] == "lock" and result is None:
            self.locked.add((node, do[1]))
        if do[0] == "close" and (node, do[1]) in self.locked:
            self.locked.remove((node, do[1]))
            self.ending = True
        return result

    def once(self, node, do):
        hand = self.hands[node]
        hand.stdin.write(json.dumps(do) + "\n")
        hand.stdin.flush()
        line = hand.stdout.readline()
        if not line:
            raise EOFError(f"node {node} ended at {do}")
        return json.loads(line)

    def enter(self, name):
        for node in self.hands:
            result = self.do(node, ["enter", name, node == "a"])
            if result is not None:
                raise OSError(f"node {node} cannot enter {name}: {result}")

    def end(self):
        for hand in self.hands.values():
            hand.stdin.close()
        for hand in self.hands.values():
            hand.wait()


def start_hand(place):
    command, where = [sys.executable, "-B", HAND], place
    if not os.path.isdir(place):
        command, where = shlex.split(place) + command, None
    return subprocess.Popen(command, cwd=where, text=True, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)


def chosen(seed, operations):
    return ROWS if seed == "rows" else programs(seed, operations)


def record(seed, operations, *places):
    pair = Pair(*places)
    for name, kind, steps in chosen(seed, int(operations)):
        pair.enter(name)
        for number, (node, do) in enumerate(steps):
            print(json.dumps({"program": name, "kind": kind, "number": number, "node": node,
                              "do": do, "result": pair.do(node, do)}))
    pair.end()


def show(seed, operations):
    for name, kind, steps in chosen(seed, int(operations)):
        print(f"{name}: {kind}")
        for number, (node, do) in enumerate(steps):
            print(f"  {number:3} {node} {json.dumps(do)}")


class Local:
    """Where programs are done once more, on one local file system."""

    def __init__(self, directory):
        self.pair = Pair(directory, directory)
        self.count = 0

    def results(self, steps):
        name = f"again.{os.getpid()}.{self.count}"
        self.count += 1
        self.pair.enter(name)
        return [self.pair.do(node, do) for node, do in steps]


def read_trace(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def print_known(*paths):
    """Of each program, a line."""
    known = knowledge(*(read_trace(path) for path in paths))
    lines = (f"{json.dumps(name)}: {json.dumps(of_program)}" for name, of_program in known.items())
    print("{" + ",\n".join(lines) + "}")


def read_known(path=None):
    if path is None:
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def judge_traces(directory, true, ours, *known):
    local = Local(directory)
    faults = 0
    for fault in judge(local.results, read_trace(true), read_trace(ours), read_known(*known),
                       coarse="ATELIER_PAIR_COARSE" in os.environ):
        faults += 1
        if faults <= SHOWN:
            print(fault)
    if faults > SHOWN:
        print(f"... and {faults - SHOWN} more")
    local.pair.end()
    sys.exit(1 if faults else 0)


def numbers_of(name):
    seed, count = name.split(".")
    return seed, int(count)


def shorten(name, words, directory, *places):
    """Leaves out of a program what its fault does not need."""
    named = {row: (kind, steps) for row, kind, steps in ROWS}
    kind, steps = named.get(name) or program(*numbers_of(name))[1:]
    local, pair = Local(directory), Pair(*places)
    count = 0

    def faulty(some):
        nonlocal count
        if not keeps_rules(kind, some):
            return []
        count += 1
        pair.enter(f"shorter.{os.getpid()}.{count}")
        traces = [[{"program": name, "kind": kind, "number": number, "node": node, "do": do,
                    "result": result} for number, ((node, do), result)
                   in enumerate(zip(some, results))]
                  for results in (local.results(some), [pair.do(node, do) for node, do in some])]
        return [fault for fault in judge(local.results, *traces, {}) if words in fault]

    size = len(steps) // 2
    while size:
        start = 0
        while start < len(steps):
            some = steps[:start] + steps[start + size:]
            if faulty(some):
                steps = some
            else:
                start += size
        size //= 2
    for node, do in steps:
        print(f"        {(node, do)!r},")
    print(*faulty(steps), sep="\n")
    pair.end()
    local.pair.end()


COMMANDS = {"record": record, "judge": judge_traces, "known": print_known, "show": show,
            "shorten": shorten}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
