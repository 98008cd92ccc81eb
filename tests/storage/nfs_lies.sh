# nfs_lies.sh: sourced by the tests of the NFS client against a server that misbehaves.
#
#     lies RULE...                    starts nfs_fake_server.py with these rules
#     refused TEXT PATTERN RULE...    the client is to refuse to start, by one sentence, in time
#     answers TEXT PATTERN COMMAND RULE...
#                                     a soft volume (TIMEOUT_MS; RECOVERY=hard for one that is
#                                     not): COMMAND's output is to match,
#                                     in time, and the client to live on
#     waits TEXT COMMAND RULE...      a hard volume: COMMAND waits, and SIGKILL frees it
#     unwatched refused|answers|waits ...
#                                     the same without the sanitizers
#
# They mostly wait: the script runs SHARDS times at once, in namespaces of its own each, and each
# run takes its share of them. finish_lies ends it.
#
# The client is the one that the sanitizers watch, where there is one (make sanitized); whatever they
# report fails the test.
# shellcheck shell=bash disable=SC2016,SC2034

SHARDS=8

# The results of all shards, numbered through; diagnostics stay with their test.
run_shards() {
    local results shard
    results=$(mktemp -d)
    trap 'kill $(jobs -p) 2>/dev/null' INT TERM
    for ((shard = 0; shard < SHARDS; shard++)); do
        SHARD=$shard "$0" >"$results/$shard" 2>&1 &
    done
    wait
    cat "$results"/* | awk '
        /^1\.\.0 # SKIP/ { print; skipped = 1; exit }
        /^1\.\./ { plans++; next }
        match($0, /^(not )?ok [0-9]+/) {
            print ($1 == "not" ? "not ok " : "ok ") ++total substr($0, RLENGTH + 1)
            next
        }
        { print }
        END { if (!skipped && plans == '"$SHARDS"') print "1.." total }'
    rm -rf "$results"
    exit
}

[ -n "${SHARD:-}" ] || run_shards
cases=0

# Whether the next case is this shard's.
mine() {
    [ $((cases++ % SHARDS)) = "$SHARD" ]
}

FILE_SERVER=none
# shellcheck source=SCRIPTDIR/nfs_sandbox.sh
. "${BASH_SOURCE%/*}/nfs_sandbox.sh"

unwatched_client=$ATELIER_NFS
watched_client=$top_builddir/sanitizers/atelier-nfs
[ ! -x "$watched_client" ] || ATELIER_NFS=$watched_client
export LOCKS=node
volume=(127.0.0.1 2049 20048 /fake "$work/mount" "$user" "$user")
reports=$work/local/sanitizer
# The client is not dumpable: the leak checker cannot look into it.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:log_path=$reports
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$reports

# The address sanitizer's client has no bound of its memory: what never ends would fill it.
unwatched() {
    ATELIER_NFS=$unwatched_client "$@"
}

lies() {
    if [ -n "${server:-}" ]; then
        stop_server
    fi
    : >"$work/calls"
    /usr/bin/python3 "$here/nfs_fake_server.py" 2049 20048 "$@" >"$work/calls" 2>"$work/server.log" &
    server=$!
    within 10 grep -q serving "$work/calls" || {
        echo "Bail out! the server does not start: $(tail -n 1 "$work/server.log")"
        exit 1
    }
}

# in_time SECONDS COMMAND...: its output goes to $work/said, its status to $status; fails when
# it took longer, which a busy machine's may.
in_time() {
    local patience=${CHECK_PATIENCE:-1}
    local limit=$(($1 * patience)) begin=${EPOCHREALTIME/[.,]/}
    shift
    timeout -s KILL $((30 * patience)) "$@" >"$work/said" 2>&1 </dev/null
    status=$?
    [ $((${EPOCHREALTIME/[.,]/} - begin)) -lt $((limit * 1000000)) ]
}

no_reports() {
    ! cat "$reports".* 2>/dev/null
}

# expect TEXT CONDITION...: a test that shows on failure what was said.
expect() {
    local text=$1 verdict=ok
    shift
    "$@" >"$work/output" 2>&1 || verdict="not ok"
    no_reports >>"$work/output" || verdict="not ok"
    verdict "$verdict" "$text"
    [ "$verdict" = ok ] || head -n 60 "$work/output" "$work/said" "$work/server.log" | sed 's/^/# /'
    rm -f "$reports".*
}

one_sentence() {
    [ "$status" = 125 ] && [ "$(wc -l <"$work/said")" = 1 ] && grep -Eq -- "$1" "$work/said"
}

# Only what waits for the deadline has a short one: a busy machine's answers are late, too.
refused() {
    mine || return 0
    local text=$1 pattern=$2 soon=true deadline=5000
    shift 2
    lies "$@"
    [[ $pattern != *"within 0.5 s"* ]] || deadline=500
    DEADLINE_MS=$deadline in_time 10 "$nfs_mount" "${volume[@]}" true || soon=false
    expect "refused: $text" eval '$soon && one_sentence "$pattern"'
}

client_lived() {
    grep -q '^stopped: ' "$work/said"
}

answers() {
    mine || return 0
    local text=$1 pattern=$2 command=$3 soon=true
    shift 3
    lies "$@"
    RECOVERY=${RECOVERY:-soft} in_time 12 "$nfs_mount" "${volume[@]}" \
        bash -c "$command" || soon=false
    expect "$text" eval '$soon && client_lived && grep -Eq -- "$pattern" "$work/said"'
}

waits() {
    mine || return 0
    local text=$1 command=$2 soon=true
    shift 2
    lies "$@"
    in_time 12 "$nfs_mount" "${volume[@]}" timeout -s KILL 1 bash -c "$command" || soon=false
    expect "killed: $text" eval '$soon && client_lived && [ "$status" = 137 ]'
}

finish_lies() {
    [ -z "${server:-}" ] || stop_server
    ok "nothing is left mounted" bash -c "! grep -q $work/mount /proc/self/mountinfo"
    ok "no client is left" bash -c "! pgrep -x atelier-nfs"
    finish
}
