# frameworks.bash: what the tests of real frameworks begin with.
#
# Each trains the task of digits.py by a real framework, started by a launcher and nothing
# else, on four layouts; all must end with the loss of one process, which is numpy's.

# shellcheck source=../cluster/cluster.bash
. "$BATS_TEST_DIRNAME/../cluster/cluster.bash"

programs=/mnt/src/tests/frameworks
installed=/mnt/src/build/frameworks
layouts=(1x1 1x2 2x1 3x2) # nodes x processes on each
right_loss=0.921018       # what digits.py says by itself; 0101 asks it
tolerance=0.0005
policy=/etc/atelier/policy.lua

# The sandbox's workspace allows the frameworks that other tests ask for; these ask for all.
frameworks_up() {
    cluster_up
    on head sh -c "cp -p $policy /root/policy.frameworks &&
        sed 's/^ *frameworks = .*//' /root/policy.frameworks >$policy"
    sleep 2 # until slurmctld has looked at it
}

frameworks_down() {
    on head sh -c "cat /root/policy.frameworks >$policy && rm /root/policy.frameworks"
    sleep 2
}

# need NAME: skips with what tests/frameworks/install said when it could not get it.
need() {
    local place=$repo/build/frameworks/$1
    [[ -e $place/complete ]] || skip "$(cat "$place.missing" 2>/dev/null ||
        echo "$1 is not installed: ./check with this file does that")"
}

# note TEXT...: into the log of the test.
note() {
    echo "# $*" >&3
}

# expect_loss TASKS OUTPUT: each of the ranks says its line once, and all the same loss.
expect_loss() {
    local verdict
    verdict=$(grep '^rank ' <<<"$2" | awk -v tasks="$1" -v right="$right_loss" -v tolerance="$tolerance" '
        NF != 8 { print "not a line of a rank: " $0; exit }
        $4 != tasks { print "rank " $2 " counts " $4 " ranks instead of " tasks; exit }
        seen[$2]++ { print "two processes are rank " $2; exit }
        $2 < 0 || $2 >= tasks { print "there is no rank " $2; exit }
        $8 < right - tolerance || $8 > right + tolerance {
            print "rank " $2 " has loss " $8 " instead of " right
            exit
        }
        { count++ }
        END { if (count != tasks) print count + 0 " of " tasks " ranks are right" }')
    if [[ -n $verdict ]]; then
        printf '%s; said:\n%s\n' "$verdict" "$2"
        return 1
    fi
}

# expect_nodes NODES OUTPUT: the ranks were on so many.
expect_nodes() {
    [[ $(grep '^rank ' <<<"$2" | cut -d ' ' -f 6 | sort -u | wc -l) == "$1" ]] || {
        printf 'not on %s nodes; said:\n%s\n' "$1" "$2"
        return 1
    }
}

# step LAYOUT SRUN-ARGUMENT...: one srun of alice; what it says is in $said.
step() {
    local nodes=${1%x*} each=${1#*x} status=0
    shift
    said=$(as alice srun --workspace=vision --mpi=none --kill-on-bad-exit=1 --nodes="$nodes" \
        --ntasks-per-node="$each" --ntasks="$((nodes * each))" "$@" 2>&1) || status=$?
    if ((status)); then
        printf 'srun ended with %s; said:\n%s\n' "$status" "$said"
    fi
    return "$status"
}

# same_under FRAMEWORK LAYOUT TEXT: a shell's text, whose last command starts four ranks itself, trains
# with the right loss in a step of plain Slurm, and alike under the framework's launcher.
same_under() {
    local framework plain
    for framework in "" "--framework=$1"; do
        step "$2" ${framework:+"$framework"} --cpus-per-task=4 bash -c "$3" || return 1
        said=$(grep -o 'rank [0-9]* of .*' <<<"$said" | sort) # without what the starter puts before
        expect_loss 4 "$said" || return 1
        expect_nodes "${2%x*}" "$said" || return 1
        [[ $said == "${plain:=$said}" ]] || {
            printf 'under %s:\n%s\nunder plain Slurm:\n%s\n' "$1" "$said" "$plain"
            return 1
        }
    done
}

# run_step LAYOUT FRAMEWORK COMMAND...: the same by `atelier run`, in an allocation.
run_step() {
    local nodes=${1%x*} each=${1#*x} framework=$2 status=0
    shift 2
    said=$(as alice salloc -Q --workspace=vision --framework="$framework" --nodes="$nodes" \
        --ntasks-per-node="$each" --ntasks="$((nodes * each))" atelier run -- "$@" 2>&1) || status=$?
    if ((status)); then
        printf 'atelier run ended with %s; said:\n%s\n' "$status" "$said"
    fi
    return "$status"
}

# batch_step LAYOUT SBATCH-ARGUMENT...: the same by a batch script. `sbatch --wait` looks at its
# job ever less often; this looks often.
batch_step() {
    local nodes=${1%x*} each=${1#*x}
    shift
    job=$(as alice sbatch --parsable --workspace=vision --nodes="$nodes" \
        --ntasks-per-node="$each" --output=/mnt/atelier/results/%j.out "$@") || return 1
    wait_until 120 job_ended "$job"
    said=$(on head cat "/results/$job.out")
}

job_ended() {
    [[ -z $(on head squeue -h -j "$1" -t PENDING,RUNNING,COMPLETING 2>&1) ]]
}

# timed LAYOUT COMMAND...: a step of that layout, which must end with the right loss.
timed() {
    local layout=$1 started
    shift
    started=$(date +%s%N)
    "$@" || return 1
    expect_loss "$((${layout%x*} * ${layout#*x}))" "$said" || return 1
    expect_nodes "${layout%x*}" "$said" || return 1
    note "$layout: $(grep -o 'loss .*' <<<"$said" | sort -u | paste -sd ' ') in" \
        "$((($(date +%s%N) - started) / 1000000)) ms"
}

# trains SRUN-ARGUMENT...: on every layout, with the right loss.
trains() {
    local layout
    for layout in "${layouts[@]}"; do
        timed "$layout" step "$layout" "$@" || return 1
    done
}
