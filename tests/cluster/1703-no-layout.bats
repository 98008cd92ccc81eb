#!/usr/bin/env bats
# Settings that a launcher would refuse in every layout of the job are refused when it is submitted.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# refused TEXT SBATCH-ARGUMENT...: by sbatch, salloc and srun, and no job is made.
refused() {
    local text=$1
    shift
    fails_saying "$text" as alice sbatch --workspace=vision "$@" --wrap true
    fails_saying "$text" as alice salloc --workspace=vision "$@" true
    fails_saying "$text" as alice srun --workspace=vision "$@" true
    silent on head squeue -h
}

# taken SBATCH-ARGUMENT...: may fit; the job is made.
taken() {
    local job
    job=$(as alice sbatch --parsable --hold --workspace=vision -o /dev/null "$@" --wrap true)
    as alice scancel "$job"
}

@test "settings that exclude each other" {
    refused 'settings `chief` and `master` of framework `tensorflow` exclude each other' --framework=tensorflow:chief,master -N2
}

@test "more parameter servers than the job can have nodes" {
    refused '`ps=5` needs as many nodes, and the job has 2 at most' --framework=tensorflow:ps=5 -N2
    refused '`ps=3` needs as many nodes, and the job has 2 at most' --framework=tensorflow:chief,ps=3 -N1-2
    refused '`ps=3` needs as many nodes, and the job has 2 at most' --framework=tensorflow:ps=3 -n2
}

@test "what may still fit is left to the step" {
    taken --framework=tensorflow:ps=2 -N2
    taken --framework=tensorflow:ps=3 -N2-4
    taken --framework=tensorflow:ps=3 -n4
    taken --framework=tensorflow:ps=3
}
