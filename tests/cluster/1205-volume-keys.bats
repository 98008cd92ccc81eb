#!/usr/bin/env bats
# Every key of a volume has the effect that the manual says; tests/lua/effects.lua holds the
# list. subdirectories are 0701's.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell

load cluster

policy=/etc/atelier/policy.lua

# volume NAME KEYS: a workspace of alice's with this volume alone.
volume() {
    printf 'volume "%s" { %s }\n' "$1" "$2"
    printf 'workspace "%s" { account = "vision", clusters = { "cpu" }, users = { "alice" }, volumes = { "%s" } }\n' "$1" "$1"
}

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1205
    {
        volume other-export 'server = "store", export = "/nothing-here"'
        volume reading 'server = "store", export = "/results/keys", mode = "ro"'
        volume placed 'server = "store", export = "/datasets", mode = "ro", place = "/datashelf"'
        volume asked 'server = "store", export = "/results/keys", probe = "write"'
        volume unasked 'server = "store", export = "/results/keys", probe = "read"'
        volume site 'kind = "bind", path = "/srv/site"'
        volume memory 'kind = "local", size = "1m"'
        volume disk 'kind = "local", path = "/srv/disk"'
        volume program 'kind = "command", command = { "/usr/local/sbin/mount-site", "word" }'
        volume lost 'kind = "bind", path = "/srv/nothing", on_failure = "requeue"'
        volume slow 'kind = "command", command = { "/usr/local/sbin/mount-slowly" }, deadline = 0.5'
        volume share 'kind = "cifs", source = "//files/share", credentials = "/srv/secret"'
        volume scratch 'kind = "lustre", source = "mgs@tcp:/scratch"'
        volume store1 'kind = "rclone", source = "disk:/srv/objects", config = "/srv/rclone.conf"'
        volume store2 'kind = "rclone", source = "disk:/srv/objects", config = "/srv/rclone.conf", cache = "/srv/cache"'
        volume unread 'kind = "rclone", source = "disk:/srv/objects", config = "/srv/other.conf"'
    } | on head sh -c "cat /root/policy.1205 - >$policy"
    # The places and programs of a site. Stand-ins mount what this kernel has no client for.
    on n1 sh -c 'mkdir -p /srv/site/of-the-site /srv/disk /srv/objects /srv/cache /datashelf
        chmod 777 /srv/objects; echo object >/srv/objects/one; chmod 666 /srv/objects/one
        umask 077
        printf "[disk]\ntype = local\n" >/srv/rclone.conf
        printf "[else]\ntype = local\n" >/srv/other.conf
        echo username=x >/srv/secret; mkdir /srv/kept
        for name in mount.cifs mount.lustre; do
            [ ! -e /usr/sbin/$name ] || mv /usr/sbin/$name /srv/kept/
        done
        cat >/usr/sbin/mount.cifs; cp /usr/sbin/mount.cifs /usr/sbin/mount.lustre
        printf "#!/bin/sh\nexec mount -t tmpfs none-\$1 \"\$2\"\n" >/usr/local/sbin/mount-site
        printf "#!/bin/sh\nsleep 5\n" >/usr/local/sbin/mount-slowly
        chmod 755 /usr/sbin/mount.cifs /usr/sbin/mount.lustre /usr/local/sbin/mount-*' <<'END'
#!/bin/sh
echo "$0 $*" >/srv/called
exec mount -t tmpfs "$1" "$2"
END
    on head sh -c 'mkdir /results/keys; chmod 755 /results/keys'
    sleep 1.1
}
teardown_file() {
    on head sh -c "cat /root/policy.1205 >$policy; rm /root/policy.1205; rm -rf /results/keys"
    on n1 sh -c 'rm -f /usr/sbin/mount.cifs /usr/sbin/mount.lustre /usr/local/sbin/mount-*
        mv /srv/kept/* /usr/sbin/ 2>/dev/null
        rm -rf /srv/site /srv/disk /srv/objects /srv/cache /srv/kept /srv/rclone.conf /srv/other.conf \
            /srv/secret /srv/called /datashelf'
    sleep 1.1
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# job WORKSPACE COMMAND: its shell is in the volume.
job() {
    as alice srun -Q -w n1 --workspace="$1" sh -c "cd /mnt/atelier/$1 && $2"
}

# key: volume.server
# key: volume.export
# key: volume.mode
# key: volume.place
@test "which directory of which server, how and where" {
    fails_saying '/nothing-here' job other-export true
    fails_saying 'Read-only file system' job reading 'touch x'
    [ "$(job placed 'ls /datashelf')" = "$(job placed 'ls')" ]
    silent as alice srun -Q -w n1 ls /datashelf
}

# key: volume.probe
@test "a probe that writes knows before the job that it could not" {
    fails_saying 'asked' job asked true
    [ "$(job unasked 'touch x || echo begun' 2>/dev/null)" = begun ]
    on head chmod 777 /results/keys
    run job asked true
    on head chmod 755 /results/keys
    [ "$status" -eq 0 ]
}

# key: volume.kind
# key: volume.path
# key: volume.size
@test "a directory of the site's, room in memory and room on the disk" {
    [ "$(job site ls)" = of-the-site ]
    fails_saying 'No space left' job memory 'head -c 2m /dev/zero >file'
    [[ $(job disk 'head -c 2m /dev/zero >file && grep " /mnt/atelier/disk " /proc/self/mountinfo') == *' /srv/disk/'* ]]
    silent on n1 find /srv/disk -name file
}

# key: volume.command
# key: volume.deadline
@test "a program of the site's mounts, within its deadline" {
    [ "$(job program 'awk "\$5 == \"/mnt/atelier/program\" { print \$(NF - 1) }" /proc/self/mountinfo')" = none-word ]
    fails_saying 'mount-slowly was not ready in time' job slow true
}

# key: volume.on_failure
@test "a job whose volume fails goes back into the queue, where the policy says so" {
    lost=$(as alice sbatch --parsable -w n1 --workspace=lost -o /dev/null --wrap true)
    wait_until 20 eval 'on head scontrol show job "$lost" | grep -q "Restarts=1"'
    on head scontrol show job "$lost" | grep -q 'failure=.*volume `lost` could not be made ready: a fault of this node'
    without /srv/nothing on head scontrol show job "$lost"
    as alice scancel "$lost"
    fails_saying '/srv/nothing' job lost true
}

# key: volume.source
# key: volume.credentials
@test "source and credentials are the mount program's" {
    [[ $(job share 'grep /mnt/atelier/share /proc/self/mountinfo') == *//files/share* ]]
    on n1 grep -q 'mount.cifs //files/share /.*credentials=/srv/secret' /srv/called
    on n1 chmod 644 /srv/secret
    run job share true
    on n1 chmod 600 /srv/secret
    [ "$status" -ne 0 ]
    [[ $output == */srv/secret* ]]
    job scratch true
    on n1 grep -q 'mount.lustre mgs@tcp:/scratch /' /srv/called
}

# key: volume.config
# key: volume.cache
@test "rclone has its remotes from the file, and needs a cache to append" {
    on n1 test -x /usr/bin/rclone || skip "this release has no rclone"
    [ "$(job store1 'cat one')" = object ]
    fails_saying '' job unread true
    not job store1 'echo more >>one' 2>/dev/null
    job store2 'echo more >>one && cat one'
    wait_until 10 on n1 grep -q more /srv/objects/one
    silent on n1 find /srv/cache -type f
}
