#!/bin/bash
# The kernel driver, in a guest whose kernel has an NFS client (tests/qemu/guest).
# Long: a minute of it is waiting.
# shellcheck source-path=SCRIPTDIR disable=SC2154
set -u
top_builddir=${top_builddir:-build}
. "$(dirname "$0")/guest.sh"
needs_guest /usr/sbin/mount.nfs
MODULES="nfsv3 nfsv4" LIMIT=${LIMIT:-$((300 * ${CHECK_PATIENCE:-1}))} run_guest kernel.sh "$top_builddir/atelier-keeper" "$top_builddir/atelier-nfs" \
    "$top_builddir/tests/storage/join" "$here/slurm/squeue" "$here/../qemu/kernel.sh" ||
    echo "Bail out! the guest ended with $?"
