# cluster.bash: what every cluster test begins and ends with.
#
# The tests share one sandbox. Each one ends with the invariant: the mount table, /run and the
# processes of every machine are what they were before it.

repo=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
machines=(head n1 n2 n3)
nodes=(n1 n2 n3)
settle_seconds=20 # an epilog and its keeper have 5 s each; two jobs may end one after the other

cluster() {
    "$repo/sandbox/cluster" "$@"
}

# as USER COMMAND...: on the head node; nothing hangs a test.
as() {
    local user=$1
    shift
    cluster run -u "$user" -- timeout -k 5 120 "$@"
}

# on MACHINE COMMAND...: as root.
on() {
    local machine=$1
    shift
    cluster run -n "$machine" -- timeout -k 5 60 "$@"
}

# What must be the same afterwards. Of the processes, those that this look itself started are
# left out: they are the ones whose oldest ancestor is not the machine's first process.
machine_state() {
    on "$1" sh -c '
        echo "mounts:"
        awk "{ print \$5, \$(NF - 2), \$(NF - 1) }" /proc/1/mountinfo | sort
        echo "/run:"
        find /run -mindepth 1 | sort
        echo "processes:"
        ps -eo pid=,ppid=,user:20=,comm= | awk "
            { parent[\$1] = \$2; what[\$1] = \$3 \" \" \$4 }
            END {
                for (pid in parent) {
                    for (top = pid; parent[top] > 0; top = parent[top]) continue
                    if (top == 1) print what[pid]
                }
            }" | sort
        echo "nodes:"
        [ "$(hostname)" != head ] || sinfo -h -N -o "%N %T %E" | sort -u'
}

all_states() {
    local machine
    for machine in "${machines[@]}"; do
        echo "== $machine"
        machine_state "$machine"
    done
}

invariant_begin() {
    all_states >"$BATS_TEST_TMPDIR/before"
}

invariant_end() {
    local waited
    on head sh -c 'squeue -h -o %A | xargs -r scancel' || true
    for ((waited = 0; waited < settle_seconds; waited++)); do
        all_states >"$BATS_TEST_TMPDIR/after"
        if cmp -s "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"; then
            return 0
        fi
        sleep 1
    done
    echo "something was left behind:"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

# In a test file: setup_file() { cluster_up; }, setup() { invariant_begin; } and
# teardown() { invariant_end; }.
cluster_up() {
    cluster up >&2
}

# submit USER SBATCH-ARGUMENT...: waits for the job's end; its exit status is ours, its id is in
# $job, and what sbatch said in $said.
submit() {
    local user=$1 status=0
    shift
    said=$(as "$user" sbatch --parsable --wait "$@" 2>&1) || status=$?
    job=$(grep -E '^[0-9]+$' <<<"$said" | head -n 1)
    return "$status"
}

# accounting JOB FIELD: from slurmdbd, which hears of a job's end a moment after it.
accounting() {
    on head sacct -X -P -n -j "$1" -o "$2"
}

# wait_until SECONDS COMMAND...
wait_until() {
    local seconds=$1 waited
    shift
    for ((waited = 0; waited < seconds * 5; waited++)); do
        if "$@"; then
            return 0
        fi
        sleep 0.2
    done
    echo "not true after $seconds s: $*"
    return 1
}

# fails_saying TEXT COMMAND...: the command fails, and what it says holds TEXT.
fails_saying() {
    local text=$1 output status=0
    shift
    output=$("$@" 2>&1) || status=$?
    if ((status == 0)); then
        echo "did not fail: $*: $output"
        return 1
    fi
    if [[ $output != *"$text"* ]]; then
        echo "said instead of \"$text\": $output"
        return 1
    fi
}
