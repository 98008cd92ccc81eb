# names.sh: in the guest, whose kernel, if it is Debian 12's or 13's, cannot be asked by the client to
# forget names: it forgets through the keeper, for which nfs_mount stands in.
# shellcheck shell=bash disable=SC1091,SC2154
# Expects in /guest: atelier-nfs, nfs_mount.
. /guest/inside.sh

user=4242
export ATELIER_NFS=/guest/atelier-nfs LOCKS=node files=1500
results=/run/server/results

prepare() {
    mkdir -p /run/ganesha /run/rpcbind /run/server /run/mount
    mount -t tmpfs tmpfs /var/lib/nfs
    mount -t tmpfs tmpfs /run/server
    mkdir -p /var/lib/nfs/ganesha $results/many
    (cd $results/many && seq -f 'entry-%05.0f' $files | xargs touch)
    chown -R $user:$user $results
    cat >/run/ganesha.conf <<END
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; }
NFSV4 { Graceless = true; }
EXPORT { Export_Id = 1; Path = $results; Pseudo = /results; Filesystem_Id = 7.7; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3; Transports = TCP; FSAL { Name = VFS; } }
END
    rpcbind -f 2>/dev/null &
    without_tmpfs ganesha.nfsd -F -f /run/ganesha.conf -L /run/ganesha.log -p /run/ganesha/pid >/dev/null 2>&1 &
    within 30 listening
}

cat >/run/look.py <<'END'
import collections, os, time
os.mkdir("here")
os.chdir("here")
held = open("held", "w+")
def look(stat):
    seen = collections.Counter()
    for entry in os.scandir("../many"):
        try:
            stat(entry)
            seen["well"] += 1
        except OSError as error:
            seen[error.strerror] += 1
    return dict(seen)
began = time.time()
listed = sum(len(files) for _, _, files in os.walk("../many"))
print("saw", listed, look(lambda entry: entry.stat()), look(lambda entry: os.stat(entry.path)))
print("data", file=held, flush=True)
assert open("held").read() == "data\n" and os.getcwd().endswith("/here")
held.close()
os.unlink("held")
os.chdir("..")
os.rmdir("here")
END

look() { # SETTING...
    env DEADLINE_MS=20000 "$@" /guest/nfs_mount 127.0.0.1 2049 20048 $results /run/mount $user $user \
        /usr/bin/python3 /run/look.py >/run/said 2>&1
}

saw() { # PATTERN MOST: what was seen, and how many inodes there were
    grep -Eq "^saw $files $1$" /run/said &&
        awk -v most="$2" '$1 == "crowd:" { told = 1; worst = $2 > worst ? $2 : worst }
            END { exit !(told && worst <= most) }' /run/said
}

prepare
all="\{'well': $files\}"
uname -r | sed 's/^/# Linux /'
ok "a walk ends well, on a kernel that may have no notice to prune" look INODES=600
ok "... with every file, and no more inodes than there may be" saw "$all $all" 800
finish
