"""Ranks of one node that lock a file by turns; and what came of it on all nodes.

    volume_locks.py turns RANKS TURNS START REPORT NAME [write] [HOLD_MS]
    volume_locks.py seconds RANKS SECONDS START REPORT NAME [write] [HOLD_MS]
    volume_locks.py alone RANKS TURNS START REPORT NAME     # each rank a file of its own
    volume_locks.py sum REPORT...

RANKS processes begin at START (seconds of the epoch), when all have had a lock once, since the first
one makes a connection: each locks the whole file, appends a line
with "write", holds it for HOLD_MS, gives it up, and begins anew. Each writes a line with its waits,
in microseconds, to REPORT. `sum` prints one line: turns a second; mean, median, 99th percentile
and maximum of the waits in milliseconds; and the fewest and the most turns of a rank.
"""
import fcntl
import json
import os
import sys
import time


def turn(file, line, hold):
    began = time.monotonic()
    fcntl.lockf(file, fcntl.LOCK_EX)
    waited = time.monotonic() - began
    if line:
        end = os.fstat(file).st_size
        os.pwrite(file, line, end)
    if hold:
        time.sleep(hold)
    fcntl.lockf(file, fcntl.LOCK_UN)
    return round(waited * 1e6)


def rank(number, how, count, start, report, name, line, hold):
    file = os.open(f"{name}.{os.getpid()}" if how == "alone" else name, os.O_RDWR | os.O_CREAT, 0o644)
    waits = []
    turn(file, None, 0)
    time.sleep(max(0, start - time.time()))
    began = time.time()
    while time.time() - began < count if how == "seconds" else len(waits) < count:
        waits.append(turn(file, line and b"%d %d\n" % (number, len(waits)), hold))
    said = json.dumps({"began": began, "ended": time.time(), "waits": waits}) + "\n"
    with open(report, "a", encoding="ascii") as reports:
        fcntl.flock(reports, fcntl.LOCK_EX)
        reports.write(said)


def run(how, ranks, count, start, report, name, *more):
    hold = [float(word) / 1000 for word in more if word != "write"]
    children = []
    for number in range(int(ranks)):
        child = os.fork()
        if child == 0:
            rank(number, how, float(count), float(start), report, name, "write" in more, sum(hold))
            os._exit(0)
        children.append(child)
    for child in children:
        if os.waitpid(child, 0)[1]:
            sys.exit("a rank failed")


def total(*reports):
    ranks = [json.loads(line) for report in reports for line in open(report, encoding="ascii")]
    waits = sorted(wait / 1000 for one in ranks for wait in one["waits"])
    took = max(one["ended"] for one in ranks) - min(one["began"] for one in ranks)
    turns = [len(one["waits"]) for one in ranks]
    print("%.1f %.2f %.2f %.2f %.2f %d %d" % (
        len(waits) / took, sum(waits) / len(waits), waits[len(waits) // 2],
        waits[len(waits) * 99 // 100], waits[-1], min(turns), max(turns)))


if sys.argv[1] == "sum":
    total(*sys.argv[2:])
else:
    run(*sys.argv[1:])
