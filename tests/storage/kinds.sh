# kinds.sh: sourced by the tests of the kinds of volumes; a keeper, the engine, and a node whose
# /run, /usr/sbin, processes and network are the test's own. Then there are
#
#     $work, /srv      of tmpfs, root's alone
#     $user            the uid and gid of the job's user
#     policy TEXT      the site's volumes, of which `v` is the job's
#     start, stop, in_job CMD..., as_user CMD..., nothing_left
#     stand_in PATH    a program that writes down its words and mounts a tmpfs on its target
#     ok TEXT CMD..., fails CMD..., like TEXT PATTERN FILE, has TEXT STRING FILE; finish
# shellcheck shell=bash disable=SC2034,SC2154

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
top_builddir=$(realpath "${top_builddir:-build}")
here=$(cd "$(dirname "$0")" && pwd)
keeper=$top_builddir/atelier-keeper
join=$top_builddir/tests/storage/join
user=4242

. "$here/tap.sh"

# The outer half: all that is made is in a tmpfs of the inner one's mount namespace.
enter() {
    local program inner
    [ "$(id -u)" = 0 ] || skip_all "needs root"
    [ -c /dev/fuse ] || skip_all "needs /dev/fuse"
    for program in unshare ip "${needed[@]}"; do
        command -v "$program" >/dev/null || skip_all "needs $program"
    done
    work=inside unshare --net --mount --pid --fork --kill-child --mount-proc "$0" "$@" &
    inner=$!
    trap 'kill -KILL "$inner"' INT TERM
    wait "$inner"
    exit
}

prepare() {
    ip link set lo up
    mount -t tmpfs -o mode=755 tmpfs /run
    mount -t tmpfs -o mode=755 tmpfs /srv
    work=/run/site # root obeys nothing below a place for all, such as /tmp
    mkdir -p "$work"/{sbin,sbin.work,lua,mounts}
    mount -t overlay -o "lowerdir=/usr/sbin,upperdir=$work/sbin,workdir=$work/sbin.work" \
        overlay /usr/sbin
    cp /etc/passwd "$work/passwd"
    echo "user:x:$user:$user::/:/bin/sh" >>"$work/passwd"
    mount --bind "$work/passwd" /etc/passwd
    cp -r "$here/../../lua/atelier" "$work/lua/"
    settings=("policy=$work/policy.lua" "lua=$work/lua" "nfs=$top_builddir/atelier-nfs"
        "run=$work/run" "state=$work/state" "mounts=$work/mounts" "log=$work/log"
        "scontrol=$here/slurm/scontrol")
    before=$(cat /proc/self/mountinfo)
}

policy() {
    { echo 'cluster "cpu" { partition = "cpu" }'
        printf '%s\n' "$1"
        echo 'workspace "w" { account = "a", clusters = { "cpu" }, users = { "user" },
            volumes = { "v" } }'; } >"$work/policy.lua"
}

start() { # WORD...
    "$keeper" start "${settings[@]}" job=7 "uid=$user" "gid=$user" account=a \
        partition=cpu node=n1 workspace=w "$@" 2>"$work/said"
}

stop() { # WORD...
    "$keeper" stop "${settings[@]}" job=7 node=n1 "$@" 2>>"$work/said"
}

in_job() {
    "$join" "$work/run/n1/7/keeper.sock" "$@"
}

as_user() {
    in_job setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

# The mount of the path in the job.
mount_of() {
    in_job cat /proc/self/mountinfo | grep " $1 " >"$work/mounted"
}

# The command succeeds, in less than these milliseconds, or more on a busy machine.
timed() { # MILLISECONDS COMMAND...
    local most=$(($1 * ${CHECK_PATIENCE:-1})) began=${EPOCHREALTIME/./}
    shift
    "$@" || return
    echo "took $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
    [ "$(((${EPOCHREALTIME/./} - began) / 1000))" -lt "$most" ]
}

no_keeper() {
    ! pgrep -x atelier-keeper
}

nothing_left() {
    within 2 no_keeper && [ ! -e "$work/run" ] && [ -z "$(ls -A "$work/mounts")" ] &&
        diff <(echo "$before") /proc/self/mountinfo
}

stand_in() { # PATH
    cat >"$1" <<END
#!/bin/bash
printf '%s\n' "\$0" "\$@" >$work/words
env | sort | grep -v '^_=\|^PWD=\|^SHLVL=' >$work/environment
ls -l /proc/self/fd | grep -c ' [3-9] -> ' >$work/descriptors
for word in "\$@"; do
    if [[ \$word == $work/mounts/* ]]; then mount -t tmpfs stand-in "\$word"; fi
done
END
    chmod 755 "$1"
}

like() { # TEXT PATTERN FILE
    cp "$3" "$work/seen"
    ok "$1" eval 'cat "$work/seen"; grep -Eq -- "'"$2"'" "$work/seen"'
}

[ -n "${work:-}" ] || enter "$@"
prepare
