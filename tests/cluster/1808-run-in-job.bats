#!/usr/bin/env bats
# A job in the mount namespace that Slurm makes for it, with
# PrologFlags=RunInJob: the script that starts the keeper finds the namespace.

load cluster
load namespaces
load namespaces_jobs

run_in_job() {
    sed -i 's/^PrologFlags=.*/PrologFlags=Contain,RunInJob/' slurm.conf
    write_scripts
}

setup_file() {
    local kind=job_container
    ! lacks RunInJob || return 0
    slurm_has job_container/tmpfs || kind=namespace-linux
    namespaces_up "$kind" run_in_job
    use_scripts
}
teardown_file() { namespaces_down; }
setup() { namespaces_begin; }
teardown() { namespaces_end; }

@test "batch scripts, steps, srun and salloc alone: all is inside" { all_is_inside; }
@test "jobs without a workspace, and parts of volumes" { others_and_parts; }
@test "the components of a heterogeneous job" { components; }
@test "the tasks of an array" { arrays; }
@test "volumes of other kinds" { other_kinds; }
@test "the keeper is killed in mid-job" { survives_kills; }
