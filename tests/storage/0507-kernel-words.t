#!/bin/bash
# The exact words that mount.nfs gets: a stand-in notes them, on a node whose kernel is said to have
# an NFS client. What the words do, 0501-kernel.t tries with a real kernel.
needed=(setpriv)
. "$(dirname "$0")/kinds.sh"
target=$work/mounts/v
install -m 755 "$top_builddir/tests/storage/stand_in_client" "$work/client" # any server is well
settings+=("nfs=$work/client")
mkdir -p /run/rpc
printf 'nodev\tnfs\n' >"$work/filesystems"
mount --bind "$work/filesystems" /proc/filesystems
before=$(cat /proc/self/mountinfo)
stand_in /usr/sbin/mount.nfs

words() { # OPTIONS
    printf '%s\n' /usr/sbin/mount.nfs "${source:-well:/x}" "$target" -o "$1" | diff - "$work/words" &&
        [ "$(cat "$work/environment")" = "LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin" ] && [ "$(cat "$work/descriptors")" -le 1 ]
}

mounts() { # TEXT SERVER-KEYS VOLUME-KEYS OPTIONS
    policy 'file_server "s" { host = "'"${host:-well}"'" '"$2"' }
        volume "v" { server = "s", export = "/x" '"$3"' }'
    ok "$1" start
    ok "... by these words alone" words "$4"
    ok "... the job ends" stop
}

three=vers=3,proto=tcp
mounts "version 3" '' '' "rw,nosuid,nodev,nosharecache,$three,hard,retry=0,mountproto=tcp,nolock"
ok "nothing is left" nothing_left
mounts "read-only" '' ', mode = "ro"' \
    "ro,nosuid,nodev,nosharecache,$three,hard,retry=0,mountproto=tcp,nolock"
rw=rw,nosuid,nodev,nosharecache
mounts "ports and connections" ', port = 2050, mount_port = 2051, connections = 4' '' \
    "$rw,$three,hard,retry=0,nconnect=4,port=2050,mountproto=tcp,mountport=2051,nolock"
mounts "version 4 has neither MOUNT nor NLM" ', version = 4, port = 2050, mount_port = 2051' '' \
    "$rw,vers=4,proto=tcp,hard,retry=0,port=2050"
# timeo is in tenths of a second, and waited for twice.
mounts "soft, a minute if nothing is said" ', recovery = "soft"' '' \
    "$rw,$three,soft,timeo=300,retrans=1,retry=0,mountproto=tcp,nolock"
mounts "soft, 2.5 s: rather too long than too short" ', recovery = "soft", timeout = 2.5' '' \
    "$rw,$three,soft,timeo=13,retrans=1,retry=0,mountproto=tcp,nolock"
mounts "attributes hold for a while" ', attribute_cache = 7' '' \
    "$rw,$three,hard,actimeo=7,retry=0,mountproto=tcp,nolock"
mounts "... a part of a second is one" ', attribute_cache = 0.2' '' \
    "$rw,$three,hard,actimeo=1,retry=0,mountproto=tcp,nolock"
mounts "... or not at all" ', attribute_cache = 0' '' \
    "$rw,$three,hard,noac,retry=0,mountproto=tcp,nolock"
touch /run/rpc.statd.pid
mounts "where the node has its part of NLM, locks are the server's" '' '' \
    "$rw,$three,hard,retry=0,mountproto=tcp"
mounts "... but where the policy has them on the node" ', locks = "node"' '' \
    "$rw,$three,hard,retry=0,mountproto=tcp,nolock"
rm /run/rpc.statd.pid
host=fe80::1 source='[fe80::1]:/x' mounts "an address with colons" '' '' \
    "$rw,$three,hard,retry=0,mountproto=tcp,nolock"
ok "nothing is left" nothing_left

# The kernel has no client, or none that can be loaded.
policy 'file_server "s" { host = "well", driver = "kernel" }
    volume "v" { server = "s", export = "/x" }'
echo >"$work/filesystems"
ok "without the kernel's client its driver is refused" fails start
like "... with what to install" "volume .v. needs the kernel.s NFS client, which this node does not have: install nfs-common" "$work/said"
stop
printf 'nodev\tnfs\n' >"$work/filesystems"
rm /usr/sbin/mount.nfs
ok "so it is without its program" fails start
stop
policy 'file_server "s" { host = "well" } volume "v" { server = "s", export = "/x" }'
ok "... and where the policy leaves the choice, ours is taken" start
ok "... the job ends" stop
policy 'file_server "s" { host = "well", driver = "kernel" }
    volume "v" { server = "s", export = "/x" }'
stand_in /usr/sbin/mount.nfs
ok "with both it is taken" start
ok "... the job ends" stop

# It fails, hangs, or ends without a mount.
printf '#!/bin/sh\necho "mount.nfs: access denied by server" >&2; exit 32\n' >/usr/sbin/mount.nfs
ok "what fails fails the job" fails start
like "... with its words" "volume .v.: mount.nfs failed with exit code 32: access denied by server; " "$work/said"
stop
printf '#!/bin/sh\nexec sleep 60\n' >/usr/sbin/mount.nfs
ok "what hangs fails it in time" timed 7000 fails start
like "... and it is said" "mount.nfs was not ready in time" "$work/said"
ok "... and lives no longer" fails pgrep -f "sleep 60"
stop
umount /proc/filesystems
before=$(cat /proc/self/mountinfo)
ok "nothing is left" nothing_left
finish
