#!/usr/bin/env bats
# A job in the mount namespace that Slurm makes for it, by
# tmpfs with EntireStepInNS: slurmd starts steps inside.

load cluster
load namespaces
load namespaces_jobs

entire() { sed -i '1iEntireStepInNS=true' job_container.conf; }

setup_file() { lacks EntireStepInNS || namespaces_up "$(tmpfs_kind)" entire; }
teardown_file() { namespaces_down; }
setup() { namespaces_begin; }
teardown() { namespaces_end; }

@test "slurmstepd itself is in the namespace" { steps_are_entire; }
@test "batch scripts, steps, srun and salloc alone: all is inside" { all_is_inside; }
@test "jobs without a workspace, and parts of volumes" { others_and_parts; }
@test "the components of a heterogeneous job" { components; }
@test "the tasks of an array" { arrays; }
@test "volumes of other kinds" { other_kinds; }
@test "a volume that is lost in mid-job" { loses_a_volume; }
@test "slurmd is restarted, the job requeued and cancelled" { goes_on; }
@test "where the volumes cannot be put there, the tasks say why" { says_why; }
@test "the keeper is killed in mid-job" { survives_kills; }
@test "sbcast writes to the volumes" { broadcasts; }
