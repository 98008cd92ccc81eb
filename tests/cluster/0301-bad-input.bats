#!/usr/bin/env bats
# Bad input: one sentence, exit status 1, nothing queued.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

refused() { # refused USER TEXT SBATCH-ARGUMENT...
    local user=$1 text=$2
    shift 2
    fails_saying "$text" as "$user" sbatch --wrap true -o /dev/null "$@"
    silent as root squeue -h
}

@test "an unknown workspace" {
    refused alice 'visoin' --workspace=visoin
}

@test "another team's workspace, by sbatch, srun and salloc" {
    refused alice 'nlp' --workspace=nlp
    fails_saying nlp as alice srun --workspace=nlp true
    fails_saying nlp as alice salloc --workspace=nlp true
}

@test "a user of no workspace learns of none" {
    run as mallory sbatch --wrap true -o /dev/null --workspace=vision
    [ "$status" -ne 0 ]
    [[ $output != *nlp* ]]
    one=$(as mallory sbatch --wrap true -o /dev/null --workspace=vision 2>&1 | sed 's/vision/X/g')
    two=$(as mallory sbatch --wrap true -o /dev/null --workspace=nosuch 2>&1 | sed 's/nosuch/X/g')
    [ "$one" = "$two" ]
}

@test "names that are no names" {
    refused alice 'workspace' --workspace='a;rm -rf /'
    refused alice 'workspace' --workspace="$(printf 'a%.0s' {1..10000})"
    refused alice 'workspace' --workspace=$'vision\nvision'
    refused alice 'workspace' --workspace='%n'
    refused alice 'workspace' --workspace='vision/../nlp'
    refused alice 'workspace' --workspace=$'visi\xc3\xb6n'
    refused alice 'workspace' --workspace=$'\e[31mvision'
    refused alice 'workspace' --workspace=
    refused alice 'experiment' --workspace=vision --experiment='$(id)'
    refused alice 'framework' --workspace=vision --framework='../pytorch'
}

@test "no escape sequence of a name is in our sentence" {
    run as alice sbatch --wrap true --workspace=$'\e[31mvision'
    said=$(grep atelier: <<<"$output") # Slurm repeats the option as it was typed
    [[ $said == *31mvision* ]]
    [[ $said != *$'\e'* ]]
}

@test "an unknown framework lists the known ones" {
    refused alice 'pytorch' --workspace=vision --framework=pytroch
    refused alice 'mpi' --workspace=vision --framework=pytroch
}

@test "a framework or an experiment without a workspace" {
    refused alice 'needs --workspace' --framework=pytorch
    refused alice 'needs --workspace' --experiment=digits
}

@test "an account, a partition or a wckey that contradicts the workspace" {
    refused carol 'account' --workspace=vision --account=nlp
    refused alice 'wckey' --workspace=vision --wckey=mine
    refused alice 'partition' --workspace=vision --partition=nosuch
}

@test "options forged past the submit host are refused by slurmctld" {
    fails_saying nlp as alice env SLURM_SPANK__SLURM_SPANK_OPTION_atelier_workspace=nlp sbatch --wrap true
}

@test "scontrol update cannot move a job to another account, wckey or partition" {
    held=$(as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true)
    run as carol scontrol update job "$held" account=nlp
    [ "$status" -ne 0 ]
    run as carol scontrol update job "$held" wckey=nlp.x
    [ "$status" -ne 0 ]
    run as carol scontrol update job "$held" admincomment=none
    [ "$status" -ne 0 ]
    [ "$(on head squeue -h -j "$held" -o '%a')" = vision ]
    as carol scontrol update job "$held" timelimit=5
    on head scontrol update job "$held" nice=5
    as carol scancel "$held"
}

@test "a step cannot change the job's workspace" {
    submit carol --workspace=vision -o /mnt/atelier/results/%j.out --wrap 'srun --workspace=nlp true && echo ran' || true
    run on head cat "/results/$job.out"
    [[ $output == *nlp* ]]
    [[ $output != *ran* ]]
}
