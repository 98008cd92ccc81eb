#!/usr/bin/env bats
# A file server that does not answer while jobs run: one line of the node's log, and one when it is
# back, however many jobs there are. The clients are stand-ins that tell when they are signalled.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() {
    setup_keeper
    plan mute
}
teardown() { teardown_keeper; }

# clients SIGNAL: to all of them.
clients() {
    local pid
    for pid in $(client_pids); do
        kill -"$1" "$pid"
    done
}

lines() { # EVENT
    grep -c "atelier: $1 " "$dir/log"
}

@test "one line for a node's jobs, and one when it is over" {
    start 7
    start 19
    status 7 | grep -qx 'file_server.store1=answers'
    clients USR1
    sleep 2
    grep -Eq 'atelier: silent node=n1 server=store1 host=mute since=[0-9-]{10}T[0-9:]{8} jobs="7,19" calls=6$' "$dir/log"
    [ "$(lines silent)" = 1 ]
    status 7 | grep -Eqx 'file_server.store1=has not answered since [0-9-]{10}T[0-9:]{8}, for 1[2-9] s: 3 calls of this job wait'
    status 7 | grep -qx state=ready
    clients USR2
    soon grep -Eq 'atelier: answers node=n1 server=store1 host=mute since=[0-9-]{10}T[0-9:]{8} seconds=1[2-9] jobs="7,19"$' "$dir/log"
    sleep 0.3
    [ "$(lines answers)" = 1 ]
    status 19 | grep -Eqx 'file_server.store1=answers; it did not from [0-9-]{10}T[0-9:]{8} on, for 1[2-9] s'
    stop 7
    stop 19
    [ "$(grep -Ec 'atelier: stopped .* waited.store1=1[2-9]\.[0-9]$' "$dir/log")" = 2 ]
    nothing_left
}

@test "a server that went away twice is told twice, and the waits are added up" {
    start 7
    for _ in 1 2; do
        clients USR1
        sleep 1.3
        clients USR2
        sleep 0.2
    done
    [ "$(lines silent)-$(lines answers)" = 2-2 ]
    stop 7
    grep -Eq 'atelier: stopped .* waited.store1=2[4-9]\.[0-9]$' "$dir/log"
    nothing_left
}

@test "a job that ends while the server is silent leaves nothing, and says how long it waited" {
    start 7
    clients USR1
    sleep 1.3
    [ -L "$dir/run/n1/silent.store1" ]
    within 4 0 stop 7
    grep -Eq 'atelier: stopped .* waited.store1=1[2-9]\.[0-9]$' "$dir/log"
    nothing_left
}

@test "a keeper that was killed meanwhile: the next start tells that the server is back" {
    start 7
    clients USR1
    sleep 1.3
    kill -KILL "$(keeper_pid 7)"
    soon no_process
    start 8
    grep -Eq 'atelier: answers node=n1 server=store1 .* jobs=8$' "$dir/log"
    stop 8
    nothing_left
}

@test "a job of another server is not among those that wait" {
    start 7
    engine "return { workspace = 'vision', environment = {}, volumes = { { name = 'one',
        server = 'store', host = 'mute', export = '/volume', driver = 'libnfs', port = 2049,
        mount_port = 0, mode = 'rw', deadline = 1 } } }"
    start 9
    clients USR1
    sleep 1.5
    grep -q 'atelier: silent node=n1 server=store1 .* jobs=7 calls=3$' "$dir/log"
    grep -q 'atelier: silent node=n1 server=store .* jobs=9 calls=3$' "$dir/log"
    stop 7
    stop 9
    nothing_left
}

@test "a job that waits for nothing has no such word in its last line" {
    start 7
    stop 7
    run grep -q 'waited' "$dir/log"
    [ "$status" = 1 ]
}

@test "one line of a kernel that remembers too much, which the keeper lets forget" {
    start 7
    clients HUP
    soon grep -Eq 'atelier: crowded .*job=7 .*volume=[a-z0-9-]+ inodes=900000 refused=3' "$dir/log"
    clients HUP
    sleep 0.3
    [ "$(lines crowded)" = 1 ]
    status 7 | grep -qx state=ready
    stop 7
    nothing_left
}
