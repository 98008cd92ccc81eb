"""Judges what two nodes saw of one export by what is true on one machine (nfs_pair.py).

In a locked program every result must be the true one. In a free one a node may see late what the
other one did, so that a result is right

    when it is true;
    when it was true before, after an earlier operation (of an open file: of any file, as it may
    have been opened by an old name), unless the kernel's client was told the truth at this
    operation, or the node has seen a later state of the same directory (order);
    when it is ESTALE of a file that is open, where the other node may have removed it.

Who changes a file, or what is in a directory, by the name of one that the other node has renamed
or removed, may change the old one, and from there on what was true once is not known any more:
then only what the kernel's client knows better is wrong, and ESTALE.

The same is asked of what changes names. When that was refused, or not, by what was true before, the
rest of the program is another one, and is not judged.
"""
import functools
import hashlib
import itertools
import json
import os

OF_OPEN = ("pread", "fstat", "end")
QUERIES = ("stat", "lstat", "exists", "access", "readlink", "list", "scan", "walk", "into", "get",
           *OF_OPEN)
OF_SLOTS = ("open", "close", *OF_OPEN)
FILE_NAMES = "abcd"
NAMES = ("exists", "readlink", "list")  # what shows the state of the program's own directory
OF_FILES = ("stat", "lstat", "get", "access")
REMOVING = ("unlink", "rename", "rmdir", "remove_tree")
STALE = {"error": "ESTALE"}


class Program:
    """What was done, what is true, and what was true at other times."""

    def __init__(self, lines, again):
        self.name, self.kind = lines[0]["program"], lines[0]["kind"]
        self.steps = [(line["node"], line["do"]) for line in lines]
        self.true = [line["result"] for line in lines]
        self.again = again

    def before(self, number):
        """What an operation would have given after each earlier one, from the first on."""
        node, do = self.steps[number]
        if do[0] in QUERIES:
            return self.table[node, str(do)][:number + 1]
        return [self.again([*self.steps[:count], (node, do)])[-1] for count in range(number + 1)]

    def before_by_name(self, do):
        """The same of whatever file a slot may have been opened at, by an old name."""
        contents = [text for name in FILE_NAMES for text in self.table["a", str(["get", name])]
                    if isinstance(text, str)]
        if do[0] == "pread":
            size, offset = do[2:]
            return [text[offset:offset + size] for text in contents]
        return [["file", len(text)] if do[0] == "fstat" else len(text) for text in contents]

    @functools.cached_property
    def table(self):
        """What `before` says of all queries: each is asked again after each operation."""
        asked = {(node, str(do)): (node, do) for node, do in self.steps if do[0] in QUERIES}
        asked.update((("a", str(do)), ("a", do)) for do in (["get", name] for name in FILE_NAMES))
        steps = list(asked.values())
        for step in self.steps:
            steps += [step, *asked.values()]
        results = self.again(steps)
        size = len(asked) + 1
        rows = [results[start:start + len(asked)] for start in range(0, len(results), size)]
        return dict(zip(asked, zip(*rows)))


def size_or_kind_of(result):
    return isinstance(result, list) and len(result) == 2 and isinstance(result[1], int)


def was_true(result, before):
    """Whether it is made of what was true, each part at a time of its own."""
    if result in before:
        return True
    if size_or_kind_of(result):
        return all(any(size_or_kind_of(other) and other[part] == result[part] for other in before)
                   for part in (0, 1))
    if isinstance(result, str):  # contents of one time, cut or filled by the size of another
        return any(isinstance(other, str) and
                   (other.startswith(result) or result == other.ljust(len(result), "\0"))
                   for other in before)
    if isinstance(result, list) and all(isinstance(entry, list) for entry in result):
        lists = [dict(other) for other in before if isinstance(other, list)
                 and all(len(entry) == 2 for entry in other)]
        return all(len(entry) == 2 and was_true(entry[1], [other.get(entry[0]) for other in lists])
                   for entry in result) and any(
                       [entry[0] for entry in result] == list(other) for other in lists)
    return False


def times(program, number, result):
    """After which operations a result was true."""
    return [at for at, other in enumerate(program.before(number)) if other == result]


def shows_directory(do):
    """Whether what comes of it is in the program's own directory, and nothing but names."""
    return do[0] in NAMES and (do[1] == "." if do[0] == "list" else "/" not in do[1])


def replaced(program, do, first, last):
    """Whether the name that it looks at became another thing's, between two states."""
    return any(other[0] in REMOVING and do[1] in other[1:]
               for _, other in program.steps[first:last])


def seen_later(program, number, seen):
    """An earlier operation that showed its node a later state of the directory than this one."""
    node, do = program.steps[number]
    of_file = do[0] in OF_FILES and "/" not in do[1]
    if not of_file and not shows_directory(do):
        return None
    newest = max(times(program, number, seen[number]), default=-1)
    for earlier, (other, done) in enumerate(program.steps[:number]):
        if other != node or not shows_directory(done):
            continue
        state = min(times(program, earlier, seen[earlier]), default=-1)
        if state > newest and (not of_file or replaced(program, do, max(0, newest), state)):
            return earlier
    return None


def removed_elsewhere(program, number):
    node = program.steps[number][0]
    return any(other != node and do[0] in REMOVING for other, do in program.steps[:number])


def changed_by_old_name(program, number):
    """Whether a node may have changed something by a name that was another thing's by then."""
    old = {node: set() for node in "ab"}
    for node, do in program.steps[:number + 1]:
        names = {path.split("/")[0] for path in do[1:] if isinstance(path, str)}
        through = do[0] in ("put", "truncate", "link", "remove_tree") or any(
            isinstance(path, str) and "/" in path for path in do[1:]) and do[0] not in QUERIES
        if through and names & old[node]:
            return True
        if do[0] in REMOVING:
            old["b" if node == "a" else "a"] |= names
            old[node] -= names
    return False


def cause_of_fault(program, number, seen, known, coarse):
    """What is wrong with a result that is not true; None when nothing is."""
    do, result = program.steps[number][1], seen[number]
    if result == STALE and do[0] in OF_OPEN and removed_elsewhere(program, number):
        return None
    if do[0] == "end" and program.true[number] == {"error": "EINVAL"}:
        return None  # of a directory, which ends as each file system likes
    if knows_truth(known, program, number):
        return "the kernel's client knows better"
    if result == STALE:
        return "a name was not looked up again"
    if changed_by_old_name(program, number):
        return None
    if not was_true(result, program.before(number)) and not (
            do[0] in OF_OPEN and was_true(result, program.before_by_name(do))):
        return "was never true"
    later = None if coarse else seen_later(program, number, seen)
    if later is not None:
        return f"operation {later} showed its node a later state: {seen[later]!r:.60}"
    return None


def digest(steps):
    """Of a program, to know whether what is known of it is of the same one."""
    return hashlib.sha256(json.dumps(steps).encode()).hexdigest()[:12]


def late_results(true, results, steps):
    """Where a client did not see the truth; after a change that differs, all is another program."""
    late = [number for number, result in enumerate(results) if result != true[number]]
    changed = [number for number in late if steps[number][1][0] not in (*QUERIES, *OF_SLOTS)]
    return late + list(range(late[-1] + 1, len(true))) if changed else late


def knowledge(local, *kernels):
    """What the kernel's client sees late, by programs: late in any of the traces."""
    known = {}
    kernels = [results_by_program(trace) for trace in kernels]
    for name, lines in itertools.groupby(local, lambda line: line["program"]):
        lines = list(lines)
        steps = [[line["node"], line["do"]] for line in lines]
        if lines[0]["kind"] == "free":
            late = {number for kernel in kernels for number in late_results(
                [line["result"] for line in lines], kernel[name], steps)}
            known[name] = {"program": digest(steps), "late": sorted(late)}
    return known


def knows_truth(known, program, number):
    """Whether the kernel's client sees the true result of an operation."""
    of_program = known.get(program.name)
    return of_program is not None and number not in of_program["late"] and \
        of_program["program"] == digest([list(step) for step in program.steps])


def difference(seen, true):
    """Both, from a little before where they differ, when they are long."""
    seen, true = repr(seen), repr(true)
    common = len(os.path.commonprefix((seen, true)))
    start = common - 20 if common > 40 else 0
    from_start = [("... " if start else "") + f"{text[start:]:.80}" for text in (seen, true)]
    return "; true is ".join(from_start)


def faults_of(program, seen, known, coarse):
    for number, (node, do) in enumerate(program.steps):
        if seen[number] == program.true[number]:
            continue
        if program.kind == "locked":
            cause = "under locks all is as on one machine"
        else:
            cause = cause_of_fault(program, number, seen, known, coarse)
        if cause:
            yield f"{program.name} ({program.kind}) operation {number}: {node} {do!r:.100}: " \
                f"{difference(seen[number], program.true[number])}: {cause}"
        if program.kind == "locked" or do[0] not in QUERIES and do[0] not in OF_SLOTS:
            return


def judge(again, local, ours, known, coarse=False):
    """Yields what is wrong in a trace. again(steps) does a program once more, on one machine."""
    ours = results_by_program(ours)
    for name, lines in itertools.groupby(local, lambda line: line["program"]):
        program = Program(list(lines), again)
        if name not in ours:
            yield f"{name}: was not done"
            return
        if len(ours[name]) < len(program.steps):
            yield f"{name}: ended after {len(ours[name])} operations"
            return
        yield from faults_of(program, ours[name], known, coarse)


def results_by_program(trace):
    return {name: [line["result"] for line in lines]
            for name, lines in itertools.groupby(trace, lambda line: line["program"])}
