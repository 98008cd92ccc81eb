# shellcheck shell=bash
# run.bash: what the tests of `atelier run` begin with: two nodes, n1 and n2, and stand-ins for
# Slurm's programs.

setup() {
    mkdir "$BATS_TEST_TMPDIR/bin"
    cp "$BATS_TEST_DIRNAME/srun-stand-in" "$BATS_TEST_TMPDIR/bin/srun"
    printf '#!/bin/sh\necho "scancel $*" >>"%s/calls"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/scancel"
    chmod +x "$BATS_TEST_TMPDIR/bin/scancel"
    export PATH=$BATS_TEST_TMPDIR/bin:/usr/bin:/bin SRUN_CALLS=$BATS_TEST_TMPDIR/calls
    export SLURM_JOB_ID=7 SLURM_JOB_NODELIST='n[1-2]' SLURM_JOB_CPUS_PER_NODE='4(x2)'
    unset ATELIER_FRAMEWORK ATELIER_COMPAT SLURM_NTASKS SLURM_TASKS_PER_NODE SLURM_CPUS_PER_TASK
    has_gpus 'n[1-2]' '(null)'
    has_mpi pmix pmi2
    logs=$BATS_TEST_TMPDIR/logs
}

# has_gpus NODES GRES...: what `scontrol --details show job` says of the job from now on.
has_gpus() {
    printf '#!/bin/sh\ncase $* in *config) printf "Configuration\\nPluginDir = $PLUGINS\\n" ;; *) cat %s/job ;; esac\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/scontrol"
    chmod +x "$BATS_TEST_TMPDIR/bin/scontrol"
    {
        printf 'JobId=6 HetJobId=6 HetJobOffset=0 JobName=x\n     Nodes=%s CPU_IDs=0 Mem=0 GRES=gpu:9(IDX:0-8)\n\n' "$1"
        echo 'JobId=7 HetJobId=6 HetJobOffset=1 JobName=x'
        echo '   NodeList=n[1-9]'
        while [ $# -gt 0 ]; do
            echo "     Nodes=$1 CPU_IDs=0-3 Mem=0 GRES=$2"
            shift 2
        done
        echo '   Command=/x'
    } >"$BATS_TEST_TMPDIR/job"
}

has_mpi() { # TYPE...
    export PLUGINS=$BATS_TEST_TMPDIR/plugins
    rm -rf "$PLUGINS"
    mkdir "$PLUGINS"
    for type in "$@"; do touch "$PLUGINS/mpi_$type.so"; done
}

run_it() {
    timeout 30 "$built/atelier" --set "launchers=$top/launchers" --set "rank=$built/atelier-rank" run "$@"
}

called() { # TEXT
    grep -qF -- "$1" "$SRUN_CALLS" || { cat "$SRUN_CALLS"; false; }
}

not_called_with() { # TEXT
    ! grep -F -- "$1" "$SRUN_CALLS"
}

within_5_s() { # COMMAND...
    local i
    for ((i = 0; i < 50; i++)); do
        "$@" && return
        sleep 0.1
    done
    return 1
}

is_gone() { # PROCESS: that nobody has asked for its end does not count
    ! grep -qs '^State:.[^ZX]' "/proc/$1/status"
}

not_called() {
    [ ! -e "$SRUN_CALLS" ] || { cat "$SRUN_CALLS"; false; }
}

# refused TEXT WORD...: 125, one sentence that holds TEXT, and nothing was started.
refused() {
    local text=$1
    shift
    says 125 "$text" run_it "$@"
    [ "${#lines[@]}" -eq 1 ]
    not_called
}
