#!/usr/bin/env bats
# atelier doctor: what this machine lacks, and which node of an allocation is at fault. Slurm's
# programs are stand-ins; tests/cluster/0906-doctor.bats has the real ones.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli

setup() {
    place=$(mktemp -d /tmp/atelier-doctor-test.XXXXXX) || return # which all users can read
    chmod 755 "$place"
    cd "$place" || return
    mkdir bin
    export PATH=$place/bin:/usr/bin:/bin
    unset SLURM_JOB_ID SLURM_JOB_NODELIST
}

teardown() {
    rm -rf "$place"
}

# program NAME: from now on does what standard input says.
program() {
    { echo '#!/bin/bash'; cat; } >"$place/bin/$1"
    chmod +x "$place/bin/$1"
}

doctor() {
    timeout 60 "$built/atelier" --set "lua=$top/lua" --set "keeper=$built/atelier-keeper" \
        --set "nfs=$built/atelier-nfs" "$@"
}

# A machine that has all; each test takes something away.
well() {
    program sbatch <<<'echo "      --workspace=NAME  the workspace"'
    mkdir "$place/plugins"
    touch "$place/plugins/mpi_pmix.so" "$place/plugins/atelier.so"
    echo "required atelier.so" >"$place/plugstack.conf"
    configured
}

# configured [SED-COMMAND]: what scontrol says, changed by the command.
configured() {
    well_configured "s|^PluginDir.*|PluginDir               = /nowhere:$place/plugins|
        s|^PlugStackConfig.*|PlugStackConfig         = $place/plugstack.conf|; ${1:-}"
    PATH=$place/bin:$BATS_TEST_TMPDIR/slurm:/usr/bin:/bin
}

@test "a machine that has all but a policy that is root's" {
    well
    run doctor --set "policy=$place/policy.lua" doctor
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 10 ]
    [ "${lines[0]}" = "plugin      yes  Slurm can load $place/plugins/atelier.so" ]
    [ "${lines[1]}" = "keeper      yes  $built/atelier-keeper starts" ]
    [ "${lines[2]}" = "NFS client  yes  $built/atelier-nfs starts" ]
    [[ ${lines[3]} == "FUSE "* ]]
    [ "${lines[4]}" = "PMIx        yes  srun has --mpi=pmix" ]
    [ "${lines[5]}" = "client ids  yes  no user and no group has one of 2100000000-2100065535" ]
    [[ ${lines[6]} == "policy      NO   cannot open $place/policy.lua"* ]]
    [[ ${lines[7]} == "Slurm "* ]]
    [ "${lines[8]}" = "line        yes  sbatch has --workspace, by $place/plugstack.conf:1 (required)" ]
    [[ ${lines[9]} == "slurmd "* ]]
    rm "$BATS_TEST_TMPDIR"/slurm/rule.scontrol.*
    says 1 'Slurm       NO   scontrol failed with exit code 1: no such thing' doctor doctor
}

# beside_process UID NAME: what doctor says beside a process of that user and name.
beside_process() {
    local process
    cp /bin/sleep "$BATS_TEST_TMPDIR/$2"
    chmod 755 "$BATS_TEST_TMPDIR/$2"
    (cd / && exec setpriv --reuid "$1" --clear-groups "$(realpath "$BATS_TEST_TMPDIR")/$2" 60) 3>&- &
    process=$!
    for _ in {1..50}; do
        if [ "$(<"/proc/$process/comm")" = "$2" ]; then break; fi
        sleep 0.1
    done
    [ "$(<"/proc/$process/comm")" = "$2" ]
    run doctor doctor
    kill "$process"
    echo "$output"
}

@test "a user's process of slurmd's name is not taken for it" {
    well
    beside_process 65534 slurmd
    [[ ${lines[9]} != *"runs without the plugin"* ]]
}

@test "slurmd is found by the name of Debian's file, too, which it has since a reconfigure" {
    well
    beside_process 0 slurmd-wlm
    [[ ${lines[9]} == *"runs without the plugin"* ]]
}

@test "JSON has the same" {
    well
    doctor doctor --json >answer || true
    /usr/bin/python3 -c 'import json
answers = {entry["check"]: entry for entry in json.load(open("answer"))}
assert len(answers) == 10 and answers["plugin"]["good"] is True, answers
assert answers["PMIx"]["text"] == "srun has --mpi=pmix", answers'
}

@test "--nodes needs an allocation, and --mpi needs --nodes" {
    says 2 'there is no allocation here: run it in a job, such as' doctor doctor --nodes
    says 2 '--mpi goes with --nodes' doctor doctor --mpi=pmi2
}

# srun plays the nodes that $NODES names; n2's links are slow where $SLOW is set.
nodes() {
    export SLURM_JOB_ID=7 SLURM_JOB_NODELIST=$1 NODES=$2 CALLS=$place/calls
    well
    program srun <<'PROGRAM'
echo "srun $*" >>"$CALLS"
[[ $* == *"--mpi=${ALONE-none}"* ]] && size=1
if [[ $* == *--here ]]; then
    for node in $NODES; do
        [[ $* != *--nodelist=$node\ * ]] || { echo "doctor here $node"; exit; }
    done
    echo "srun: error: Unable to confirm allocation" >&2
    exit 1
fi
set -- $NODES
for node; do echo "doctor here $node"; done
[[ $* == "$STARTED" || -z ${STARTED-} ]] || { echo "srun: error: it broke" >&2; exit 1; }
echo "nothing of ours"
for node; do echo "doctor joined $node ${size-$#}"; done
echo "doctor reduce 12.5 900.4"
for ((i = 1; i <= $#; i++)); do
    next=$((i % $# + 1))
    [[ -n ${SLOW-} && (${!i} == n2 || ${!next} == n2) ]] && speed=2.5 || speed=1000
    echo "doctor link ${!i} ${!next} 10.2 $speed"
done
for node; do echo "doctor done $node"; done
PROGRAM
}

@test "nodes that are well" {
    nodes 'n[1-4]' 'n1 n2 n3 n4'
    run doctor doctor --nodes
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "node  is    link to  takes  carries" ]
    [ "${lines[1]}" = "n1    well  n2       10 us  1000.0 MB/s" ]
    [ "${lines[5]}" = "all-reduce over 4 nodes: 12 us for 8 bytes, 900 us for 1 MiB" ]
    [ "${lines[6]}" = "all nodes are well" ]
    [ "$(wc -l <"$CALLS")" -eq 1 ]
    run doctor doctor --nodes -o 'link to,node'
    [ "${lines[1]}" = "n2       n1" ]
    says 2 'there is no column `check`: ' doctor doctor --nodes -o check
    grep -qF -- '--overlap --nodes=4 --ntasks=4 --ntasks-per-node=1 --mpi=pmix --input=none' "$CALLS"
}

@test "nodes of a Slurm without PMIx" {
    nodes 'n[1-4]' 'n1 n2 n3 n4'
    rm "$place/plugins/mpi_pmix.so"
    says 2 'has neither --mpi=pmix nor --mpi=pmi2: name what it has by --mpi=TYPE' doctor doctor --nodes
    touch "$place/plugins/mpi_pmi2.so"
    says 0 'all nodes are well' doctor doctor --nodes
    grep -qF -- '--mpi=pmi2 --input=none' "$CALLS"
    program mpirun <<<'echo "SLURM_OVERLAP=$SLURM_OVERLAP mpirun $*" >>"$CALLS"; exec srun --mpi=pmix'
    ALONE=pmi2 says 0 'all nodes are well' doctor doctor --nodes
    grep -qF -- 'SLURM_OVERLAP=1 mpirun -n 4 --map-by ppr:1:node --host n1,n2,n3,n4 ' "$CALLS"
    ALONE=pmi2 says 2 'is not started by --mpi=pmi2: name another way by --mpi=TYPE' \
        doctor doctor --nodes --mpi=pmi2
}

@test "a slow node is looked at five times, and named" {
    nodes 'n[1-4]' 'n1 n2 n3 n4'
    SLOW=1 says 1 'n2 is slow: its links carry 2.5 MB/s at 10 us where those of other nodes carry 1000 MB/s' \
        doctor doctor --nodes --mpi=pmi2
    [ "$(grep -c 'is slow' <<<"$output")" -eq 1 ]
    [ "$(grep -c -- --mpi=pmi2 "$CALLS")" -eq 5 ]
}

@test "a node that starts nothing is dead, with srun's words, and the others are looked at without it" {
    nodes 'n[1-4]' 'n1 n2 n4'
    SLURM_SPANK__SLURM_SPANK_OPTION_atelier_check=1 says 1 \
        'n3 is dead: srun failed with exit code 1: Unable to confirm allocation; see `scontrol show node n3`, or leave it out with --exclude=n3' \
        doctor doctor --nodes
    [[ $output == *"n3    dead"* && $output == *"over 3 nodes"* && $output != *"n1 is"* ]]
    grep -qF -- '--nodes=3 --ntasks=3' "$CALLS"
    grep -qF -- '--exclude=n3' "$CALLS"
}

@test "a step that fails while all nodes answer is told with what was said" {
    nodes 'n[1-3]' 'n1 n2 n3'
    STARTED=never says 2 'the test came to no end, though all nodes answer: 0 of 3 started MPI by --mpi=pmix, 0 ended; srun said: it broke' \
        doctor doctor --nodes
    program mpirun <<<'echo "it broke" >&2; exit 1'
    says 2 '0 of 3 started MPI by mpirun, 0 ended; mpirun said: it broke' \
        doctor doctor --nodes --mpi=mpirun
}

@test "nodes as JSON" {
    nodes 'n[1-4]' 'n1 n2 n4'
    doctor doctor --nodes --json >answer || true
    /usr/bin/python3 -c 'import json
answer = json.load(open("answer"))
assert [node["state"] for node in answer["nodes"]] == ["well", "well", "dead", "well"], answer
assert answer["links"][0]["bytes_per_second"] == 1000000000, answer
assert len(answer["problems"]) == 1 and answer["all_reduce"]["nodes"] == 3, answer'
}

@test "a range of client ids that somebody has is told" {
    well
    # At the begin, at the end, and between the two, where only the whole list has it.
    for range in 65534-70000 60000-65534 65000-66000; do
        run doctor --set "client_ids=$range" doctor
        [ "$status" -eq 1 ]
        [[ $output == *"client ids  NO   the setting client_ids=$range has ids of others: user \`nobody\` has 65534; give it"*"client_ids=FIRST-LAST on Atelier's line in plugstack.conf"* ]]
    done
    run doctor --set "client_ids=70000-70001" doctor
    [[ $output == *"client ids  yes  no user and no group has one of 70000-70001"* ]]
}

@test "what was recorded is answered again, and nobody is asked" {
    well
    doctor --record "$place/machine" doctor >one || true
    [ "$(wc -l <one)" -eq 10 ]
    rm -r "$place/plugins" "$BATS_TEST_TMPDIR/slurm" "$place/plugstack.conf"
    doctor --replay "$place/machine" doctor >again || true
    diff one again
    nodes 'n[1-4]' 'n1 n2 n4'
    doctor --record "$place/nodes" doctor --nodes >one || true
    grep -q "n3    dead" one
    rm "$place/bin/srun" "$CALLS"
    doctor --replay "$place/nodes" doctor --nodes >again || true
    diff one again
    [ ! -e "$CALLS" ]
}
