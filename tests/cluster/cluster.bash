# cluster.bash: what every cluster test begins and ends with.
#
# The tests share one sandbox. Each one ends with the invariant: the mount table, /run and the
# processes of every machine are what they were before it.

repo=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
machines=(head n1 n2 n3)
nodes=(n1 n2 n3)
# How many times longer than on a quiet machine to wait for what must come (tests/run).
patience=${CHECK_PATIENCE:-1}
settle_seconds=60 # on a quiet machine; an epilog and its keeper have 5 s each

cluster() {
    "$repo/sandbox/cluster" "$@"
}

# as USER COMMAND...: on the head node; nothing hangs a test.
as() {
    local user=$1
    shift
    cluster run -u "$user" -- timeout -k 5 "$((120 * patience))" "$@"
}

# Before an `srun` of several components. Before Slurm 24.11 its PMIx has one thread for all of
# them and waits for it as often as there are components (pmixp_abort_agent_stop), now and then
# for ever.
without_pmix=(env SLURM_MPI_TYPE=none)

# on MACHINE COMMAND...: as root.
on() {
    local machine=$1
    shift
    cluster run -n "$machine" -- timeout -k 5 "$((60 * patience))" "$@"
}

# What must be the same afterwards, a line `MACHINE KIND ...` each. It is looked at from without,
# which costs little and starts nothing there but sinfo. A process belongs to a machine when the
# oldest of its ancestors there is the machine's first one; the others were sent in by a test.
# Debian's slurmd and slurmctld are links to slurmd-wlm and slurmctld-wlm, by which names they run
# since an `scontrol reconfigure`, for which 24.11 and later start themselves anew.
all_states() {
    local state=${ATELIER_SANDBOX:-/run/atelier-sandbox} machine process mounts=() first=()
    for machine in "${machines[@]}"; do
        read -r process _ <"$state/machines/$machine" || return
        mounts+=("machine=$machine" "/proc/$process/mountinfo")
        first+=("$process" "$machine")
        find "/proc/$process/root/run" -mindepth 1 -printf "$machine run %P\n" || return
    done
    awk '{ print machine, "mount", $5, $(NF - 2), $(NF - 1) }' "${mounts[@]}" || return
    ps -eo pid=,ppid=,uid=,comm= | awk -v first="${first[*]}" '
        BEGIN { for (i = split(first, word); i > 1; i -= 2) machine[word[i - 1]] = word[i] }
        { sub(/-wlm$/, "", $4); parent[$1] = $2; what[$1] = $3 " " $4 }
        END {
            for (process in parent) {
                for (top = process; top && !(top in machine); top = parent[top]) continue
                if (top) print machine[top], "process", what[process]
            }
        }' || return
    on head sinfo -h -N -o 'head node %N %T %E'
}

# look FILE
look() {
    all_states >"$1" && sort -o "$1" "$1"
}

# Of a state: what serves jobs and ends by itself, and nodes that have some.
transient() {
    grep -E ' process [0-9]+ (slurmstepd|atelier-[a-z]*)$| node [^ ]+ (allocated|mixed|completing)' \
        "$invariant_before"
}

nothing_is_transient() {
    look "$invariant_before" && ! transient >/dev/null
}

# What an earlier test began must have ended before this one is looked at, or its end would be
# taken for this one's doing. Where the test before has left all as it was, that is known.
invariant_begin() {
    invariant_before=$BATS_FILE_TMPDIR/before
    [ ! "$invariant_before" -nt "${ATELIER_SANDBOX:-/run/atelier-sandbox}/ready" ] || return 0
    wait_until "$settle_seconds" nothing_is_transient || {
        echo "of an earlier test there is still:"
        transient
        all_processes
        rm -f "$invariant_before"
        return 1
    }
}

nothing_is_left_behind() {
    look "$BATS_TEST_TMPDIR/after" && cmp -s "$invariant_before" "$BATS_TEST_TMPDIR/after"
}

invariant_end() {
    on head sh -c 'squeue -h -o %A | xargs -r scancel' || true
    wait_until "$settle_seconds" nothing_is_left_behind || {
        echo "something was left behind:"
        diff "$invariant_before" "$BATS_TEST_TMPDIR/after"
        all_processes
        rm -f "$invariant_before"
        return 1
    }
}

# For whoever reads why a test failed: since when each process is there, and what it waits for.
all_processes() {
    local machine
    for machine in "${machines[@]}"; do
        echo "== processes of $machine, and its jobs"
        on "$machine" sh -c 'ps -eo pid,ppid,user:12,etime,stat,wchan:20,args | cut -c 1-150
            [ "$(hostname)" != head ] || squeue -o "%A %u %T %N %r"' || true
    done
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

# accounting JOB FIELD: from slurmdbd, which hears of a job's end a moment after it. Without an
# id, sacct would tell of all.
accounting() {
    [[ $1 =~ ^[0-9] ]] || {
        echo "\`$1\` is no job id" >&2
        return 1
    }
    on head sacct -X -P -n -j "$1" -o "$2"
}

# wait_until SECONDS COMMAND...: as long on a quiet machine. What is true at the end counts. An
# evaluated command sees this function's names before its own.
wait_until() {
    local seconds=$(($1 * patience)) wait_began=$SECONDS
    shift
    until "$@"; do
        if ((SECONDS - wait_began > seconds)); then
            echo "not true after $seconds s: $*"
            return 1
        fi
        sleep 0.2
    done
}

no_jobs() {
    silent on head squeue -h
}

# For tests that write policies of their own, and have sacctmgr do what these say: keep_policy in
# setup, and in teardown restore_policy COMMANDS, which end all jobs and then take back the rest.
keep_policy() {
    on head cp -p /etc/atelier/policy.lua /root/policy.saved
}

restore_policy() {
    on head sh -c 'squeue -h -o %A | xargs -r scancel' || true
    wait_until 20 no_jobs
    on head sh -c "cat /root/policy.saved >/etc/atelier/policy.lua && rm /root/policy.saved
        $1
        true"
    sleep 2 # until slurmctld has looked at it
}

# not COMMAND...: it fails. bash does not end a test where a line begins with `!`.
not() {
    if "$@"; then
        echo "did not fail: $*"
        return 1
    fi
}

# silent COMMAND...: it does not fail, and says nothing: an empty text alone may mean that nobody
# could be asked.
silent() {
    local output
    output=$("$@") || {
        echo "failed: $*"
        return 1
    }
    [[ -z $output ]] || {
        printf 'said, where nothing was expected: %s\n' "$output"
        return 1
    }
}

# without TEXT COMMAND...: it does not fail, says something, and TEXT is not in it.
without() {
    local text=$1 output
    shift
    output=$("$@") || {
        echo "failed: $*"
        return 1
    }
    [[ $output && $output != *"$text"* ]] || {
        printf 'said "%s", or nothing: %s\n' "$text" "$output"
        return 1
    }
}

# Slurm's release on the machines of the sandbox.
slurm_release() {
    if [ "${ATELIER_RELEASE:-}" ]; then
        # shellcheck source-path=SCRIPTDIR source=../../sandbox/lib/release.sh disable=SC2034
        (here=$repo/sandbox build='' && . "$here/lib/release.sh" && release_value "$ATELIER_RELEASE" release slurm)
    else
        sed -n 's/^SLURM_RELEASE = //p' "${ATELIER_BUILD:-$repo/build}/Makefile"
    fi
}

# slurm_has FEATURE: whether Slurm there has what sandbox/releases says of its releases.
slurm_has() {
    # shellcheck source-path=SCRIPTDIR source=../../sandbox/lib/release.sh disable=SC2034
    (here=$repo/sandbox build='' && . "$here/lib/release.sh" && slurm_release_has "$(slurm_release)" "$1")
}

# For a compiler of a plugin: where that Slurm's header is.
slurm_header() {
    sed -n 's/^CPPFLAGS = //p' "${ATELIER_BUILD:-$repo/build}/Makefile"
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

# What tests/cluster/older-atelier builds: the oldest whose keeper is of another protocol, and on
# Debian testing the first whose NFS client serves a volume with the libfuse that is there.
older_commit() {
    case $(. /etc/os-release && echo "$VERSION_CODENAME") in
    bookworm | trixie) echo 654b87d ;;
    *) echo 787d9b2 ;;
    esac
}
