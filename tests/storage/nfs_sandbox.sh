# nfs_sandbox.sh: sourced by the tests of the NFS client; gives each a file server of its own.
#
# The sourcing script starts again inside new network, mount and process namespaces, where
# NFS-Ganesha exports $work/server/results from a tmpfs; all of it ends with the script. The
# server demands reserved ports. Then there are
#
#     $work            a tmpfs: server/results (the export), local, mount (the mount point)
#     $user            the uid and gid of the job's user, who owns results and local
#     mounted CMD...   runs CMD with the volume at $work/mount
#     start_server, stop_server, restart_with_times NANOSECONDS; freeze PROCESS; hold_ports, free_ports
#     ok TEXT CMD..., like TEXT PATTERN FILE    one test each; finish prints the plan
#
# FILE_SERVER=none before it is sourced: no Ganesha, the script has a server of its own.
# shellcheck shell=bash disable=SC2034

top_builddir=${top_builddir:-.}
export ATELIER_NFS=${ATELIER_NFS:-$top_builddir/atelier-nfs}
nfs_mount=$top_builddir/nfs_mount
here=$(cd "$(dirname "$0")" && pwd)
user=1000

. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"

check_prerequisites() {
    [ "$(id -u)" = 0 ] || skip_all "needs root"
    [ -c /dev/fuse ] || skip_all "needs /dev/fuse"
    for program in "$ATELIER_NFS" "$nfs_mount" ganesha.nfsd rpcbind rpc.statd ip unshare; do
        command -v "$program" >/dev/null || skip_all "needs $program"
    done
}

# The outer half: an empty directory for the inner one to mount its tmpfs on. A signal ends the
# inner half's first process, and with it the whole of it.
enter() {
    local inner
    check_prerequisites
    work=$(mktemp -d)
    trap 'rmdir "$work"' EXIT
    work=$work unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$@" &
    inner=$!
    trap 'kill -KILL "$inner"' INT TERM
    wait "$inner"
    exit
}

# What this release's Ganesha wants beside, by the sandbox's table.
words_of_this_release() (
    here=$(dirname "${BASH_SOURCE[0]}")/../../sandbox
    build=$top_builddir
    . "$here/lib/release.sh"
    release_rows "$host_release" ganesha.conf | sed 's/\([^ ]*\) \(.*\)/\1 = \2; /' | tr -d '\n'
)

prepare() {
    ip link set lo up
    # The server asks its status monitor at every first lock, from reserved ports, which are
    # the client's as well in here: they must not wait a minute until they are free again.
    echo 0 >/proc/sys/net/ipv4/tcp_max_tw_buckets
    mount -t tmpfs -o size=2g,mode=755 tmpfs "$work"
    mount -t tmpfs tmpfs /run
    mount -t tmpfs tmpfs /var/lib/nfs
    mkdir -p "$work/server/results" "$work/mount" "$work/local" /var/lib/nfs/ganesha \
        /var/lib/nfs/sm /var/lib/nfs/sm.bak \
        /run/ganesha /run/rpcbind
    chown "$user:$user" "$work/server/results" "$work/local"
    cat >"$work/ganesha.conf" <<END
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = ${NLM:-true}; Enable_RQUOTA = false; $(words_of_this_release)}
NFSv4 { Graceless = ${GRACELESS:-true}; Grace_Period = 60; Lease_Lifetime = 1; }
EXPORT { Export_Id = 1; Path = $work/server/results; Pseudo = /results; Filesystem_Id = 7.7; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; PrivilegedPort = true; FSAL { Name = VFS; } }
END
}

start_rpc_services() {
    rpcbind -f 2>/dev/null &
    within 5 test -S /run/rpcbind.sock
    ! has_lock_manager || rpc.statd --no-notify
}

has_lock_manager() {
    ! grep -q 'Enable_NLM = false' "$work/ganesha.conf"
}

# Its port listens before the lock manager is registered: until then whoever asks for a lock is
# told that there are none.
serving() {
    [ -n "$(ss -Htln "sport = :2049")" ] &&
        { ! has_lock_manager || rpcinfo -t 127.0.0.1 100021 4; }
}

start_server() {
    without_tmpfs ganesha.nfsd -F -f "$work/ganesha.conf" -L "$work/ganesha.log" \
        -p /run/ganesha.pid >/dev/null 2>&1 &
    server=$!
    within 10 serving || {
        echo "Bail out! the file server does not start: $(tail -n 3 "$work/ganesha.log")"
        exit 1
    }
}

stop_server() {
    kill -KILL "$server"
    wait "$server" 2>/dev/null
}

# An empty one whose file system keeps times of so many nanoseconds.
restart_with_times() {
    stop_server
    COARSE_TIMES=$1 LD_PRELOAD=$(realpath "$top_builddir/coarse_times.so") start_server
    rm -rf "$work/server/results"/*
}

# Every thread of the process stands still, which takes its time on a busy machine.
freeze() {
    kill -STOP "$1"
    within 20 is_frozen "$1"
}

is_frozen() {
    ! grep -h '^State:' "/proc/$1/task"/*/status | grep -qv 'T (stopped)'
}

# No reserved port is free until free_ports.
hold_ports() {
    rm -f "$work/held"
    /usr/bin/python3 -c '
import socket, sys, time
held = []
for port in range(1, 1024):
    try:
        held.append(socket.create_server(("", port)))
    except OSError:
        pass
open(sys.argv[1], "w")
time.sleep(60)' "$work/held" &
    holder=$!
    within 10 test -e "$work/held"
}

free_ports() {
    kill "$holder"
    wait "$holder" 2>/dev/null
}

volume=(127.0.0.1 2049 20048 "${work:-}/server/results" "${work:-}/mount" "$user" "$user")

mounted() {
    "$nfs_mount" "${volume[@]}" "$@"
}

# Passes when FILE holds a line that matches.
like() {
    if grep -Eq -- "$2" "$3"; then
        verdict ok "$1"
    else
        verdict "not ok" "$1"
        sed 's/^/# /' "$3" | tail -n 20
    fi
}

[ -n "${work:-}" ] || enter "$@"
prepare
if [ "${FILE_SERVER:-ganesha}" = ganesha ]; then
    start_rpc_services
    start_server
fi
