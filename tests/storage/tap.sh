# tap.sh: sourced by scripts that print TAP, also in the guest; their output goes to $work.
#
#     skip_all WHY               ends a script that cannot run here
#     ok TEXT CMD...             passes when the command succeeds; else shows what it said
#     verdict "ok|not ok" TEXT   tells of a test that was decided elsewhere
#     fails CMD...               succeeds when the command does not
#     within SECONDS CMD...      waits for a command to succeed, as long on a quiet machine
#     without_tmpfs GANESHA...   becomes Ganesha, for which a tmpfs is a file system to export
#     finish                     prints the plan
# shellcheck shell=bash disable=SC2154

number=0

skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

verdict() {
    number=$((number + 1))
    printf '%s %s - %s\n' "$1" "$number" "$2"
}

ok() {
    local text=$1
    shift
    if "$@" >"$work/output" 2>&1 </dev/null; then
        verdict ok "$text"
    else
        verdict "not ok" "$text"
        tail -n 20 "$work/output" "$work/said" 2>/dev/null | sed 's/^/# /'
    fi
}

fails() {
    ! "$@"
}

within() {
    local tries=$(($1 * 20 * ${CHECK_PATIENCE:-1})) # tests/run knows how busy it is
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

# From 6 on, Ganesha exports nothing that /etc/mtab calls a tmpfs. That is a link to the mounts of
# the process that reads it: this one becomes Ganesha.
without_tmpfs() {
    sed 's/^\([^ ]* [^ ]*\) tmpfs /\1 ramfs /' /proc/self/mounts >"$work/mtab"
    mount --bind "$work/mtab" "/proc/$BASHPID/mounts"
    exec "$@"
}

finish() {
    printf '1..%s\n' "$number"
    exit 0
}
