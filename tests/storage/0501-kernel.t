#!/bin/bash
# The kernel driver, in a guest whose kernel has an NFS client (tests/qemu/guest).
# Alone: the guest is slow enough without others, and the keeper in it keeps its deadlines.
# shellcheck source-path=SCRIPTDIR disable=SC2154
set -u
top_builddir=${top_builddir:-build}
. "$(dirname "$0")/guest.sh"
needs_guest /usr/sbin/mount.nfs
PROCESSORS=2 LIMIT=${LIMIT:-$((200 * ${CHECK_PATIENCE:-1}))} run_guest kernel.sh "$top_builddir/atelier-keeper" "$top_builddir/atelier-nfs" \
    "$top_builddir/tests/storage/join" "$here/slurm/squeue" "$here/../qemu/kernel.sh" ||
    echo "Bail out! the guest ended with $?"
