"""Short programs for nfs_pair.py, one for each thing that once went wrong (nfs_pair_programs.py).

Each is (name, kind, steps), a step (node, operation).
"""


def by_turns(nodes, count, *operations):
    return [(nodes[turn % len(nodes)], list(do)) for turn in range(count) for do in operations]


MADE = [("a", ["put", "f", "WRONLY|CREAT", "A" * 400])]


def opened(flags):
    return MADE + [(node, ["open", 0, "f", flags]) for node in "ab"]


def append_under(kind):
    return f"append-{kind}", "locked", opened("RDWR|APPEND") + by_turns(
        "ab", 8, ("lock", 0, kind, "ex", 0, 0), ("append", 0, "0123456789\n"),
        ("lock", 0, kind, "un", 0, 0)) + [
            ("b", ["lock", 0, kind, "sh", 0, 0]), ("b", ["pread", 0, 6000, 0]),
            ("b", ["fstat", 0])]


def mapping_under(kind, *flush):
    """Without a flush of the program's own, what is changed is flushed with the lock's end."""
    return f"mapping-{kind}{len(flush)}", "locked", opened("RDWR") + [
        (node, ["map", 0]) for node in "ab"] + by_turns(
            "ab", 8, ("lock", 0, kind, "ex", 0, 0), ("increment", 0, 0), *flush,
            ("lock", 0, kind, "un", 0, 0))


def replaced_directory(look):
    return f"directory-{look[0]}", "free", [
        ("a", ["mkdir", "D"]), ("a", ["put", "D/x", "WRONLY|CREAT", "old"]), ("b", look),
        ("a", ["mkdir", "N"]), ("a", ["put", "N/y", "WRONLY|CREAT", "new"]),
        ("a", ["remove_tree", "D"]), ("a", ["rename", "N", "D"]), ("b", look)]


def replaced_name(look, *replace):
    return f"name-{look[0]}", "free", [
        ("a", ["symlink", "one", "latest"]), ("a", ["put", "a", "WRONLY|CREAT", "old"]),
        ("b", look), *(("a", do) for do in replace), ("a", ["put", "marker", "WRONLY|CREAT", ""]),
        ("b", ["exists", "marker"]), ("b", look)]


def lock_of_closed(kind):
    return f"closed-{kind}", "locked", opened("RDWR") + [
        ("a", ["lock", 0, kind, "ex", 0, 0]), ("b", ["lock", 0, kind, "ex", 0, 0]),
        ("a", ["close", 0]), ("b", ["lock", 0, kind, "ex", 0, 0])]


ROWS = [
    *(append_under(kind) for kind in ("fcntl", "ofd", "flock")),
    *(mapping_under(kind, ("msync", 0)) for kind in ("fcntl", "ofd", "flock")),
    *(mapping_under(kind) for kind in ("fcntl", "ofd", "flock")),
    *(replaced_directory(look) for look in (
        ["list", "D"], ["into", "D"], ["walk", "D"], ["scan", "D"], ["get", "D/x"],
        ["exists", "D/y"], ["stat", "D/x"])),
    replaced_name(["readlink", "latest"], ["symlink", "two", "link"], ["rename", "link", "latest"]),
    replaced_name(["stat", "a"], ["put", "new", "WRONLY|CREAT", "newer"], ["rename", "new", "a"]),
    replaced_name(["get", "a"], ["put", "new", "WRONLY|CREAT", "newer"], ["rename", "new", "a"]),
    replaced_name(["exists", "a"], ["unlink", "a"]),
    replaced_name(["list", "."], ["unlink", "a"]),
    *(lock_of_closed(kind) for kind in ("fcntl", "ofd", "flock")),
]
