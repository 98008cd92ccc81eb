#!/usr/bin/env python3
"""by_process.py: a recording of SPANK's calls, spank.text, with what each process did in order.

    tests/recordings/by_process.py FILE

slurmstepd and its tasks write to one part of the file, each when it comes to it. Here the calls of
slurmstepd come first, in their order, then those of the tasks; calls that belong to several tasks
or jobs and come in any order among themselves are sorted. None is left out. A task's second call
before the first is told.
"""
import sys

# Of a process of its own each: what comes first, and what never comes before it.
PAIRS = {"task_init": "task_init_privileged", "job_epilog": "job_prolog"}
OTHERS = set(PAIRS) | set(PAIRS.values())
SORTED = {"task_post_fork", "task_exit"}  # slurmstepd's, one after the other


def parts(path):
    """Yields each part's title with its calls, (NAME, LINES)."""
    title, calls = None, []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("==== "):
                if title:
                    yield title, calls
                title, calls = line, []
            elif line.startswith("== "):
                calls.append((line.split()[1], line))
            else:
                name, text = calls.pop()
                calls.append((name, text + line))
    if title:
        yield title, calls


def in_order(calls):
    """The calls of one process, where those of its tasks that follow each other are sorted."""
    begin = 0
    while begin < len(calls):
        end = begin + 1
        while end < len(calls) and calls[end][0] == calls[begin][0] and calls[end][0] in SORTED:
            end += 1
        yield from sorted(calls[begin:end])
        begin = end


def early(calls):
    """The names of what came before what it follows."""
    seen = {}
    for name, _ in calls:
        seen[name] = seen.get(name, 0) + 1
        if name in PAIRS and seen[name] > seen.get(PAIRS[name], 0):
            yield name


for title, calls in parts(sys.argv[1]):
    sys.stdout.write(title)
    for _, text in in_order([call for call in calls if call[0] not in OTHERS]):
        sys.stdout.write(text)
    for _, text in sorted(call for call in calls if call[0] in OTHERS):
        sys.stdout.write(text)
    for name in early(calls):
        sys.stdout.write(f"{name} came before {PAIRS[name]}\n")
