# guest.sh: sourced by tests that boot a guest (tests/qemu/guest).
#
#     needs_guest PROGRAM...  skips all where there is no guest to be had, or no such program
#     run_guest NAME FILE...  boots it with the files in /guest, and runs NAME, one of them, there;
#                             tests/qemu/inside.sh and tap.sh are in /guest too; a second there
#                             is longer on a busy machine (CHECK_PATIENCE), or SLOWNESS times
#     handed_out NAME FILE    what the guest handed out, from what run_guest printed into FILE
# shellcheck shell=bash disable=SC1091,SC2154
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
export ATELIER_KERNEL=${top_builddir:-build}/kernel
export ATELIER_TICKS=${top_builddir:-build}/tests/qemu/ticks

needs_guest() {
    [ "$(id -u)" = 0 ] || skip_all "needs root"
    [ "$(uname -m)" = x86_64 ] || skip_all "the guest is for x86_64"
    # qemu's own, or that of the package which followed it.
    command -v /usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd >/dev/null || skip_all "needs virtiofsd"
    for program in qemu-system-x86_64 busybox strip ganesha.nfsd rpcbind "$ATELIER_TICKS" "$@"; do
        command -v "$program" >/dev/null || skip_all "needs $program"
    done
    [ -e "$ATELIER_KERNEL/complete" ] ||
        skip_all "needs the guest's kernel: run sandbox/kernel $ATELIER_KERNEL"
}

run_guest() {
    local files script=$1 status
    shift
    files=$(mktemp -d)
    cp "$@" "$here/tap.sh" "$here/../qemu/inside.sh" "$files"
    env -u work SLOWNESS="${SLOWNESS:-$((1 + ${CHECK_PATIENCE:-1} / 2))}" \
        "$here/../qemu/guest" "$files" "$script" # which has a $work of its own
    status=$?
    rm -rf --one-file-system "$files"
    return $status
}

handed_out() {
    sed -n "/^begin $1\$/,/^end $1\$/p" "$2" | sed '1d;$d' | base64 -d | gzip -dc
}
