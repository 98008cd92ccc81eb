#!/usr/bin/env bats
# shellcheck disable=SC2154 # top_srcdir and top_builddir come from the Makefile
#
# The module in Slurm's own commands, with no daemon: they load it, show its options, refuse with
# its sentences, and run its prolog and epilog.

setup() {
    module=$top_builddir/atelier.so
    for program in sbatch salloc srun slurmstepd; do
        command -v "$program" >/dev/null || skip "no $program here"
    done
    directory=$BATS_TEST_TMPDIR
    mkdir "$directory/run"
    cat >"$directory/slurm.conf" <<EOF
ClusterName=nobody
SlurmctldHost=localhost
SlurmctldPort=1
SlurmUser=root
AuthType=auth/none
CredType=cred/none
MessageTimeout=2
PlugStackConfig=$directory/plugstack.conf
NodeName=n1
PartitionName=all Nodes=ALL
EOF
    echo "required $module launchers=$top_srcdir/tests/hooks/launchers run=$directory/run" \
        "keeper=$directory/keeper" >"$directory/plugstack.conf"
    printf '#!/bin/sh\ntrue\n' >"$directory/script"
    export SLURM_CONF=$directory/slurm.conf
    unset SLURM_JOB_ID
}

job_script() {
    env -i SLURM_CONF="$SLURM_CONF" SLURMD_NODENAME=n1 SLURM_JOBID=7 SLURM_UID=1000 \
        SLURM_JOB_UID=1000 SLURM_JOB_GID=1000 SLURM_JOB_ACCOUNT=team "${@:2}" \
        "$(command -v slurmstepd)" spank "$1" </dev/null
}

@test "the help of sbatch, salloc and srun shows the options" {
    for command in sbatch salloc srun; do
        run "$command" --help
        [[ $output == *"--workspace=NAME"* ]]
        [[ $output == *"--experiment=NAME"* ]]
        [[ $output == *"--framework=NAME"* ]]
        [[ $output == *"--mount=VOLUME[/SUB]:NAME[:ro]"* ]]
    done
}

@test "sbatch refuses a name with a shell character" {
    run sbatch --workspace='a;b' "$directory/script"
    [ "$status" -ne 0 ]
    [[ $output == *"atelier: --workspace=a;b is not the name of a workspace"* ]]
    [[ $output != *"Unable to contact"* ]]
}

@test "sbatch refuses an experiment of no workspace" {
    run sbatch --workspace=none --experiment=digits "$directory/script"
    [ "$status" -eq 1 ]
    [[ $output == *"atelier: --experiment=digits needs a workspace, which --workspace=none refuses"* ]]
}

@test "sbatch refuses an unknown framework and lists the known ones" {
    run sbatch --workspace=vision --framework=nothing "$directory/script"
    [ "$status" -eq 1 ]
    [[ $output == *"broken, mirror"* ]]
}

@test "sbatch goes on to the controller with good names" {
    run sbatch --workspace=vision --experiment=digits --framework=mirror "$directory/script"
    [[ $output == *"Unable to contact slurm controller"* ]]
    [[ $output != *atelier* ]]
}

@test "sbatch reads #SBATCH lines" {
    printf '#!/bin/sh\n#SBATCH --workspace=none --experiment=digits\ntrue\n' >"$directory/script"
    run sbatch "$directory/script"
    [[ $output == *"--experiment=digits needs a workspace, which --workspace=none refuses"* ]]
}

@test "sbatch takes defaults from the environment" {
    ATELIER_WORKSPACE=none run sbatch --experiment=digits "$directory/script"
    [[ $output == *"--experiment=digits needs a workspace, which --workspace=none refuses"* ]]
    ATELIER_EXPERIMENT=digits run sbatch --workspace=none "$directory/script"
    [[ $output == *"Unable to contact slurm controller"* ]]
    [[ $output != *atelier* ]]
}

@test "an option wins over the environment's default" {
    ATELIER_FRAMEWORK=nothing run sbatch --workspace=vision --framework=mirror "$directory/script"
    [[ $output == *"Unable to contact slurm controller"* ]]
    [[ $output != *atelier* ]]
}

@test "in a job, the #SBATCH lines of an inner job win over the outer job's options" {
    printf '#!/bin/sh\n#SBATCH --workspace=inner --framework=nothing\ntrue\n' >"$directory/script"
    SLURM_JOB_ID=7 SLURM_SPANK__SLURM_SPANK_OPTION_atelier_framework=mirror \
        run sbatch "$directory/script"
    [[ $output == *nothing* ]]
}

@test "prolog and epilog succeed though the keeper is missing" {
    run job_script prolog SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision
    [ "$status" -eq 0 ]
    [[ $output == *"atelier: job 7: $directory/keeper could not be run: it is not there"* ]]
    mkdir -p "$directory/run/n1/7"
    run job_script epilog
    [ "$status" -eq 0 ]
    [[ $output == *"atelier: job 7: $directory/keeper could not be run: it is not there"* ]]
}

@test "prolog and epilog of a job without a workspace say nothing" {
    for script in prolog epilog; do
        run job_script "$script"
        [ "$status" -eq 0 ]
        [[ $output != *atelier* ]]
    done
}

@test "the prolog gives the keeper Slurm's facts" {
    ln -s "$top_srcdir/tests/hooks/fake-keeper" "$directory/keeper"
    run job_script prolog SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision
    [ "$status" -eq 0 ]
    grep -qx job=7 "$directory/run/arguments"
    grep -qx uid=1000 "$directory/run/arguments"
    grep -qx gid=1000 "$directory/run/arguments"
    grep -qx SLURM_JOB_ACCOUNT=team "$directory/run/environment"
    grep -qx node=n1 "$directory/run/arguments"
}

@test "the module shows Slurm its hooks and no other symbol" {
    command -v nm >/dev/null || skip "no nm here"
    run bash -c "nm -D --defined-only '$module' | cut -d ' ' -f 3 | LC_ALL=C sort | tr '\n' ' '"
    [ "$output" = "plugin_name plugin_type plugin_version slurm_spank_exit slurm_spank_init \
slurm_spank_init_post_opt slurm_spank_job_epilog slurm_spank_job_prolog slurm_spank_task_exit \
slurm_spank_task_init slurm_spank_user_init spank_plugin_version " ]
}

@test "the module brings no second libslurm" {
    command -v readelf >/dev/null || skip "no readelf here"
    run readelf -d "$module"
    [ "$status" -eq 0 ]
    [[ $output != *libslurm* ]]
}
