#!/bin/bash
# Object stores through rclone, against a real server: rclone's own, of WebDAV.
needed=(setpriv rclone fusermount3)
. "$(dirname "$0")/kinds.sh"
target=$work/mounts/v

serve() {
    mkdir -p /srv/store/bucket/team /srv/cache
    echo 1 >/srv/store/bucket/team/file
    printf '[store]\ntype = webdav\nurl = http://127.0.0.1:8080\nvendor = other\n' \
        >"$work/rclone.conf"
    chmod 600 "$work/rclone.conf"
    rclone serve webdav /srv/store --addr 127.0.0.1:8080 --config /dev/null >/dev/null 2>&1 &
    server=$!
    within 10 eval ': >/dev/tcp/127.0.0.1/8080'
}

# CAP_NET_BIND_SERVICE and CAP_SYS_ADMIN.
has_few_powers() {
    grep -x 'CapEff:.0*200400' "/proc/$(pgrep -f "rclone mount")/status"
}

no_client() {
    ! pgrep -f "rclone mount"
}

store() { # KEYS
    policy 'volume "v" { kind = "rclone", source = "store:bucket/team",
        config = "'"$work"'/rclone.conf" '"$1"' }'
}

ok "a server of WebDAV" serve

store ''
ok "a bucket is mounted" start
ok "... by rclone, nosuid and nodev" eval 'mount_of $target &&
    grep -q "rw,nosuid,nodev.* fuse.rclone" $work/mounted'
ok "... the user reads" as_user cat "$target/file"
ok "... the user writes" as_user sh -c "echo 12345 >$target/new"
ok "... and it is in the store" eval 'within 2 [ -s /srv/store/bucket/team/new ]'
ok "... nobody else sees it" fails in_job setpriv --reuid 4343 --regid 4343 --clear-groups \
    ls "$target"
ok "... not even the user sees the configuration" fails as_user cat "$work/rclone.conf"
ok "... its client has few of root's powers" has_few_powers
ok "... the job ends" timed 4000 stop
ok "... and its client" within 1 no_client
ok "... nothing is left" nothing_left

store ', cache = "/srv/cache"'
ok "with a cache" start
ok "... which is root's alone" [ "$(stat -c %u-%a /srv/cache/atelier-scratch/atelier.n1.7.v)" = 0-700 ]
ok "... the user writes here and there" as_user python3 -c "
with open('$target/random', 'w+b') as file:
    file.write(b'x' * 5000)
    file.seek(10)
    file.write(b'y')"
ok "... and once closed it is in the store, soon" within 2 eval '
    [ "$(stat -c %s /srv/store/bucket/team/random)" = 5000 ]'
ok "... what is written last" as_user dd if=/dev/zero of="$target/last" bs=1M count=20
ok "... the job ends" timed 4000 stop
ok "... has reached it" eval '[ "$(stat -c %s /srv/store/bucket/team/last)" = 20971520 ]'
ok "... the cache is gone" [ -z "$(ls -A /srv/cache/atelier-scratch)" ]
ok "... nothing is left" nothing_left

store ', cache = "/srv/cache"'
ok "a job" start
kill -STOP "$(pgrep -f 'rclone mount')"
ok "... ends in time when its client hangs" timed 5000 stop
like "... and it is said" "stopped .* v.killed=1" "$work/log"
ok "... nothing is left" nothing_left

store ', mode = "ro"'
ok "read-only" start
ok "... the user does not write" fails as_user touch "$target/other"
kill -KILL "$(pgrep -f 'rclone mount')"
ok "... when its client dies, later steps fail" within 2 eval 'in_job | grep -q state=failed'
ok "... the job ends" timed 4000 stop
ok "... nothing is left" nothing_left

chmod 644 "$work/rclone.conf"
ok "a configuration that others may read is refused" fails start
like "... with what to do" "others than root may read .*chmod 600" "$work/said"
stop
chmod 600 "$work/rclone.conf"
policy 'volume "v" { kind = "rclone", source = "stroe:bucket",
    config = "'"$work"'/rclone.conf" }'
ok "a remote that is not there fails the job" fails start
like "... with what rclone says" "volume .v.: rclone failed with exit code 1: .*stroe" "$work/said"
stop
kill -KILL "$server"
ok "nothing is left" nothing_left
finish
