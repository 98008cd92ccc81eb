#!/usr/bin/env bats
# atelier doctor: this machine, and the nodes of an allocation by MPI; a slow one and dead ones.

load cluster

probe=/usr/libexec/atelier/atelier-doctor

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n2 sh -c 'tc qdisc del dev eth0 root 2>/dev/null; pkill -KILL -x atelier-doctor; rm -f /tmp/looked'
    on n3 chmod +x "$probe"
    invariant_end
}

look_at_nodes() {
    run as alice salloc -Q --workspace=vision -N3 atelier doctor --nodes
    echo "$output"
}

@test "head and nodes have what they need" {
    for machine in head n1; do
        run on "$machine" atelier doctor
        echo "$output"
        [ "$status" -eq 0 ]
        [ "$(grep -c "  yes  " <<<"$output")" -eq 10 ]
    done
}

@test "nodes that are well: MPI's all-reduce and each link of the ring" {
    for try in 1 2 3; do # what else the machine does can make a link look slow
        run as alice salloc -Q --workspace=vision --check -N3 atelier doctor --nodes
        echo "try $try: $output"
        [ "$status" -ne 0 ] || break
    done
    [ "$status" -eq 0 ]
    [[ $output == *"all-reduce over 3 nodes: "*" us for 8 bytes, "*"all nodes are well"* ]]
    [ "$(grep -c ' us  .* MB/s$' <<<"$output")" -eq 3 ]
    run as alice salloc -Q -N1 atelier doctor --nodes
    [ "$status" -eq 0 ]
}

@test "nodes whose processors another step of the job has" {
    run as alice salloc -Q --workspace=vision -N3 --exclusive bash -c '
        srun --mpi=none --ntasks-per-node=4 sleep inf &
        until squeue -h -s -j "$SLURM_JOB_ID" -o %i | grep -q "[.]0$"; do sleep 0.2; done
        atelier doctor --nodes --mpi=mpirun
        atelier doctor --nodes
        scancel "$SLURM_JOB_ID.0"'
    echo "$output"
    [ "$(grep -c '^all-reduce over 3 nodes: ' <<<"$output")" = 2 ]
}

slow_down() {
    on "$1" tc qdisc add dev eth0 root tbf rate 60mbit burst 32kb latency 400ms
}

@test "a node whose network is slow is named" {
    slow_down n2
    look_at_nodes
    [ "$status" -eq 1 ]
    [[ $output == *"n2 is slow: its links carry "*" MB/s at "*"--exclude=n2"* ]]
    [ "$(grep -c ' is slow: ' <<<"$output")" -eq 1 ]
}

# Its second thread is there when it has spoken; on a quick network all would be measured by then.
@test "a process that stops is named, and the others are looked at without its node" {
    slow_down n2
    on n2 sh -c 'until [ -e /tmp/looked ]; do
            [ "$(ps -o nlwp= -C atelier-doctor || echo 0)" -lt 2 ] || pkill -STOP -x atelier-doctor
            sleep 0.1
        done' 3>&- &
    look_at_nodes
    on n2 touch /tmp/looked
    wait
    [ "$status" -eq 1 ]
    [[ $output == *"n2 is dead: it stopped answering "* ]]
    [[ $output == *"all-reduce over 2 nodes"* ]]
    [ "$(grep -c ' is dead: ' <<<"$output")" -eq 1 ]
}

@test "a node that starts nothing is named, with srun's words, and the others are looked at without it" {
    on n3 chmod -x "$probe"
    local began=$SECONDS
    look_at_nodes
    ((SECONDS - began < 90))
    [ "$status" -eq 1 ]
    [[ $output == *"n3 is dead: srun failed with exit code "*"; see \`scontrol show node n3\`, or leave it out with --exclude=n3"* ]]
    [[ $output == *"all-reduce over 2 nodes"* ]]
    [ "$(grep -c ' is dead: ' <<<"$output")" -eq 1 ]
}
