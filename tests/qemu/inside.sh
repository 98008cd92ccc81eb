# inside.sh: sourced by the scripts that run in the guest; what tap.sh has is here, too.
# shellcheck shell=bash disable=SC1091,SC2034
work=/run
. /guest/tap.sh

uptime() { # into $now, in seconds
    read -r now _ </proc/uptime
    now=${now%.*}
}

# A pipe from which nothing ever comes: a wait without a process, of which each takes long here.
[ -p /guest/nothing ] || mkfifo /guest/nothing
exec {nothing}<>/guest/nothing

# The time counts, and not the tries.
within() { # SECONDS COMMAND...
    local now last
    uptime
    last=$((now + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        uptime
        [ "$now" -lt "$last" ] || return 1
        read -rt 0.2 -u "$nothing" _ || true
    done
}

# says PATTERN FILE: whether one of its lines has it; what grep does, without a process.
says() {
    local line
    while IFS= read -r line; do
        [[ $line =~ $1 ]] && echo "$line" && return
    done <"$2"
    return 1
}

listening() {
    (: >/dev/tcp/127.0.0.1/2049) 2>/dev/null
}
