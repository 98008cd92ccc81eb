# kernel.sh: in the guest: the keeper with the kernel's NFS client against a real server.
# shellcheck shell=bash disable=SC1091,SC2016,SC2034,SC2154
# Expects in /guest: atelier-keeper, atelier-nfs, join and the stand-in of squeue.
. /guest/inside.sh

user=4242 # nobody else's, whatever the machine knows
place=/run/site
settings=("policy=$place/policy.lua" "lua=$place/lua" "nfs=/guest/atelier-nfs"
    "run=$place/run" "mounts=/run/mounts" "log=$place/log" "scontrol=/guest/scontrol")

like() { # TEXT PATTERN FILE
    ok "$1" says "$2" "$3" || true
}

start_server() {
    without_tmpfs ganesha.nfsd -F -f $place/ganesha.conf -L $place/ganesha.log -p /run/ganesha/pid \
        >/dev/null 2>&1 &
    server=$!
    within 20 listening
}

stop_server() {
    kill -KILL "$server"
    wait "$server" 2>/dev/null
}

start() { # WORKSPACE
    /guest/atelier-keeper start "${settings[@]}" job=7 uid=$user gid=$user account=a \
        partition=cpu node=n1 "workspace=$1" 2>/run/said
}

stop() {
    /guest/atelier-keeper stop "${settings[@]}" job=7 node=n1 2>>/run/said
}

in_job() {
    /guest/join $place/run/n1/7/keeper.sock "$@"
}

as_user() {
    in_job setpriv --reuid $user --regid $user --clear-groups "$@"
}

# The milliseconds that a command takes, which has to succeed.
timed() { # MOST COMMAND...
    local most=$1 began ended
    shift
    read -r began _ </proc/uptime
    "$@" || return
    read -r ended _ </proc/uptime
    took=$(((${ended/./} - ${began/./}) * 10))
    echo "took $took ms"
    [ "$took" -lt "$most" ]
}

nothing_left() {
    [ ! -e $place/run ] && [ -z "$(ls -A /run/mounts)" ] &&
        ! grep -q ' nfs' /proc/self/mountinfo && within 3 no_keeper
}

no_keeper() {
    ! pgrep -x atelier-keeper
}

# None in uninterruptible sleep, but what the kernel started itself.
no_waiting_process() {
    ! ps -eo state=,ppid=,args= | grep '^D' | grep -v '^D *2 '
}

no_waiting_process_soon() {
    local process
    within 5 no_waiting_process && return
    for process in $(ps -eo state=,ppid=,pid= | awk '$1 == "D" && $2 != 2 { print $3 }'); do
        tr '\0' ' ' <"/proc/$process/cmdline"
        head -n 8 "/proc/$process/stack"
    done
    return 1
}

prepare() {
    echo "user:x:$user:$user::/:/bin/sh" >>/etc/passwd
    chmod 755 /run
    mkdir -p $place/lua/atelier/base /run/ganesha /run/rpcbind /run/server /run/mounts /data
    mount -t tmpfs tmpfs /var/lib/nfs
    mount -t tmpfs tmpfs /run/server
    mkdir -p /var/lib/nfs/ganesha /run/server/results
    chown $user:$user /run/server/results
    cat >$place/ganesha.conf <<'END'
NFS_CORE_PARAM { Protocols = 3,4; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; }
NFSV4 { Grace_Period = 1; Lease_Lifetime = 10; RecoveryBackend = fs; Graceless = true; Minor_Versions = 0,1,2; }
EXPORT { Export_Id = 1; Path = /run/server/results; Pseudo = /results; Filesystem_Id = 7.7; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3,4; Transports = TCP; FSAL { Name = VFS; } }
END
    # The engine itself is too slow for an emulated processor: the plan is made here.
    echo 'return {}' >$place/policy.lua
    echo 'return { RELEASE = "", ENGINE_PROTOCOL = 1 }' >$place/lua/atelier/base/agreed.lua
    cat >$place/lua/atelier/engine.lua <<'END'
local function volume(name, keys)
    local made = { name = name, server = name, host = "127.0.0.1", port = 2049,
        mount_port = 20048, driver = "auto", mode = "rw", deadline = 6,
        export = keys.version == 4 and "/results" or "/run/server/results" }
    for key, given in pairs(keys) do
        made[key] = given
    end
    return { made }
end
local volumes = {
    v3 = volume("v3", { connections = 4 }),
    v4 = volume("v4", { version = 4, driver = "kernel", connections = 2,
        attribute_cache = 7, place = "/data" }),
    ro = volume("ro", { version = 4, attribute_cache = 0, mode = "ro" }),
    soft = volume("soft", { version = 4, recovery = "soft", timeout = 2 }),
    gone = volume("gone", { version = 4, export = "/nowhere" }),
    ours = volume("ours", { driver = "libnfs" }),
}
return { load = function() return {} end, on_node = function(_, facts)
    return { workspace = facts.workspace, volumes = volumes[facts.workspace] }
end }
END
    rpcbind -f 2>/dev/null &
    within 10 test -S /run/rpcbind.sock
}

# What the job's namespace says of the volume's mount.
mount_of() {
    in_job cat /proc/self/mountinfo | grep " /run/mounts/$1 " >/run/mounted
}

prepare
ok "the server listens" start_server

ok "version 3: the volume is mounted" start v3
ok "... by the kernel, which auto chose" mount_of v3
like "... by version 3, with its connections, hard" \
    'rw,nosuid,nodev.* - nfs 127.0.0.1:/run/server/results rw,vers=3,.*hard.*nconnect=4' /run/mounted
like "... with locks on the node, and its own superblock" \
    'nosharecache,.*local_lock=all' /run/mounted
ok "... the user writes a file" as_user sh -c 'echo 12345 >/run/mounts/v3/file'
ok "... which is the user's on the server" test "$(stat -c %u-%s /run/server/results/file)" = $user-6
ok "... and root opens an output file for the user" in_job sh -c 'echo x >/run/mounts/v3/out'
ok "... the host sees nothing of it" fails grep ' nfs' /proc/self/mountinfo
ok "... the job ends" timed 4000 stop
like "... with its bytes in the log" 'stopped .* v3.bytes_read=0 v3.bytes_written=8' $place/log
ok "... nothing is left" nothing_left

ok "version 4: the volume is mounted" start v4
ok "... by the kernel" mount_of v4
like "... by version 4.2, with its connections and attribute cache" \
    ' - nfs4 127.0.0.1:/results rw,vers=4.2,.*acregmin=7,.*nconnect=2' /run/mounted
ok "... and appears at its place" in_job grep -q ' /data .*nosuid,nodev.* nfs4 ' /proc/self/mountinfo
ok "... where the user writes" as_user sh -c 'echo 4 >/data/file4'
ok "... as on the volume" as_user cat /run/mounts/v4/file4
ok "... the job ends" timed 4000 stop
ok "... nothing is left" nothing_left

ok "read-only: the volume is mounted" start ro
ok "... read-only" eval 'as_user sh -c "echo 5 >/run/mounts/ro/file" 2>&1 | grep -q "Read-only"'
ok "... without attribute cache" eval 'mount_of ro && grep -q noac /run/mounted'
ok "... the job ends" stop

ok "an export that is not there fails the job" fails start gone
like "... in one sentence, with what mount.nfs said" \
    'workspace .gone. on node n1.*: volume .gone.: mount.nfs failed with exit code [0-9]*: .*No such file' /run/said
ok "... the job ends" stop
ok "the user-space client is still to be had" start ours
ok "... the job ends" stop
ok "... nothing is left" nothing_left

# The kernel's client tells nothing itself: its counts are looked at.
status() {
    /guest/atelier-keeper status "${settings[@]}" job=7 node=n1
}

frozen_server() { # WORKSPACE
    : >$place/log
    ok "$1: the volume is mounted" start "$1"
    as_user sh -c "echo before >/run/mounts/$1/before"
    kill -STOP "$server"
    as_user sh -c "echo more >/run/mounts/$1/after" >/dev/null 2>&1 &
    ok "$1: a server that is frozen is told" within 40 says \
        "atelier: silent node=n1 server=$1 host=127.0.0.1 since=[0-9T:-]+ jobs=7 calls=[1-9]" $place/log
    ok "$1: ... and in the status" eval "status | grep -q 'file_server.$1=has not answered since'"
    kill -CONT "$server"
    ok "$1: ... and that it is back" within 40 says \
        "atelier: answers node=n1 server=$1 host=127.0.0.1 since=[0-9T:-]+ seconds=[1-9][0-9]* jobs=7" $place/log
    wait $!
    sleep 11 # the servers are looked at every five seconds
    ok "$1: ... once" [ "$(grep -c 'atelier: silent' $place/log)" = 1 ]
    ok "$1: ... and that it was away" eval "status | grep -q 'file_server.$1=answers; it did not from'"
    ok "$1: the job ends" stop
    like "$1: ... with how long it waited" "stopped .* waited.$1=[1-9][0-9]*\\.[0-9]" $place/log
    ok "$1: nothing is left" nothing_left
}

frozen_server v3
frozen_server v4

# The server dies while a job writes, and does not come back.
dead_server() { # WORKSPACE killed|alive: the job's processes
    ok "$1: the volume is mounted" start "$1"
    (as_user sh -c "exec 3>/run/mounts/$1/big; dd if=/dev/zero bs=64k count=10 conv=fsync >&3
        until [ -e /run/server-is-dead ]; do sleep 0.1; done
        dd if=/dev/zero bs=1M count=40 >&3; sleep 100" >/dev/null 2>&1) &
    within 10 test -s /run/server/results/big
    stop_server
    touch /run/server-is-dead
    sleep 1.5
    if [ "$2" = killed ]; then # as Slurm does at the end of a job; what they wrote is unwritten
        pkill -KILL -u $user
        sleep 0.5
    fi
    ok "$1: with the server gone for good, the keeper ends in time" timed 8000 stop
    echo "# $took ms"
    ok "$1: no process waits for it" no_waiting_process_soon
    ok "$1: its mounts are gone for new processes, its keeper too" nothing_left
    rm -f /run/server/results/big /run/server-is-dead
}

# A process changes a mapping of a file that it has not open any more, so that no close writes the
# data out.
map_file() { # NAME: not one that was removed behind the server's back
    ok "mapped: the volume is mounted" start v3
    (as_user /usr/bin/python3 -c '
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.msync.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
file = os.open("/run/mounts/v3/'"$1"'", os.O_CREAT | os.O_RDWR)
os.ftruncate(file, 1 << 20)
data = libc.mmap(None, 1 << 20, 3, 1, file, 0)
os.close(file)
ctypes.memset(data, 1, 1 << 20) # else a page would be read first
libc.msync(data, 1 << 20, 4)
open("/run/mounts/v3/'"$1"'.ready", "w").close()
while not os.path.exists("/run/change"): time.sleep(0.1)
ctypes.memset(data, 2, 1 << 20)
open("/tmp/mapped", "w").close()
time.sleep(100)' >/dev/null 2>&1) &
    ok "mapped: a file is mapped" within 30 test -e "/run/server/results/$1.ready"
}

change_mapping() {
    touch /run/change
    ok "mapped: its data is changed" within 10 test -e /tmp/mapped
    pkill -KILL -u $user
    sleep 0.5
}

map_file one
change_mapping
ok "mapped: the job ends" timed 4000 stop
ok "mapped: its data is on the server by then" \
    [ "$(tr -d '\2' </run/server/results/one | wc -c)-$(stat -c %s /run/server/results/one)" = 0-1048576 ]
rm /run/change /tmp/mapped
map_file two
stop_server
change_mapping
ok "mapped: with the server gone for good, the keeper ends in time" timed 8000 stop
echo "# $took ms"
ok "mapped: no process waits for it" no_waiting_process_soon
ok "mapped: its mounts are gone for new processes, its keeper too" nothing_left
rm /run/change
start_server
dead_server v3 killed
start_server
dead_server v4 killed
ok "a server that is down fails the job" fails start v4
like "... in one sentence of the preflight" 'file server .v4. .127.0.0.1. refused' /run/said
ok "... and no mount.nfs was run" fails grep -q mount.nfs /run/said
ok "... the job ends" stop
start_server
dead_server soft alive
start_server
ok "it is back: the next job starts" start v4
ok "... with the file" as_user cat /run/mounts/v4/file4
ok "... and ends" timed 4000 stop
ok "... nothing is left" nothing_left
finish
