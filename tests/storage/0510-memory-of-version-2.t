#!/bin/bash
# What a step is told of the kernel's kills in control groups of version 2, on a kernel that has no
# others (tests/qemu/guest). tests/cluster/1711 has the whole, on a host of one version.
# shellcheck source-path=SCRIPTDIR disable=SC2154
set -u
top_builddir=${top_builddir:-build}
. "$(dirname "$0")/guest.sh"
needs_guest
LIMIT=${LIMIT:-$((120 * ${CHECK_PATIENCE:-1}))} run_guest memory.sh "$top_builddir/tests/storage/memory_said" \
    "$here/../qemu/memory.sh" || echo "Bail out! the guest ended with $?"
