#!/usr/bin/env bats
# The way of one job: what the demo shows, asserted.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

@test "PyTorch trains on three nodes, from one volume to another" {
    cd "$repo"
    submit alice --workspace=vision --experiment=digits --framework=pytorch -N3 \
        -o /mnt/atelier/results/%j.out --chdir=/mnt/atelier/results examples/digits/train.sh ||
        { echo "$said"; on head cat "/results/$job.out"; false; }

    # The policy chose, not the user.
    wait_until 10 eval "accounting $job State | grep -q COMPLETED"
    [ "$(accounting "$job" Account,Partition,WCKey)" = "vision|cpu|vision.digits" ]
    record=$(accounting "$job" AdminComment)
    [[ $record == "atelier/1 "* ]]
    for pair in workspace=vision experiment=digits framework=pytorch; do
        [[ " $record " == *" $pair "* ]]
    done

    # The output file is on the volume, the user's own, and tells of three ranks on three nodes.
    [ "$(on head stat -c %U "/results/$job.out")" = alice ]
    for node in "${nodes[@]}"; do
        on head grep -q "$node" "/results/$job.out"
    done
    on head grep -q "world size 3" "/results/$job.out"
    on head sh -c "ls /results/digits-$job/*.pt"
}

@test "a job's volumes are private to it on every node" {
    said=$(as alice sbatch --parsable --workspace=vision -N3 -o /mnt/atelier/results/%j.out \
        --wrap 'srun sh -c "touch /mnt/atelier/results/private-\$(hostname)"; sleep 60')
    wait_until 20 on head test -e /results/private-n3
    on head rm -f /results/private-n1 /results/private-n2 /results/private-n3

    # Neither the hosts nor another user's job on the same nodes see anything of it.
    for node in "${nodes[@]}"; do
        silent on "$node" ls /mnt/atelier
        not on "$node" grep -q /mnt/atelier /proc/1/mountinfo
    done
    others=$(as bob srun -N3 -n3 --overlap sh -c 'ls /mnt/atelier; grep -c /mnt/atelier /proc/mounts || true')
    [ "$(sort -u <<<"$others")" = 0 ]
    as root scancel "$said"
}

@test "the volumes are mounted nosuid and nodev, and read-only where the policy says so" {
    submit alice --workspace=vision -o /mnt/atelier/results/%j.out \
        --wrap 'grep /mnt/atelier /proc/self/mountinfo; touch /mnt/atelier/datasets/x; true'
    mounts=$(on head cat "/results/$job.out")
    [ "$(grep -c '/mnt/atelier' <<<"$mounts")" -ge 4 ]
    [ -z "$(grep ' /mnt/atelier' <<<"$mounts" | grep -v 'nosuid,nodev')" ]
    grep -E '/mnt/atelier/datasets [^ ]*ro,' <<<"$mounts"
    grep -qi 'read-only file system' <<<"$mounts"
}

@test "two jobs of one workspace on one node: one ends, the other goes on" {
    long=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/%j.out \
        --wrap 'sleep 8; cat /mnt/atelier/results/still-here && echo went on')
    as alice srun --workspace=vision -w n1 sh -c 'echo yes > /mnt/atelier/results/still-here'
    wait_until 30 eval "accounting $long State | grep -q COMPLETED"
    on head grep -q 'went on' "/results/$long.out"
    on head rm /results/still-here
}

@test "a job that asks for nothing of ours gets nothing" {
    before=$(on n1 sh -c 'ls /run/atelier 2>&1 || true')
    said=$(as alice srun -A vision -w n1 sh -c \
        'env | grep -c ^ATELIER_ || true; readlink /proc/self/ns/mnt; ls /run/atelier 2>&1 || true')
    [ "$(head -n 1 <<<"$said")" = 0 ]
    [ "$(sed -n 2p <<<"$said")" = "$(on n1 readlink /proc/1/ns/mnt)" ]
    [ "$(on n1 sh -c 'ls /run/atelier 2>&1 || true')" = "$before" ]
}
