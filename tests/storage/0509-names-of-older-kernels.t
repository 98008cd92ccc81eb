#!/bin/bash
# Our client on Debian 12's kernel, which has no notice to prune names (tests/qemu/guest).
set -u
here=$(cd "$(dirname "$0")" && pwd)
top_builddir=${top_builddir:-build}
export ATELIER_KERNEL=$top_builddir/kernel

skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ "$(uname -m)" = x86_64 ] || skip_all "the guest is for x86_64"
for program in qemu-system-x86_64 /usr/lib/qemu/virtiofsd busybox ganesha.nfsd rpcbind; do
    command -v "$program" >/dev/null || skip_all "needs $program"
done
[ -e "$ATELIER_KERNEL/complete" ] ||
    skip_all "needs the guest's kernel: run sandbox/kernel $ATELIER_KERNEL"

files=$(mktemp -d)
trap 'rm -rf --one-file-system "$files"' EXIT
cp "$top_builddir/atelier-nfs" "$top_builddir/nfs_mount" "$here/../qemu/names.sh" "$files"
LIMIT=${LIMIT:-400} "$here/../qemu/guest" "$files" names.sh ||
    echo "Bail out! the guest ended with $?"
