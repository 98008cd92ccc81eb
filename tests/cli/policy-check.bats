#!/usr/bin/env bats
# atelier policy check: a draft, without and with what Slurm knows.

load cli

setup() {
    write_policy <<'END'
file_server "store" { host = "head", driver = "libnfs" }
volume "results" { server = "store", export = "/results" }
cluster "cpu" { partition = "cpu" }
workspace "vision" {
    account = "vision", clusters = { "cpu" }, users = { "daemon" }, volumes = { "results" },
}
END
}

slurm_knows() {
    well_configured
    slurm sinfo -h <<<"$1"
    slurm sacctmgr account <<<"$2"
    slurm sacctmgr qos <<<normal
}

@test "a good policy is counted" {
    says 0 "policy.lua: good: 1 workspace, 1 cluster, 1 volume, 1 file server" \
        atelier policy check --offline "$policy"
    [ "${#lines[@]}" -eq 1 ]
}

@test "every problem is a line with file and line, and the last counts them" {
    write_policy <<'END'
workspce "vision" { }
volume "results" { server = "stroe", export = 7 }
file_server "store" { host = "head" }
END
    says 1 "policy.lua: 3 problems" atelier policy check --offline "$policy"
    [ "${#lines[@]}" -eq 4 ]
    [[ ${lines[0]} == *"policy.lua:1"*"did you mean \`workspace\`?"* ]]
    [[ ${lines[1]} == *"policy.lua:2"* ]]
    says 1 '"problems": [' atelier policy check --offline --json "$policy"
}

@test "volumes whose server may keep slurmstepd from ending a job are named" {
    write_policy <"$BATS_TEST_DIRNAME/all-kinds.lua"
    says 0 ": good" atelier policy check --offline "$policy"
    [ "$(grep -c ^note: <<<"$output")" -eq 2 ]
    keep="keep output on a volume whose file server has driver = \"libnfs\" or recovery = \"soft\""
    grep -qxF "note: volume \`z\` (policy.lua:5): while its server is away, a job with its output there (-o, -e) cannot be cancelled and outlives its time limit, on nodes that use the kernel's NFS client: $keep" <<<"$output"
    grep -qxF "note: volumes \`a\` (policy.lua:10), \`b\` (policy.lua:11), \`c\` (policy.lua:12), \`d\` (policy.lua:13), \`e\` (policy.lua:14), \`f\` (policy.lua:15), \`y\` (policy.lua:6): while their server is away, a job with its output there (-o, -e) cannot be cancelled and outlives its time limit: $keep" <<<"$output"
}

@test "what a node lacks is said on a node alone" {
    mkdir "$BATS_TEST_TMPDIR/there"
    write_policy <<END
volume "a" { kind = "bind", path = "$BATS_TEST_TMPDIR/there", place = "/mnt/nothing/here" }
volume "b" { kind = "rclone", source = "x:y", config = "$BATS_TEST_TMPDIR/there" }
volume "c" { kind = "command", command = { "/bin/sh", "-c" } }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" } }
END
    says 0 ": good" atelier policy check --offline "$policy"
    says 1 "volume \`a\` (policy.lua:1): its place /mnt/nothing/here is no directory here" \
        atelier policy check --offline --node "$policy"
    [ "${#lines[@]}" -eq 4 ]
    [[ ${lines[1]} == "volume \`b\` (policy.lua:2): its config $BATS_TEST_TMPDIR/there is no file here" ]]
}

@test "the kernel's client needs rpc.statd for locks at the server" {
    local what="volume \`v\` (policy.lua:2): its locks are to be the server's, by rpc.statd, whose /run/rpc.statd.pid is no file here"
    for keys in '' ', locks = "node"' ', version = 4'; do
        write_policy <<END
file_server "s" { host = "head", driver = "kernel" $keys }
volume "v" { server = "s", export = "/x" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "alice" } }
END
        if [ -n "$keys" ] || [ -e /run/rpc.statd.pid ]; then
            says 0 ": good" atelier policy check --offline --node "$policy"
        else
            says 1 "$what" atelier policy check --offline --node "$policy"
        fi
    done
}

@test "an unknown partition is named with the nearest known one" {
    slurm_knows cpus "vision|atelier"
    says 1 "(policy.lua:3): Slurm has no partition \`cpu\`: did you mean \`cpus\`?" \
        atelier policy check "$policy"
    [ "${#lines[@]}" -eq 2 ]
}

@test "a missing account is one that apply creates" {
    slurm_knows cpu "root|root"
    says 1 "Slurm has no account \`vision\`: \`atelier policy apply\` creates it" \
        atelier policy check "$policy"
}

@test "a policy that Slurm knows is good" {
    slurm_knows cpu "vision|atelier"
    says 0 ": good" atelier policy check "$policy"
}

@test "users and groups that this machine does not know are problems, but not of the file alone" {
    slurm_knows cpu "vision|atelier"
    sed -i 's/users = { "daemon" }/users = { "daemno" }, groups = { "nobodies" },\
        administrators = { "root", "nadia" }, experiments = { one = { users = { "daemno" } } }/' "$policy"
    echo 'operators { "olga", groups = { "olgas", "root" } }' >>"$policy"
    says 1 "policy.lua: 6 problems" atelier policy check "$policy"
    for place in '4): this machine knows no user `daemno`, which is in key `users`' \
        '4): this machine knows no group `nobodies`' 'user `nadia`, which is in key `administrators`' \
        'experiment `one` of workspace `vision` (policy.lua:4)' \
        'operators (policy.lua:8): this machine knows no user `olga`' \
        'no group `olgas`, which is in key `groups`: correct the name, or create it first'; do
        [[ $output == *"$place"* ]] || { echo "not said: $place"; false; }
    done
    says 0 ": good" atelier policy check --offline "$policy"
}

@test "Slurm is asked without a shell, and not at all with --offline" {
    slurm_knows cpu "vision|atelier"
    atelier policy check "$policy"
    grep -qxF 'sacctmgr [-nP] [show] [qos] [format=Name]' "$calls"
    rm "$calls"
    atelier policy check --offline "$policy"
    [ ! -e "$calls" ]
}

@test "what Slurm's configuration lacks is a problem, with setting and remedy" {
    sed -i 's/users = /limits = { gpus = 4 }, &/' "$policy"
    slurm_knows cpu "vision|atelier"
    says 0 ": good" atelier policy check "$policy"
    well_configured 's/Enforce = .*/Enforce = associations/; s/,gres.gpu//; s/^TrackWCKey.*/TrackWCKey = No/; s/KillOnBadExit.*/KillOnBadExit = 0/'
    says 1 "Slurm's configuration: 3 problems" atelier policy check "$policy"
    [[ ${lines[-1]} == *"policy.lua: good: 1 workspace, "* ]]
    grep -q '^slurm.conf: AccountingStorageEnforce=associations: .*: add limits' <<<"$output"
    grep -q '^slurm.conf: AccountingStorageTRES=cpu: .*: add gres/gpu' <<<"$output"
    grep -q '^slurm.conf: TrackWCKey=No: ' <<<"$output"
    grep -q '^note: slurm.conf: KillOnBadExit=0: ' <<<"$output"
    says 1 '"slurm.conf: TrackWCKey=No: ' atelier policy check --json "$policy"
    python3 -c 'import json, sys
answer = json.load(sys.stdin)
assert [len(answer[key]) for key in ("problems", "configuration")] == [0, 3]' <<<"$output"
    sed -i 's/users = { "daemon" }/users = { "daemno" }/' "$policy"
    says 1 "policy.lua: 1 problem" atelier policy check "$policy"
    [ "${lines[-2]}" = "Slurm's configuration: 3 problems" ]
    sed -i 's/daemno"/daemon"/' "$policy"
    says 0 ": good" atelier policy check --offline "$policy"
}

@test "slurmdbd's configuration is looked at, and plugstack.conf with what it includes" {
    echo 'default_workspace = function() return "vision" end' >>"$policy"
    slurm_knows cpu "vision|atelier"
    mkdir -p "$BATS_TEST_TMPDIR/etc/parts"
    printf '# a comment\n\ninclude parts/*.conf # all\n' >"$BATS_TEST_TMPDIR/etc/plugstack.conf"
    printf 'optional other.so\nrequired atelier.so log=stderr\n' >"$BATS_TEST_TMPDIR/etc/parts/a.conf"
    touch "$BATS_TEST_TMPDIR/etc/slurm.conf"
    export SLURM_CONF=$BATS_TEST_TMPDIR/etc/slurm.conf
    says 1 "/etc/parts/a.conf:2: the line of atelier.so has no defaults=on" atelier policy check "$policy"
    sed -i 's/atelier.so/& defaults=on/' "$BATS_TEST_TMPDIR/etc/parts/a.conf"
    says 0 ": good" atelier policy check "$policy"
    printf 'SlurmDBD configuration:\n\nSlurmDBD configuration:\nTrackWCKey = No\n' |
        slurm sacctmgr configuration
    says 1 "slurmdbd.conf: TrackWCKey=No" atelier policy check "$policy"
    well_configured "s|^PlugStackConfig.*|PlugStackConfig = $BATS_TEST_TMPDIR/other.conf|"
    echo 'required /lib/atelier.so' >"$BATS_TEST_TMPDIR/other.conf"
    says 1 "/other.conf:1: the line of atelier.so has no defaults=on" atelier policy check "$policy"
}

@test "a Slurm that does not answer is no verdict" {
    slurm sinfo nothing-fits <<<""
    says 2 "sinfo failed with exit code 1: no such thing; --offline checks the file alone" \
        atelier policy check "$policy"
    PATH=/bin rm -rf "$BATS_TEST_TMPDIR/slurm"
    mkdir "$BATS_TEST_TMPDIR/empty"
    for program in sed ls dirname basename cat rm bash; do
        ln -s "$(command -v "$program")" "$BATS_TEST_TMPDIR/empty/$program"
    done
    PATH=$BATS_TEST_TMPDIR/empty says 2 "sinfo could not be run: it is not in the PATH" \
        atelier policy check "$policy"
}

@test "what cannot be read is said in one line, with its own exit status" {
    says 2 "atelier policy check: cannot open /nonexistent.lua" \
        atelier policy check --offline /nonexistent.lua
    [ "${#lines[@]}" -eq 1 ]
    says 2 "one file at a time" atelier policy check "$policy" "$policy"
    says 2 "atelier policy has no command \`chek\`: did you mean \`check\`?" atelier policy chek
    says 2 "atelier policy has no command \`remove\`: choose one of" atelier policy remove
    says 2 "atelier has no command \`polcy\`" atelier polcy check
    says 2 'nonsense=/x' atelier --set nonsense=/x policy check
}

@test "the policy in force must be root's" {
    says 2 "root obeys none in it" atelier --set "policy=$policy" policy check --offline
}

@test "included files lie beside the policy" {
    echo 'cluster "debug" { partition = "debug" }' >"$BATS_TEST_TMPDIR/clusters.lua"
    echo 'include "clusters.lua"' >>"$policy"
    says 0 "1 workspace, 2 clusters" atelier policy check --offline "$policy"
    (cd "$BATS_TEST_TMPDIR" && says 0 "2 clusters" atelier policy check --offline policy.lua)
    echo 'cluster "gpu" { }' >>"$BATS_TEST_TMPDIR/clusters.lua"
    says 1 "(clusters.lua:2)" atelier policy check --offline "$policy"
    rm "$BATS_TEST_TMPDIR/clusters.lua"
    says 1 "include \`clusters.lua\` cannot be read" atelier policy check --offline "$policy"
}

@test "a Slurm that hangs is given up after 10 s, and leaves no process" {
    slurm sinfo -h <<<""
    printf '#!/bin/sh\necho $$ >%s\nexec sleep 60\n' "$BATS_TEST_TMPDIR/pid" >"$BATS_TEST_TMPDIR/slurm/sinfo"
    says 2 "sinfo did not end within 10 s" timeout 50 "$built/atelier" --set "lua=$top/lua" \
        policy check "$policy"
    [ ! -e "/proc/$(cat "$BATS_TEST_TMPDIR/pid")" ]
}

@test "a policy that loops is stopped" {
    echo 'while true do end' >>"$policy"
    # Seconds of the processor, as the limit itself: more than its 10, and less than for ever.
    limited() { (ulimit -t 25 && atelier "$@"); }
    says 2 "stopped after" limited policy check --offline "$policy"
}
