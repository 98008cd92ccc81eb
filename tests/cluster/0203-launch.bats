#!/usr/bin/env bats
# Ranks are right on every layout, and every way of starting a job gives the same answer.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# show_ranks SRUN-ARGUMENT...: a sorted line "RANK LOCAL_RANK WORLD LOCAL_WORLD NODE MASTER" a task.
show_ranks() {
    as alice srun --workspace=vision --framework=pytorch "$@" bash -c \
        'echo "$RANK $LOCAL_RANK $WORLD_SIZE $LOCAL_WORLD_SIZE $(hostname) $MASTER_ADDR:$MASTER_PORT"' |
        sort -n
}

# The last column must be the same in every line, and its host that of rank 0.
check_rendezvous() {
    [ "$(awk '{ print $6 }' <<<"$1" | sort -u | wc -l)" = 1 ]
    [ "$(awk 'NR == 1 { print $5 }' <<<"$1")" = "$(awk 'NR == 1 { sub(/:.*/, "", $6); print $6 }' <<<"$1")" ]
    [[ $(awk 'NR == 1 { print $6 }' <<<"$1") =~ :[0-9]+$ ]]
}

@test "block distribution" {
    ranks=$(show_ranks -N3 -n6 --ntasks-per-node=2 --distribution=block)
    echo "$ranks"
    check_rendezvous "$ranks"
    [ "$(cut -d' ' -f1-5 <<<"$ranks" | tr '\n' ';')" = \
        "0 0 6 2 n1;1 1 6 2 n1;2 0 6 2 n2;3 1 6 2 n2;4 0 6 2 n3;5 1 6 2 n3;" ]
}

@test "cyclic distribution" {
    ranks=$(show_ranks -N3 -n6 --ntasks-per-node=2 --distribution=cyclic)
    echo "$ranks"
    check_rendezvous "$ranks"
    [ "$(cut -d' ' -f1-5 <<<"$ranks" | tr '\n' ';')" = \
        "0 0 6 2 n1;1 0 6 2 n2;2 0 6 2 n3;3 1 6 2 n1;4 1 6 2 n2;5 1 6 2 n3;" ]
}

@test "plane distribution" {
    ranks=$(show_ranks -N2 -n8 --distribution=plane=2)
    echo "$ranks"
    check_rendezvous "$ranks"
    [ "$(cut -d' ' -f1-5 <<<"$ranks" | tr '\n' ';')" = \
        "0 0 8 4 n1;1 1 8 4 n1;2 0 8 4 n2;3 1 8 4 n2;4 2 8 4 n1;5 3 8 4 n1;6 2 8 4 n2;7 3 8 4 n2;" ]
}

@test "uneven tasks per node" {
    ranks=$(show_ranks -N2 -n5 --distribution=block)
    echo "$ranks"
    check_rendezvous "$ranks"
    [ "$(awk '{ print $3 }' <<<"$ranks" | sort -u)" = 5 ]
    [ "$(awk '{ seen[$5]++; last[$5] = $4 } END { for (n in seen) if (seen[n] != last[n]) print n }' <<<"$ranks")" = "" ]
    [ "$(awk '{ print $5, $2 }' <<<"$ranks" | sort -u | wc -l)" = 5 ]
}

@test "two jobs on one node have two ports" {
    one=$(show_ranks -w n1 -n1) two=$(show_ranks -w n1 -n1)
    [ "$(awk '{ print $6 }' <<<"$one")" != "$(awk '{ print $6 }' <<<"$two")" ]
}

inside='echo "inside=$(grep -c " /mnt/atelier/[a-z]" /proc/self/mounts) $ATELIER_WORKSPACE/$ATELIER_EXPERIMENT"'

@test "sbatch, its batch script and its steps are inside" {
    submit alice --workspace=vision --experiment=e1 -N2 -o /mnt/atelier/results/%j.out \
        --wrap "$inside; srun bash -c '$inside'"
    [ "$(on head grep -c '^inside=3 vision/e1$' "/results/$job.out")" = 3 ]
}

@test "#SBATCH lines and environment defaults select the workspace" {
    printf '#!/bin/bash\n#SBATCH --workspace=vision --experiment=from-script\n%s\n' "$inside" |
        as alice sbatch --wait -o /mnt/atelier/results/script.out
    on head grep -q '^inside=3 vision/from-script$' /results/script.out
    ATELIER_WORKSPACE=vision ATELIER_EXPERIMENT=from-environment \
        submit alice -o /mnt/atelier/results/%j.out --wrap "$inside"
    on head grep -q '^inside=3 vision/from-environment$' "/results/$job.out"
    on head rm /results/script.out
}

@test "srun alone, salloc, arrays, --overlap and --export=NONE are inside" {
    [ "$(as alice srun --workspace=vision bash -c "$inside")" = "inside=3 vision/" ]
    [ "$(as alice salloc -Q --workspace=vision srun bash -c "$inside")" = "inside=3 vision/" ]
    submit alice --workspace=vision --array=0-2 -o /mnt/atelier/results/array-%a.out --wrap "$inside"
    for index in 0 1 2; do
        on head grep -q '^inside=3 vision/$' "/results/array-$index.out"
        on head rm "/results/array-$index.out"
    done
    submit alice --workspace=vision --export=NONE -o /mnt/atelier/results/%j.out --wrap "$inside"
    on head grep -q '^inside=3 vision/$' "/results/$job.out"

    long=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 30')
    wait_until 20 eval "as root squeue -h -j $long -o %T | grep -q RUNNING"
    [ "$(as alice srun --jobid="$long" --overlap bash -c "$inside")" = "inside=3 vision/" ]
    as root scancel "$long"
}

@test "each component of a het job is inside its own workspace's volumes" {
    said=$(as carol "${without_pmix[@]}" srun --workspace=vision -n1 : -n1 bash -c "$inside")
    [ "$(grep -c '^inside=3 vision/$' <<<"$said")" = 2 ]
}

@test "an sbatch inside a job does not inherit the job's workspace" {
    submit carol --workspace=vision -o /mnt/atelier/results/%j.out --wrap "
        cd /tmp
        printf '#!/bin/bash\n#SBATCH --workspace=nlp\n%s\n' '$inside' | sbatch --wait -o /mnt/atelier/results/inner.out"
    on head grep -q '^inside=.* nlp/$' /results/inner.out || { on head cat "/results/$job.out" /results/inner.out; false; }
    on head rm /results/inner.out
}
