#!/usr/bin/env bats
# A cluster of two releases of Atelier, as in the middle of an upgrade: the controller's is newer than
# the nodes', or older, and a node is changed under a job that runs. The older one, which has no
# numbers in its protocols, is of this repository's history. It is built first, so this runs where
# it is named.
#
# The tests are steps of one story, on a sandbox of their own.

ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}
ATELIER_SANDBOX=${ATELIER_SANDBOX%-atelier}-atelier
export ATELIER_SANDBOX
load cluster

machines=(head n1 n2)
nodes=(n1 n2)
output_file=$ATELIER_SANDBOX/export/home/alice/out

setup_file() {
    if [ -n "${ATELIER_RELEASE-}" ]; then
        export missing="one run is enough: that of this machine's release"
    elif ! git -C "$repo" cat-file -e "$(older_commit)^{commit}" 2>/dev/null; then
        export missing="the repository's history, which has the older Atelier, is not here"
    else
        older=$("$BATS_TEST_DIRNAME/older-atelier" "$(older_commit)")
        export older newer=$BATS_FILE_TMPDIR/newer
        make -s -C "${ATELIER_BUILD:-$repo/build}" install DESTDIR="$newer" >&2
    fi
}
teardown_file() { [ -n "${missing-}" ] || cluster down >&2; }
setup() {
    [ -z "${missing-}" ] || skip "$missing"
    case $BATS_TEST_DESCRIPTION in
    *", and older nodes"*) up_with "$newer" "$older" ;;
    *", and newer nodes"*) up_with "$older" "$newer" ;;
    esac
    invariant_begin
}
teardown() { [ -n "${missing-}" ] || invariant_end; }

# up_with HEADS NODES: directories that make install has filled.
up_with() {
    [ ! -e "$ATELIER_SANDBOX" ] || cluster down >&2
    ATELIER_SANDBOX_INSTALLED=$1 ATELIER_SANDBOX_NODES_INSTALLED=$2 cluster up --nodes 2 >&2
}

# give MACHINE INSTALLED: new files in the place of those that run.
give() {
    (cd "$2" && find . ! -type d -print0 | tar --null -T - -c) |
        cluster run -n "$1" -- tar -C / -x --unlink-first --no-same-owner
}

# has_protocols MACHINE: whether what is installed there has a number for what keepers say.
has_protocols() {
    on "$1" sh -c 'grep -q ATELIER_PLUGIN_RELEASE "$(find /usr -name atelier-keeper -type f)"'
}

is_running() {
    [ "$(on head squeue -h -j "$job" -o %T)" = RUNNING ]
}

# names_both TEXT: one sentence of it tells two releases.
names_both() {
    grep -Eq "Atelier [^ ]*'s \(protocol [^)]*\).*Atelier [^ ]*'s \(protocol" <<<"$1"
}

# A job of each way to start one, with volumes, a framework and an experiment. Its files have names
# of their own: one that is removed here, behind the server, is there for Ganesha 6 for a minute
# more, and what is made anew under the name then is nowhere.
all_runs() {
    local status=0
    submit alice -N2 -n2 --chdir=/home/alice -o /home/alice/out --workspace=vision --experiment=digits \
        --framework=pytorch --mount=datasets:d --wrap '
            test -d /mnt/atelier/d && srun sh -c "touch /mnt/atelier/results/\$SLURM_JOB_ID.\$SLURMD_NODENAME && echo \$RANK/\$WORLD_SIZE \$ATELIER_EXPERIMENT \$ATELIER_HOST_LIST"' ||
        status=$?
    cat "$output_file"
    [ "$status" -eq 0 ]
    diff <(sort "$output_file") - <<<$'0/2 digits n1,n2\n1/2 digits n1,n2'
    [ "$(on head sh -c "ls /results/$job.n[12] | wc -l")" = 2 ]
    run as alice srun -Q -N2 --chdir=/tmp --workspace=vision sh -c 'test -d /mnt/atelier/results && echo well'
    echo "$output"
    [ "$output" = $'well\nwell' ]
    run as alice salloc -Q -N2 -n2 --chdir=/tmp --workspace=vision srun --framework=pytorch sh -c 'echo $RANK'
    echo "$output"
    [ "$(sort <<<"$output" | xargs)" = "0 1" ]
    run as alice srun -Q -N2 --chdir=/tmp sh -c 'grep -c /mnt/atelier /proc/mounts; true'
    [ "$output" = $'0\n0' ]
}

# What nodes and controller refuse, they refuse with one sentence, and no node is drained.
all_is_refused() {
    run as mallory sbatch --workspace=vision --wrap true
    echo "$output"
    [[ "$status" -ne 0 && "$(grep -c workspace <<<"$output")" = 1 ]]
    run as alice srun -Q --chdir=/tmp --workspace=vision --framework=nonesuch true
    echo "$output"
    [[ "$status" -ne 0 && "$output" == *nonesuch* ]]
    silent on head sinfo -h -t drain,down -o %N
}

# run_from MACHINE: `atelier run` there, whose ranks start on both nodes.
run_from() {
    cluster run -n "$1" -u alice -- timeout -k 5 $((120 * patience)) salloc -Q -N2 -n2 --chdir=/tmp \
        --workspace=vision atelier run --framework=pytorch -- sh -c 'echo "rank $RANK of $WORLD_SIZE"'
}

runs_or_names_both() {
    run run_from "$1"
    echo "$output"
    if [ "$status" -eq 0 ]; then
        [ "$(grep -o 'rank [01] of 2' <<<"$output" | sort -u | wc -l)" = 2 ]
    else
        names_both "$output"
    fi
}

@test "a newer controller, and older nodes: jobs run" {
    has_protocols head
    not has_protocols n1
    all_runs
}

@test "... what is refused is so by both" { all_is_refused; }

@test "... ranks that atelier run starts from here and from there" {
    runs_or_names_both head
    runs_or_names_both n1
}

@test "... explain and the record of a job" {
    submit alice --chdir=/tmp -o /dev/null --workspace=vision --experiment=digits --wrap true
    run as alice atelier policy explain --job "$job"
    echo "$output"
    [[ "$status" -eq 0 && "$output" == *"decides the same"* ]]
}

# in_job COMMAND...: a step of the running job.
in_job() {
    as alice srun -Q --overlap --jobid="$job" --chdir=/tmp "$@"
}

@test "... an older keeper's job under a newer plugin takes steps and ends" {
    job=$(as alice sbatch --parsable -w n1 --chdir=/tmp -o /dev/null --workspace=vision --experiment=digits \
        --framework=pytorch --wrap 'sleep 300')
    wait_until 30 is_running
    [ "$(in_job sh -c 'echo $ATELIER_EXPERIMENT $WORLD_SIZE')" = "digits 1" ]
    give n1 "$newer"
    has_protocols n1
    run in_job sh -c 'test -d /mnt/atelier/results && echo $ATELIER_EXPERIMENT $WORLD_SIZE'
    echo "$output"
    if [ "$status" -eq 0 ]; then
        [ "$output" = "digits 1" ]
    else
        names_both "$output"
    fi
    as alice scancel "$job"
    wait_until 30 no_jobs
}

@test "... one node is newer than the other" {
    all_runs
    all_is_refused
    runs_or_names_both n1
    runs_or_names_both n2
}

@test "... a newer keeper's job under an older plugin takes steps and ends" {
    job=$(as alice sbatch --parsable -w n1 --chdir=/tmp -o /dev/null --workspace=vision --experiment=digits --wrap 'sleep 300')
    wait_until 30 is_running
    in_job test -d /mnt/atelier/results
    give n1 "$older"
    not has_protocols n1
    [ "$(in_job sh -c 'test -d /mnt/atelier/results && echo $ATELIER_EXPERIMENT')" = digits ]
    as alice scancel "$job"
    wait_until 30 no_jobs
}

@test "an older controller, and newer nodes: jobs run" {
    not has_protocols head
    has_protocols n1
    all_runs
}

@test "... what the older controller refuses, and the newer nodes, is so by both" { all_is_refused; }

@test "... ranks that atelier run starts from the older one, and from the newer" {
    runs_or_names_both head
    runs_or_names_both n1
}
