"""nfs_operations: the same operations on a volume and on local disk, results compared.

    nfs_operations.py VOLUME LOCAL

Each check gets an empty directory and returns what it saw; an OSError becomes its errno's name.
A check passes when both directories gave the same. Speaks TAP.
"""
import errno
import os
import sys

import nfs_check
import nfs_check_attributes  # noqa: F401: each adds its checks
import nfs_check_files  # noqa: F401
import nfs_check_names  # noqa: F401


def observe(function, directory):
    os.mkdir(directory)
    os.chdir(directory)
    try:
        return function()
    except OSError as error:
        return f"{errno.errorcode[error.errno]} from {error.filename}"
    finally:
        os.chdir("/")


def main():
    volume, local = sys.argv[1:3]
    failed = 0
    print(f"1..{len(nfs_check.checks)}", flush=True)
    for number, function in enumerate(nfs_check.checks, 1):
        name = function.__name__
        expected = observe(function, f"{local}/{name}")
        seen = observe(function, f"{volume}/{name}")
        same = seen == expected
        failed += not same
        print(f"{'ok' if same else 'not ok'} {number} - {name.replace('_', ' ')}", flush=True)
        if not same:
            print(f"# local disk: {expected!r:.300}\n# volume:     {seen!r:.300}", flush=True)
    sys.exit(failed > 0)


main()
