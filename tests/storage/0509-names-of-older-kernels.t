#!/bin/bash
# Our client on Debian's kernel, which has no notice to prune names before testing's (tests/qemu/guest).
# shellcheck source-path=SCRIPTDIR disable=SC2154
set -u
top_builddir=${top_builddir:-build}
. "$(dirname "$0")/guest.sh"
needs_guest
LIMIT=${LIMIT:-$((400 * ${CHECK_PATIENCE:-1}))} run_guest names.sh "$top_builddir/atelier-nfs" "$top_builddir/nfs_mount" \
    "$here/../qemu/names.sh" || echo "Bail out! the guest ended with $?"
