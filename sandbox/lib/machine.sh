# A machine: one init process in namespaces of its own, and all that runs below it. Killing
# that process ends every process and every mount of the machine; there is nothing else to undo.

machine_start() {
    local machine=$1 release
    release=$(release_of "$machine")
    mkdir -p "$state/roots/$machine" "$logs/$machine"
    # The shell's first child is the first process of the new process namespace. Not by
    # `unshare --fork`: it would wait outside, with the lock, as long as the machine lives.
    # shellcheck disable=SC2016
    setsid unshare --mount --uts --ipc --net --pid --propagation private -- sh -c '"$@" &' sh \
        "$here/machine/root" "$machine" "$state" "$repository" "$logs/$machine" \
        "$(release_root "$release")" "$build" "$(release_build "$release")" \
        "$(files_of "$machine")" \
        </dev/null >>"$logs/$machine/machine.log" 2>&1
}

machines_start() {
    local machine
    for machine in $(machines); do
        machine_start "$machine"
    done
    for machine in $(machines); do
        within 20 machine_has_started "$machine" || {
            echo "$machine did not start:"
            tail -n 5 "$logs/$machine/machine.log"
            return 1
        }
    done
}

# The init process replaces machine/root when the root file system is complete.
machine_has_started() {
    local process
    process=$(machine_process "$1") && [ "$(<"/proc/$process/comm")" = tini ]
}

# Prints the host's process id of the machine's init, while it lives. The start time is compared
# so that a process id which was given to somebody else since is never taken for ours. A zombie
# is dead: the kernel ends all of the machine before an init becomes one, and it may be a while
# until the host's init reaps it.
machine_process() {
    local process begun now
    read -r process begun 2>/dev/null <"$state/machines/$1" || return 1
    read -r now 2>/dev/null <"/proc/$process/stat" || return 1
    # Fields are counted after the command's name, which may hold anything.
    read -r -a now <<<"${now##*) }"
    [ "${now[19]}" = "$begun" ] && [ "${now[0]}" != Z ] && echo "$process"
}

machine_is_gone() {
    ! machine_process "$1" >/dev/null
}

machines_kill() {
    local file machine process
    for file in "$state"/machines/*; do
        process=$(machine_process "${file##*/}") && kill -KILL "$process"
    done
    for file in "$state"/machines/*; do
        machine=${file##*/}
        within 10 machine_is_gone "$machine" ||
            fail "process $(machine_process "$machine") of $machine does not end after SIGKILL"
    done
}

# machine_enter MACHINE COMMAND...: as root, with a login's environment and nothing else. Shells
# start background jobs with interrupts ignored, which daemons would pass on to Slurm's jobs.
machine_enter() {
    local machine=$1 process
    process=$(machine_process "$1") || {
        say "machine $1 has ended"
        return 1
    }
    shift
    # shellcheck disable=SC2046
    (cgroup_join "$machine" &&
        exec nsenter --target "$process" --mount --uts --ipc --net --pid $(cgroup_option) -- \
            env -i --default-signal PATH="$(login_path "$(<"$state/slurm-prefix")")" LANG=C.UTF-8 HOME=/root USER=root \
            TERM="${TERM:-dumb}" "$@" 9<&-)
}

# login_path SLURM-PREFIX
login_path() {
    echo "$(slurm_path "$1")/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
