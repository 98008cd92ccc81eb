# What the user reads: one sentence for an error, one line for a step that takes long.

say() {
    printf 'sandbox: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

misused() {
    say "$*; see: sandbox/cluster --help"
    exit 2
}

# step NAME COMMAND...: runs the command with its output in the log. Returns its status; on
# failure shows the end of what it wrote. The command runs in a subshell: it sets no variable.
step() {
    local name=$1 status=0
    shift
    printf '== %s\n' "$name" >>"$logs/up.log"
    "$@" >"$logs/step.log" 2>&1 &
    step_process=$!
    sleep 2 >/dev/null 2>&1 9<&- &
    wait -n "$step_process" $!
    ! kill -0 "$step_process" 2>/dev/null || say "$name ..."
    kill $! 2>/dev/null
    wait "$step_process" || status=$?
    step_process=
    cat "$logs/step.log" >>"$logs/up.log"
    if [ "$status" -ne 0 ]; then
        say "$name failed; its last words (all of them: $logs/up.log):"
        tail -n 8 "$logs/step.log" | sed 's/^/    /' >&2
    fi
    rm -f "$logs/step.log"
    return "$status"
}

# has_taken BEGIN MILLISECONDS: whether that long has passed since BEGIN, an $EPOCHREALTIME.
has_taken() {
    (((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 1000 >= $2))
}

# within SECONDS COMMAND...: tries the command until it succeeds; fails after that long.
within() {
    local begin=$EPOCHREALTIME limit=$(($1 * 1000))
    shift
    until "$@"; do
        has_taken "$begin" "$limit" && return 1
        sleep 0.1
    done
}
