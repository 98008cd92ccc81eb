#!/usr/bin/env bats
# atelier volume test: what it asks, and how it tells. The NFS client is a stand-in that answers
# as the volume's host is called (tests/storage/stand_in_client.c).

load cli

setup() {
    write_policy <<'END'
file_server "good" { host = "well", deadline = 1 }
file_server "bad" { host = "refused" }
file_server "dead" { host = "silent", deadline = 0.3 }
volume "home" { server = "good", export = "/home" }
volume "data" { server = "bad", export = "/data", mode = "ro" }
volume "scratch" { server = "dead", export = "/scratch", probe = "write" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, volumes = { "home" }, users = { "alice" } }
END
    export SLURMD_NODENAME=n1
}

ask() {
    atelier volume test --policy "$policy" "$@"
}

@test "a line for each volume, aligned, and the status says whether all is well" {
    run ask
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "volume   server  host     driver  answer" ]
    [ "${lines[1]}" = 'data     bad     refused  auto    file server `store` (refused) exports no /volume' ]
    [[ "${lines[2]}" =~ ^home\ +good\ +well\ +auto\ +[0-9]+\ ms$ ]]
    [ "${lines[3]}" = "scratch  dead    silent   auto    the NFS client did not answer in time" ]
    says 0 " ms" ask home
}

@test "those that are named, in their order" {
    run ask scratch home
    [ "${#lines[@]}" -eq 3 ]
    [[ "${lines[1]}" == scratch* && "${lines[2]}" == home* ]]
    says 1 "the policy has no volume \`hom\`: did you mean \`home\`?" ask hom
}

@test "all are asked at the same time" {
    local began=$SECONDS
    for name in a b c d e f g h i j; do
        echo "volume '$name' { server = 'dead', export = '/' }" >>"$policy"
    done
    run ask
    [ "${#lines[@]}" -eq 14 ]
    ((SECONDS - began <= 2))
}

@test "JSON has numbers and nulls, and a report is a line each and status 0" {
    ask --json home data | /usr/bin/python3 -c 'import json, sys
home, data = json.load(sys.stdin)
assert home["error"] is None and home["milliseconds"] >= 0 and home["node"] == "n1", home
assert "exports no /volume" in data["error"] and data["host"] == "refused", data'
    run ask --report home data
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    [[ "${lines[0]}" == '{"node":"n1","volume":"home",'* ]]
    local report=$output
    run ask --report --json home data
    [ "$(sed 's/"milliseconds":[0-9]*//' <<<"$output")" = "$(sed 's/"milliseconds":[0-9]*//' <<<"$report")" ]
    says 2 "leave --output out" ask --report --output volume
}

@test "a client that is missing, or says what is no answer" {
    sed -i 's/"silent"/"garbage"/' "$policy"
    says 1 "the NFS client sent what is no answer: install one of the same release" ask scratch
    sed -i 's/"garbage"/"gone"/' "$policy"
    says 1 "stand_in_client failed with exit code 3 and did not say why" ask scratch
    says 1 "/nowhere/atelier-nfs could not be run: it is not there" atelier \
        --set nfs=/nowhere/atelier-nfs volume test --policy "$policy" home
}

@test "wrong usage" {
    says 2 "--partition goes with --all-nodes" ask --partition cpu
    says 2 "atelier has no command" atelier volumes test
    says 2 "choose one of test" atelier volume mount
    chmod 000 "$policy"
    [ "$(id -u)" = 0 ] || says 2 "Permission denied" ask
    says 2 "policy.lua" atelier --set policy=/nowhere/policy.lua volume test
}

@test "all nodes of the partition answer in their order, the silent one is named" {
    slurm sinfo <<'END'
cpu*|n[1-2]
debug|n9
cpu*|n3
END
    slurm srun <<'END'
Welcome to the cluster
{"node":"n2","volume":"home","server":"good","host":"well","driver":"auto","error":null,"milliseconds":7}
{"node":"n1","volume":"home","server":"good","host":"well","driver":"auto","error":null,"milliseconds":5}
END
    unset SLURM_JOB_ID
    run ask --all-nodes home
    [ "$status" -eq 1 ]
    [[ "${lines[1]}" == n1*"5 ms" && "${lines[2]}" == n2*"7 ms" ]]
    [[ "${lines[3]}" == n3*"the node gave no answer"* ]]
    grep -qF -- "[--ntasks=3] [--nodelist=n[1-2],n3] [--partition=cpu] [--immediate=20] [--time=1]" "$calls"
    grep -qF -- "[volume] [test] [--report] [--policy] [$policy] [home]" "$calls"
    says 1 "n9" ask --all-nodes --partition debug
    says 2 'partition `gpu` has no node that is up' ask --all-nodes --partition gpu
}

@test "inside an allocation its nodes are asked, beside what runs there" {
    slurm srun <<<'{"node":"n7","volume":"home","server":"good","host":"well","driver":"auto","error":null,"milliseconds":5}'
    SLURM_JOB_ID=5 SLURM_JOB_NODELIST=n7 run ask --all-nodes home
    [ "$status" -eq 0 ]
    grep -qF -- "[--nodelist=n7] [--overlap]" "$calls"
    run grep -q -- "--partition" "$calls"
    [ "$status" -eq 1 ]
}

# srun_fails LINE...: as it does when the node or Slurm say no.
srun_fails() {
    printf '#!/bin/sh\ncat >&2 <<"END"\n' >"$BATS_TEST_TMPDIR/slurm/srun"
    printf '%s\n' "$@" END "exit 1" >>"$BATS_TEST_TMPDIR/slurm/srun"
    chmod +x "$BATS_TEST_TMPDIR/slurm/srun"
}

@test "an allocation that is not given is said with what it needs, and no other cause is" {
    slurm sinfo <<<'cpu*|n1'
    unset SLURM_JOB_ID
    srun_fails "srun: error: Unable to allocate resources: Requested nodes are busy"
    says 2 "Requested nodes are busy; --all-nodes needs a processor and 64 MiB on every node" ask --all-nodes home
    srun_fails "srun: error: Unable to allocate resources: Invalid account or account/partition combination specified"
    says 2 "Invalid account or account/partition combination specified" ask --all-nodes home
    [[ $output != *"64 MiB"* ]]
}

@test "a step that fails on a node is told by the node's own sentence" {
    slurm sinfo <<<'cpu*|n1' # not asked
    export SLURM_JOB_ID=5 SLURM_JOB_NODELIST=n[7-8]
    srun_fails "srun: error: n8: task 1: Exited with exit code 1" \
        "slurmstepd-n7: error: atelier: workspace \`vision\` on node n7: file server \`store\` refused" \
        "srun: error: n7: task 0: Exited with exit code 1"
    says 2 "srun failed with exit code 1: workspace \`vision\` on node n7: file server \`store\` refused" ask home --all-nodes
    [[ $output != *"64 MiB"* ]]
    srun_fails "srun: error: n8: task 1: Exited with exit code 2" "slurmstepd-n7: error: execve(): /nowhere: No such file"
    says 2 "No such file" ask home --all-nodes
}
