#!/bin/bash
# The kernel driver, in a guest whose kernel has an NFS client (tests/qemu/guest).
# shellcheck source-path=SCRIPTDIR
set -u
here=$(cd "$(dirname "$0")" && pwd)
top_builddir=${top_builddir:-build}
. "$here/guest.sh"

skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

needs_guest
LIMIT=${LIMIT:-200} run_guest kernel.sh "$top_builddir/atelier-keeper" "$top_builddir/atelier-nfs" \
    "$top_builddir/tests/storage/join" "$here/slurm/squeue" "$here/../qemu/kernel.sh" ||
    echo "Bail out! the guest ended with $?"
