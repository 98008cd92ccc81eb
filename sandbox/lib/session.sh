# run and shell: somebody's command on a machine.

command_run() {
    local user=root machine=head
    parse_session "$@"
    set -- "${session_command[@]}"
    [ $# -gt 0 ] || misused "run needs a command"
    session "$@"
}

command_shell() {
    local user=root machine=head
    parse_session "$@"
    [ "${#session_command[@]}" -eq 0 ] || misused "shell takes no command; see run"
    cd / # not in the repository, so at home, as after a login: there sbatch can write
    echo "sandbox: this is $user on $machine, at home; the repository is /mnt/src, read only" >&2
    session env "PS1=\\u@\\h:\\w\\$ " bash --norc -i
}

# Sets user, machine and session_command.
parse_session() {
    while [ $# -gt 0 ]; do
        case $1 in
        -u | -n)
            [ $# -ge 2 ] || misused "$1 needs a name"
            if [ "$1" = -u ]; then user=$2; else machine=$2; fi
            shift 2
            ;;
        --)
            shift
            break
            ;;
        -*) misused "unknown option '$1'" ;;
        *) break ;;
        esac
    done
    session_command=("$@")
    require_up
    require_user "$user"
    require_machine "$machine"
}

# Becomes the user as a login would, with an environment made from nothing.
session() {
    local home=/home/$user directory variables name
    [ "$user" = root ] && home=/root
    variables=(HOME="$home" USER="$user" LOGNAME="$user" SHELL=/bin/bash
        PATH="$(login_path "$(<"$state/slurm-prefix")")" TERM="${TERM:-dumb}" LANG=C.UTF-8)
    for name in "${!ATELIER_@}" "${!SBATCH_@}" "${!SALLOC_@}" "${!SLURM_@}"; do
        case $name in
        ATELIER_BUILD | ATELIER_RELEASE | ATELIER_ROOTS | ATELIER_SANDBOX | ATELIER_SANDBOX_*)
            ;; # this machine's, not the user's
        *) variables+=("$name=${!name}") ;;
        esac
    done
    # The caller's directory where it lies in the repository, which is /mnt/src over there.
    cd -P .
    case $PWD/ in
    "$repository"/*) directory=/mnt/src${PWD#"$repository"} ;;
    *) directory=$home ;;
    esac
    cgroup_join "$machine" || fail "cannot join the control group of $machine"
    # shellcheck disable=SC2046
    exec nsenter --target "$(machine_process "$machine")" --mount --uts --ipc --net --pid \
        $(cgroup_option) -- env -i -C "$directory" "${variables[@]}" \
        setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"
}
