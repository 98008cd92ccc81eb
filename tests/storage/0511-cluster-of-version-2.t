#!/bin/bash
# tests/cluster/1711, whose jobs are killed for want of memory, in control groups of version 2: on
# a sandbox in a guest (tests/qemu/guest), whose kernel has no others. That takes two to three
# minutes of a processor: this runs when it is named.
# shellcheck source-path=SCRIPTDIR disable=SC2154
set -u
top_builddir=${top_builddir:-build}
. "$(dirname "$0")/guest.sh"
needs_guest bats slurmctld slurmd mariadbd
repository=$(cd "$here/../.." && pwd)
build=$(cd "$top_builddir" && pwd)
installed=${ATELIER_SANDBOX_INSTALLED:-$build/installed}
[ -d "$installed/usr" ] || skip_all "needs an Atelier that is installed: run it by ./check"

# What a sandbox makes once takes long in the guest.
[ -d "$build/sandbox/database" ] || {
    "$repository/sandbox/cluster" up --nodes 1 && "$repository/sandbox/cluster" down
} >/dev/null 2>&1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/settings" <<END_OF_SETTINGS
export ATELIER_BUILD=$build ATELIER_SANDBOX_INSTALLED=$installed
export ATELIER_RELEASE=${ATELIER_RELEASE-} CHECK_PATIENCE=${CHECK_PATIENCE:-1}
cd $repository
END_OF_SETTINGS
SHARED="$repository $build" MODULES="bridge veth" MEMORY=4096 SLOWNESS=5 \
    LIMIT=${LIMIT:-$((600 * ${CHECK_PATIENCE:-1}))} run_guest cluster.sh "$work/settings" \
    "$here/../qemu/cluster.sh" || echo "Bail out! the guest ended with $?"
