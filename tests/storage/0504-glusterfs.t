#!/bin/bash
# GlusterFS volumes, against a real glusterd.
needed=(setpriv glusterd gluster glusterfs)
. "$(dirname "$0")/kinds.sh"
target=$work/mounts/v

serve() {
    mount -t tmpfs tmpfs /var/lib/glusterd
    mount -t tmpfs tmpfs /var/log/glusterfs
    mkdir -p /run/gluster /srv/brick
    echo '127.0.0.1 localhost store' >"$work/hosts"
    mount --bind "$work/hosts" /etc/hosts
    glusterd --no-daemon --log-level=ERROR >/dev/null 2>&1 &
    server=$!
    within 10 gluster --mode=script volume list &&
        gluster --mode=script volume create gv0 store:/srv/brick force &&
        gluster --mode=script volume start gv0
}

# CAP_NET_BIND_SERVICE and CAP_SYS_ADMIN.
has_few_powers() {
    grep -x 'CapEff:.0*200400' "/proc/$(pgrep -f "volfile-server=.*$target")/status"
}

no_client() {
    ! pgrep -f "volfile-server=.*$target"
}

ok "glusterd serves a volume" serve
before=$(cat /proc/self/mountinfo)

policy 'volume "v" { kind = "glusterfs", source = "store:/gv0" }'
ok "the volume is mounted" start
ok "... by glusterfs, nosuid and nodev" eval 'mount_of $target &&
    grep -q "rw,nosuid,nodev.* fuse.glusterfs" $work/mounted'
ok "... root makes a directory for the user" eval '
    in_job install -d -o "$user" -g "$user" "$target/team"'
ok "... the user writes there" as_user sh -c "echo 12345 >$target/team/file"
ok "... and nowhere else" fails as_user touch "$target/file"
ok "... the server has it as the user's" [ "$(stat -c %u-%s /srv/brick/team/file)" = "$user-6" ]
ok "... its client has few of root's powers" has_few_powers
ok "... the job ends" timed 4000 stop
ok "... and its client" within 1 no_client
ok "... nothing is left" nothing_left

policy 'volume "v" { kind = "glusterfs", source = "store:/gv0/team", mode = "ro" }'
ok "a directory of it is mounted" start
ok "... with the file" as_user cat "$target/file"
ok "... read-only" fails as_user touch "$target/new"
kill -KILL "$(pgrep -f "volfile-server=.*$target")"
ok "... when its client dies, later steps fail" within 2 eval 'in_job | grep -q state=failed'
like "... and it is said" "volume .v. of kind glusterfs .store:/gv0/team. was lost" "$work/log"
ok "... the job ends" timed 4000 stop
ok "... nothing is left" nothing_left

ok "a job" start
pid=$(pgrep -f "^$keeper start")
kill -KILL "$pid"
ok "... whose keeper is killed has no client any more" within 2 no_client
stop

policy 'volume "v" { kind = "glusterfs", source = "store:/none" }'
ok "a volume that is not there fails the job" timed 6500 fails start
like "... in one sentence" "volume .v.: glusterfs " "$work/said"
stop
kill -KILL "$server"
policy 'volume "v" { kind = "glusterfs", source = "store:/gv0", deadline = 0.5 }'
ok "so does a server that is not there, in time" timed 2500 fails start
like "... in one sentence" "volume .v.: glusterfs " "$work/said"
stop
ok "nothing is left" nothing_left
finish
