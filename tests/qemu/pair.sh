# pair.sh: in the guest: two nodes that mount one export of a real server with the kernel's client.
# shellcheck shell=bash disable=SC1091
# Each node and the server is a network, host name and mount namespace of its own, with its own
# rpcbind and rpc.statd: so the kernel's lock managers are two, and take each other's locks for
# another machine's. Expects Python's programs in /guest.
. /guest/inside.sh
declare -A process

# A namespace with a name and the services of remote procedure calls.
machine() { # NAME
    unshare --net --uts --mount sleep infinity &
    process[$1]=$!
    within 10 is_apart "${process[$1]}"
    inside "$1" bash -c 'hostname "$1"; ip link set lo up
        mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/lib/nfs
        mkdir -p /run/rpcbind /run/ganesha /var/lib/nfs/{ganesha,sm,sm.bak}
        rpcbind; rpc.statd --no-notify' - "$1"
}

inside() { # NAME COMMAND...
    nsenter --target "${process[$1]}" --net --uts --mount "${@:2}"
}

is_apart() {
    grep -q sleep "/proc/$1/cmdline"
}

connect() { # NODE NUMBER
    ip link add "to-$1" netns "${process[server]}" type veth peer name net netns "${process[$1]}"
    inside server ip address add "10.0.$2.1/24" dev "to-$1"
    inside server ip link set "to-$1" up
    inside "$1" ip address add "10.0.$2.2/24" dev net
    inside "$1" ip link set net up
    printf '10.0.%s.2 %s\n' "$2" "$1" >>/etc/hosts
}

listening() {
    inside server bash -c ': >/dev/tcp/127.0.0.1/2049'
}

start_server() {
    cat >/guest/ganesha.conf <<'END'
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = true; Enable_RQUOTA = false; }
NFSv4 { Graceless = true; Grace_Period = 2; Lease_Lifetime = 1; }
EXPORT { Export_Id = 1; Path = /results; Pseudo = /results; Filesystem_Id = 7.7; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; FSAL { Name = VFS; } }
END
    mkdir -p /results /mnt/volume
    mount -t tmpfs tmpfs /results
    chown 1000:1000 /results
    machine server
    inside server bash -c '. /guest/inside.sh; without_tmpfs ganesha.nfsd "$@"' - \
        -F -f /guest/ganesha.conf -L /tmp/ganesha.log -p /run/ganesha/pid >/dev/null 2>&1 &
    within 20 listening
}

# Both mounts, with the options of how long attributes hold.
mount_both() { # OPTIONS
    local name number=1
    for name in a b; do
        inside "$name" mount -t nfs -o \
            "vers=3,proto=tcp,mountproto=tcp,mountport=20048,port=2049,nosharecache,$1" \
            "10.0.$number.1:/results" /mnt/volume
        number=$((number + 1))
    done
}

unmount_both() {
    inside a umount /mnt/volume
    inside b umount /mnt/volume
}

# The words of a command that runs another as the user in the mount's root.
place() { # NAME
    echo "nsenter --target ${process[$1]} --net --uts --mount env --chdir=/mnt/volume" \
        "setpriv --reuid 1000 --regid 1000 --clear-groups"
}

# Hands a file out of the guest, for handed_out of the test outside (tests/storage/guest.sh).
hand_out() { # NAME FILE
    echo "begin $1"
    gzip -c "$2" | base64
    echo "end $1"
}

printf '127.0.0.1 localhost server\n' >/etc/hosts
start_server
for node in a b; do
    machine "$node"
done
connect a 1
connect b 2
