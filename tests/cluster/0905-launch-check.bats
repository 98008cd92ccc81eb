#!/usr/bin/env bats
# srun --check: the tasks of a step find out what would make them hang, before they start.

load cluster

launcher=/usr/share/atelier/launchers/pytorch.lua

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n2 sh -c '! [ -e /tmp/hosts ] || { cat /tmp/hosts >/etc/hosts && rm /tmp/hosts; }'
    on n3 ip neigh flush dev eth0 nud permanent
    on n3 sh -c "! [ -e /tmp/pytorch.lua ] || mv /tmp/pytorch.lua $launcher"
    invariant_end
}

# started SRUN-ARGUMENT...: how many tasks started; what srun said is in $said.
started() {
    said=$(as alice srun --workspace=vision --check "$@" bash -c 'echo started' 2>&1) || true
    echo "$said"
    count=$(grep -c '^started$' <<<"$said") || true
}

# One sentence, and no task started.
refused_with() {
    [ "$count" = 0 ]
    [ "$(grep -c 'atelier: launch check: ' <<<"$said")" = 1 ]
    [[ $said == *"atelier: launch check: $1"* ]]
}

# take_ports NODE: all those that Slurm reserves for steps (MpiParams), until give_ports NODE.
take_ports() {
    on "$1" python3 -c "
import resource, socket
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
listeners = [socket.create_server(('', port)) for port in range(12999, 11999, -1)]
listeners[-1].accept()" 3>&- &
    wait_until 20 eval "on $1 ss -tlnH sport = :12000 | grep -q ."
}

give_ports() {
    on "$1" python3 -c "import socket; socket.create_connection(('127.0.0.1', 12000), 5)"
    wait
}

@test "all start where all is well, whatever the layout and the framework" {
    for layout in '-N3 -n6' '-N3 -n6 --distribution=cyclic' '-N2 -n5' '-N1 -n4' '-N1 -n1'; do
        # shellcheck disable=SC2086 # words
        started $layout --framework=pytorch
        [ "$count" = "$(sed 's/.*-n\([0-9]\).*/\1/' <<<"$layout")" ]
        [[ $said != *"launch check"* ]]
    done
    for framework in tensorflow:ps=1 mpi custom pytorch:init=file,directory=/mnt/atelier/results; do
        started -N3 -n6 --framework="$framework"
        [ "$count" = 6 ]
    done
    started -N3 -n3
    [ "$count" = 3 ]
    silent on head find /results -name '.atelier-check*'
}

@test "the port is free for the framework when the check is over" {
    said=$(as alice srun --workspace=vision --framework=pytorch --check -N3 -n3 python3 -c '
import os, socket
if os.environ["RANK"] == "0":
    socket.socket().bind(("", int(os.environ["MASTER_PORT"])))
    print("bound")')
    grep -qx bound <<<"$said"
}

@test "each step of a job is checked where the job says so, and het steps and two steps at once" {
    ATELIER_WORKSPACE=vision ATELIER_FRAMEWORK=pytorch ATELIER_CHECK=1 submit alice -N2 -n2 \
        -o /mnt/atelier/results/%j.out --wrap '
        srun --overlap bash -c "echo started" &
        srun --overlap bash -c "echo started" &
        wait'
    [ "$(on head grep -c started "/results/$job.out")" = 4 ]
    on head rm "/results/$job.out"
    said=$(as alice "${without_pmix[@]}" srun --workspace=vision --check -n1 -w n1 : -n1 -w n2 \
        bash -c 'echo started')
    [ "$(grep -c '^started$' <<<"$said")" = 2 ]
}

@test "a node that does not know rank 0's name: the sentence of the manual page" {
    on n2 sh -c 'cp /etc/hosts /tmp/hosts; grep -v "n1$" /tmp/hosts >/etc/hosts'
    started -N3 -n3 --framework=pytorch
    refused_with "$(awk '/^\.Bd -literal/ { shown = ++count == 3; next }
        /^\.Ed/ { shown = 0 } shown' "$repo/doc/atelier-launcher.7" | tr '\n' ' ' |
        sed 's/^launch check: //; s/ $//')"
}

@test "atelier run checks by itself, and says where to look" {
    on n2 sh -c 'cp /etc/hosts /tmp/hosts; grep -v "n1$" /tmp/hosts >/etc/hosts'
    run as alice salloc -Q --workspace=vision --framework=pytorch -w n1,n2 -N2 atelier run -- echo started
    echo "$output"
    [ "$status" = 125 ]
    count=$(grep -c '^started$' <<<"$output") || true
    said=$output
    refused_with "rank 1 on n2 cannot resolve n1"
    [[ $output == *"atelier run: before the processes had started, srun failed with exit code "* ]]
    [ "$(as alice salloc -Q -w n1,n2 -N2 atelier run -- echo started | grep -c started)" = 2 ]
}

@test "a node that does not reach rank 0: both are named" {
    on n3 ip neigh replace 10.77.0.11 lladdr 02:00:00:00:00:99 dev eth0 nud permanent
    started -N3 -n3 --framework=pytorch
    refused_with "rank 2 on n3 did not come to rank 0 on n1"
    [[ $said == *"--exclude=n3"* ]]
}

@test "a task that does not come: who, and where it was waited for" {
    on n3 mv "$launcher" /tmp/pytorch.lua
    started -N3 -n3 --mpi=none --framework=pytorch
    refused_with "rank 2 on n3 did not come to rank 0 on n1 within 10 s; see what else the step says of n3"
    [[ $said == *"error: atelier: node n3: framework \`pytorch\` is not known here"* ]]
}

@test "the port of rank 0 in use" {
    take_ports n1
    started -w n1,n2 -n2 --framework=pytorch
    give_ports n1
    refused_with "port 12"
    [[ $said == *" of n1, where rank 0 is to listen, is in use by another program"* ]]
}

@test "the port of a task of TensorFlow in use" {
    take_ports n2
    started -w n1,n2 -n2 --framework=tensorflow
    give_ports n2
    refused_with "port 12"
    [[ $said == *" of n2, where rank 1 is to listen, cannot be had: Address already in use"* ]]
}

@test "a directory that the nodes do not share" {
    started -N2 -n2 -w n1,n2 --framework=pytorch:init=file,directory=/tmp
    refused_with "n2 does not see what rank 0 has just written in /tmp"
    silent on n1 find /tmp -name '.atelier-check*'
}

@test "--check needs a workspace" {
    fails_saying "atelier: --check needs --workspace" as alice srun --check true
}
