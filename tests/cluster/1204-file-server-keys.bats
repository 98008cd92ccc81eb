#!/usr/bin/env bats
# Every key of a file server has the effect that the manual says; tests/lua/effects.lua
# holds the list. on_failure is 0801's.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell

load cluster

policy=/etc/atelier/policy.lua

# server NAME KEYS: a workspace of alice's with one volume of /results on such a server.
server() {
    printf 'file_server "%s" { %s }\nvolume "%s" { server = "%s", export = "/results" }\n' "$1" "$2" "$1" "$1"
    printf 'workspace "%s" { account = "vision", clusters = { "cpu" }, users = { "alice" }, volumes = { "%s" } }\n' "$1" "$1"
}

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1204
    local here='host = "head", port = 2049, mount_port = 20048, driver = "libnfs"'
    {
        server no-host 'host = "nowhere.invalid", port = 2049, mount_port = 20048, driver = "libnfs"'
        server no-port 'host = "head", port = 2050, mount_port = 20048, driver = "libnfs"'
        server no-mount-port 'host = "head", port = 2049, mount_port = 20049, driver = "libnfs"'
        server kernel 'host = "head", port = 2049, mount_port = 20048, driver = "kernel"'
        server four 'host = "head", port = 2049, version = 4'
        server impatient "$here, deadline = 1"
        server one "$here, connections = 1"
        server five "$here, connections = 5"
        server soft "$here, recovery = \"soft\", timeout = 1"
        server forgetful "$here, attribute_cache = 0"
        server believing "$here, attribute_cache = 600"
        server shared "$here, locks = \"server\""
        server own "$here, locks = \"node\""
    } | on head sh -c "cat /root/policy.1204 - >$policy"
    sleep 1.1
}
teardown_file() {
    on head sh -c "cat /root/policy.1204 >$policy; rm /root/policy.1204"
    sleep 1.1
}
setup() { invariant_begin; }
teardown() {
    on head sh -c 'pkill -CONT ganesha; start-file-server; rm -f /results/keys.*' >/dev/null 2>&1 || true
    invariant_end
}

# job WORKSPACE COMMAND: its shell is in the volume.
job() {
    as alice srun -Q -w n1 --workspace="$1" sh -c "cd /mnt/atelier/$1 && $2"
}

# key: file_server.host
# key: file_server.port
# key: file_server.mount_port
@test "another host or port is another server" {
    fails_saying 'nowhere.invalid' job no-host true
    fails_saying '2050' job no-port true
    fails_saying '20049' job no-mount-port true
    job five true
}

# key: file_server.driver
# key: file_server.version
@test "a driver that the node lacks, and the version that it alone speaks" {
    if on n1 grep -qw nfs4 /proc/filesystems; then
        [ "$(job kernel 'stat -fc %T .')" = nfs ]
        [[ $(job four 'grep /mnt/atelier/four /proc/self/mountinfo') == *vers=4* ]]
    else
        fails_saying 'kernel' job kernel true
        fails_saying 'version 4' job four true
    fi
    [ "$(job five 'stat -fc %T .')" = fuseblk ] || [ "$(job five 'stat -fc %T .')" = fuse ]
}

# key: file_server.deadline
@test "a server that does not answer is given up at the deadline" {
    on head pkill -STOP ganesha
    run job impatient true
    local impatient=$output
    run job five true
    on head pkill -CONT ganesha
    echo "$impatient; $output"
    [[ $impatient == *'within 1.0 s'* && $output == *'within 2.0 s'* ]]
    job impatient true
}

# key: file_server.connections
@test "as many connections as are asked for" {
    [ "$(job one 'ss -Htn state established dst 10.77.0.1:2049 | wc -l')" = 1 ]
    [ "$(job five 'ss -Htn state established dst 10.77.0.1:2049 | wc -l')" = 5 ]
}

# key: file_server.recovery
# key: file_server.timeout
@test "soft requests fail after the timeout, hard ones wait for the server" {
    for recovery in soft five; do
        as alice sbatch -w n1 -n1 --workspace="$recovery" -o "/tmp/keys.$recovery" --wrap "
            cd /mnt/atelier/$recovery && touch keys.$recovery && echo begun
            while [ ! -e /tmp/keys.go ]; do sleep 0.1; done
            stat keys.other >/dev/null; ls -l keys.other; echo ended"
    done
    wait_until 20 eval '[ "$(on n1 cat /tmp/keys.soft /tmp/keys.five | grep -c begun)" -eq 2 ]'
    on head pkill -STOP ganesha
    on n1 touch /tmp/keys.go
    wait_until 20 eval 'on n1 grep -q ended /tmp/keys.soft'
    on n1 grep -q 'Input/output error' /tmp/keys.soft
    not on n1 grep -q ended /tmp/keys.five
    on head pkill -CONT ganesha
    wait_until 20 eval 'on n1 grep -q ended /tmp/keys.five'
    on n1 grep -q 'No such file' /tmp/keys.five
    on n1 sh -c 'rm /tmp/keys.*'
}

# key: file_server.attribute_cache
@test "attributes are believed as long as the policy says" {
    for cache in forgetful believing; do
        local grows=keys.$cache.$RANDOM
        job "$cache" "echo a >$grows; stat -c %s $grows; touch $grows.seen
            while [ ! -e /tmp/keys.go ]; do sleep 0.1; done; stat -c %s $grows" >"$BATS_TEST_TMPDIR/$cache" &
        wait_until 20 on head test -e "/results/$grows.seen"
        as alice srun -Q -w n2 --workspace=one sh -c "echo more >>/mnt/atelier/one/$grows"
        on n1 touch /tmp/keys.go
        wait $!
        on n1 rm /tmp/keys.go
    done
    [ "$(xargs <"$BATS_TEST_TMPDIR/forgetful")" = "2 7" ]
    [ "$(xargs <"$BATS_TEST_TMPDIR/believing")" = "2 2" ]
}

# key: file_server.locks
@test "locks hold between nodes, or in the node alone" {
    for locks in shared own; do
        run as alice srun -Q -N2 -n2 -w n1,n2 --workspace="$locks" sh -c "
            cd /mnt/atelier/$locks && exec 9>keys.lock
            if [ \$SLURM_NODEID = 0 ]; then
                flock -n 9 && touch keys.held; while [ -e keys.held ]; do sleep 0.1; done
            else
                while [ ! -e keys.held ]; do sleep 0.1; done
                flock -n 9 && echo both || echo one; rm keys.held
            fi"
        echo "$locks: $output"
        case $locks in shared) [ "$output" = one ] ;; own) [ "$output" = both ] ;; esac
    done
}
