#!/bin/bash
# A file server that does not give what it should: one sentence, within the deadline.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_sandbox.sh"

# refusal TEXT PATTERN SECONDS WORDS...: nfs_mount's WORDS must be refused with a sentence that
# matches, within SECONDS.
refusal() {
    local text=$1 pattern=$2 limit=$3 begin status
    shift 3
    begin=${EPOCHREALTIME/[.,]/}
    "$nfs_mount" "$@" "$work/mount" "$user" "$user" true >"$work/sentence" 2>&1
    status=$?
    ok "$text: refused" test "$status" = 125
    like "$text: the sentence" "$pattern" "$work/sentence"
    ok "$text: one line" test "$(wc -l <"$work/sentence")" = 1
    ok "$text: within $limit s" test $((${EPOCHREALTIME/[.,]/} - begin)) -lt $((limit * 1000000))
}

ok "the port is found through the portmapper" \
    "$nfs_mount" 127.0.0.1 0 0 "$work/server/results" "$work/mount" "$user" "$user" true

refusal "an export that is not there" \
    'volume `results` of file server `store` .* has no export /nowhere.*storage' 2 \
    127.0.0.1 2049 20048 /nowhere
refusal "options behind an export, which libnfs would obey in a URL" \
    'volume `results` .* has no export .*/results\?uid=0&gid=0' 2 \
    127.0.0.1 2049 20048 "$work/server/results?uid=0&gid=0"
refusal "options behind a host" 'file server `store` .*has no address' 7 \
    "127.0.0.1?uid=0" 2049 20048 "$work/server/results"
refusal "a MOUNT port that nobody listens at" \
    'file server `store` \(127.0.0.1\) refused the connection to port 9 ' 2 \
    127.0.0.1 2049 9 "$work/server/results"
refusal "an NFS port that nobody listens at" \
    'file server `store` \(127.0.0.1\) refused the connection to port 9 ' 2 \
    127.0.0.1 9 20048 "$work/server/results"
refusal "a host without an address" 'file server `store` \(no.such.host.invalid\) ' 7 \
    no.such.host.invalid 2049 20048 /results

# A neighbour that is known and takes everything, and never answers.
ip link add hole type veth peer name hole-end
ip address add 10.9.9.1/24 dev hole
ip link set hole up
ip link set hole-end up
ip neighbour add 10.9.9.2 lladdr 02:00:00:00:00:01 dev hole
export DEADLINE_MS=1000
refusal "a host that does not answer" 'did not answer within 1.0 s' 2 \
    10.9.9.2 2049 20048 /results

freeze "$server"
refusal "a server that hangs" 'did not answer within 1.0 s' 2 \
    127.0.0.1 2049 20048 "$work/server/results"
kill -CONT "$server"

# garbage PORT PROGRAM: a listener that says what PROGRAM prints to whoever connects.
garbage() {
    /usr/bin/python3 - "$1" "$2" <<'END' &
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    peer = server.accept()[0]
    peer.recv(4096)
    peer.sendall(eval(sys.argv[2]))
    if "close" in sys.argv[2]:
        peer.close()
    else:
        globals().setdefault("open", []).append(peer)
END
    within 5 bash -c "ss -Htln 'sport = :$1' | grep -q ."
}

garbage 7001 'b"HTTP/1.0 400 Bad Request\r\n\r\n"  # close'
refusal "a web server" 'file server `store` ' 2 127.0.0.1 2049 7001 /results
garbage 7002 'b"\xff" * 65536  # close'
refusal "nonsense" 'file server `store` ' 2 127.0.0.1 2049 7002 /results
garbage 7003 'b"\x80\x00"'
refusal "half an answer" 'did not answer within 1.0 s' 2 127.0.0.1 2049 7003 /results
garbage 7005 'b"" if peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0" * 2) else b""  # close'
refusal "a reset" 'file server `store` ' 2 127.0.0.1 2049 7005 /results
garbage 7004 'b""'
refusal "silence" 'did not answer within 1.0 s' 2 127.0.0.1 2049 7004 /results

ok "nothing is left mounted" bash -c "! grep -q $work/mount /proc/self/mountinfo"
ok "no client is left" bash -c "! pgrep -x atelier-nfs"

hold_ports
mounted true >"$work/log" 2>&1
ok "without a free reserved port there is no mount" test $? = 125
like "and it is said why" \
    'file server .store. .127.0.0.1. was not asked, since all reserved ports of this node are in use' "$work/log"
free_ports
ok "with one there is" mounted true

finish
