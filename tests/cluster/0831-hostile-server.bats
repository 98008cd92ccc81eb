#!/usr/bin/env bats
# A file server that does all that may become of one, in random order, under jobs whose output is
# on its volume: they end when they are told to, the nodes go on, and what the server said it had
# written is there. What is done is in hostile/; hostile.bash says what the environment chooses.
# Long: the rounds wait for a server that hangs.

load cluster
load hostile

# A fourth export of the file server's, small enough to be full, and something between it and the
# nodes.
setup_file() {
    cluster_up
    on head sh -c 'cp /etc/atelier/policy.lua /tmp/policy; cp /etc/ganesha.conf /tmp/ganesha.conf'
    on head sh -c 'mkdir -p /spool && mount -t tmpfs -o size=32m,mode=1777 spool /spool'
    on head sh -c 'cat >>/etc/ganesha.conf' <<'END_OF_EXPORT'
EXPORT {
    Export_Id = 4;
    Path = /spool;
    Pseudo = /spool;
    Filesystem_Id = 77.4;
    Access_Type = RW;
    FSAL { Name = VFS; }
}
END_OF_EXPORT
    on head sh -c 'sed -e "s/port = 2049/port = 12049/; s/mount_port = 20048/mount_port = 12048/" \
        -e "s/^volume .home.*/&\nvolume \"spool\" { server = \"store\", export = \"\/spool\" }/" \
        -e "s/volumes = { \"datasets\", /&\"spool\", /" /tmp/policy >/etc/atelier/policy.lua'
    [ "$(on head grep -c 'spool\|12049\|12048' /etc/atelier/policy.lua)" = 5 ]
    on head sh -c '/usr/local/sbin/stop-file-server; /usr/local/sbin/start-file-server'
}
teardown_file() {
    on head sh -c 'cat /tmp/policy >/etc/atelier/policy.lua; cat /tmp/ganesha.conf >/etc/ganesha.conf
        /usr/local/sbin/stop-file-server; umount -l /spool; rmdir /spool; rm /tmp/policy /tmp/ganesha.conf
        /usr/local/sbin/start-file-server'
}

setup() { invariant_begin; }
teardown() {
    [ "$BATS_TEST_COMPLETED" ] || show_logs
    end_server || true
    signal_server -KILL || true
    tidy
    on head sh -c 'rm -rf /spool/*'
    invariant_end
}

show_logs() {
    local node
    on head cat /tmp/hostile.server.log
    for node in "${nodes[@]}"; do
        echo "== $node"
        on "$node" sh -c 'tail -n 40 /var/log/atelier.log; tail -n 20 /var/log/slurmd.log'
    done
}

# The server between, which waits for its first signal; its second one makes the server well.
begin_server() { # SEED
    # shellcheck disable=SC2016 # the machine's shell
    on head sh -c 'setsid /mnt/src/tests/cluster/hostile-server "$@" >/tmp/hostile.server.log 2>&1 </dev/null 3>&- &
        echo $! >/tmp/hostile.server.pid' sh "$1" 120 ${ACTIONS-}
    wait_until 10 server_said ready
}

server_said() { on head grep -qx "$1" /tmp/hostile.server.log; }

signal_server() { on head sh -c 'kill "$1" "$(cat /tmp/hostile.server.pid)"' sh "$1"; }

end_server() {
    server_said end || signal_server -USR1
    wait_until 30 server_said end
}

# writer NODE: a job that writes one file after another, and keeps on the node a list of those that
# it was told are on the server's disk. It takes no failure for an end.
# shellcheck disable=SC2016 # the job's shell
writer() {
    as alice sbatch --parsable --requeue --workspace=vision -n1 -c1 -w "$1" --chdir=/mnt/atelier/spool \
        -o /mnt/atelier/spool/hostile.%j.out --wrap '
        for number in $(seq 300); do
            echo "file $number"
            head -c 20000 /dev/urandom >/tmp/hostile.data
            if dd if=/tmp/hostile.data of=hostile.$SLURM_JOB_ID.$number conv=fsync; then
                echo "$(sha256sum </tmp/hostile.data | cut -d " " -f 1)  hostile.$SLURM_JOB_ID.$number" >>/tmp/hostile.sums
            fi
            flock -w 3 hostile.$SLURM_JOB_ID.lock cat /mnt/atelier/datasets/digits/* >/dev/null
            sleep 0.2
        done'
}

written_is_there() { # NODE
    on "$1" cat /tmp/hostile.sums | on head sh -c 'cd /spool && sha256sum -c --quiet -'
}

# newcomers NODE: jobs that begin now. With volumes it has them or a sentence, in time; without, it
# knows nothing of all this.
newcomers() {
    local said status=0
    as bob timeout 30 srun -Q -w "$1" true || return
    said=$(as alice timeout 40 srun -Q --workspace=vision -w "$1" true 2>&1) || status=$?
    [[ $status == 0 || ($status != 124 && $said == *"atelier:"*) ]] || {
        echo "a job that begins on $1 ended with $status: $said"
        return 1
    }
}

# round SEED: on each node a job writes, each has its end while the server is not well.
round() {
    local -A ways writers
    local node ends process newcomers=()
    begin_server "$1"
    mapfile -t ends < <(shuffled cancel limit requeue node)
    for node in "${nodes[@]}"; do
        ways[$node]=${ends[0]}
        ends=("${ends[@]:1}")
        writers[$node]=$(writer "$node")
        echo "$node: job ${writers[$node]}, ends by ${ways[$node]}"
    done
    for node in "${nodes[@]}"; do
        wait_until 30 on "$node" test -s /tmp/hostile.sums
    done
    stage "the server is hostile"
    signal_server -USR1
    sleep $((RANDOM % 8))
    for node in $(shuffled "${nodes[@]}"); do
        sleep $((RANDOM % 4))
        end_of "${ways[$node]}" "${writers[$node]}" "$node"
        newcomers "$node" 3>&- &
        newcomers+=($!)
    done
    stage "the jobs end"
    for node in "${nodes[@]}"; do
        ended 60 "${writers[$node]}"
    done
    for process in "${newcomers[@]}"; do
        wait "$process"
    done
    no_node_is_drained
    answers 5
    stage "the server is well"
    end_server
    for node in "${nodes[@]}"; do
        wait_until 60 eval "! on $node test -e /run/atelier"
    done
    other_jobs_run
    no_lock_is_left /mnt/atelier/spool
    for node in "${nodes[@]}"; do
        written_is_there "$node"
    done
    signal_server -KILL
    stage "nothing is left"
    nothing_is_left
    tidy
    on head sh -c 'rm -rf /spool/*'
}

@test "a hostile server keeps no job from its end, and no node from its jobs" {
    rounds round
}
