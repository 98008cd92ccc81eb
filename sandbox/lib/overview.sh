# status and logs: what is there to see.

readonly daemons='munged|mariadbd|slurmdbd|slurmctld|slurmd|ganesha.nfsd'

command_status() {
    local machine process
    [ $# -eq 0 ] || misused "status takes no arguments"
    if ! is_up; then
        say "the cluster is not up; start it with: sandbox/cluster up"
        return 1
    fi
    for machine in $(machines); do
        process=$(machine_process "$machine")
        printf '%-5s %-11s process %-8s %s\n' "$machine" "$(address_of "$machine")" "$process" \
            "$(daemons_of "$machine")"
    done
    echo
    machine_enter head sinfo
    printf '\nLogs: %s\nShell: sandbox/cluster shell -u alice\nEnd: sandbox/cluster down\n' "$logs"
}

# The process ids are those on the machine.
daemons_of() {
    machine_enter "$1" ps -eo comm=,pid= |
        awk -v daemons="^($daemons)\$" '$1 ~ daemons { printf "%s:%s ", $1, $2 }'
}

command_logs() {
    local follow='' machine daemon file
    [ "${1:-}" = -f ] && follow=yes && shift
    case ${1:-} in -*) misused "unknown option '$1'" ;; esac
    [ $# -le 2 ] || misused "logs takes a machine and a daemon"
    machine=${1:-} daemon=${2:-}
    [ -d "$logs" ] || fail "there are no logs yet in $logs"
    [ -z "$machine" ] || [ -d "$logs/$machine" ] || fail "there are no logs of '$machine' in $logs"
    file=$logs/$machine/$daemon.log
    [ -z "$daemon" ] || [ -e "$file" ] || fail "there is no log $file"
    if [ -n "$daemon" ]; then
        exec tail -n 100 ${follow:+-f} "$file"
    elif [ -n "$follow" ]; then
        mapfile -t files < <(find "$logs${machine:+/$machine}" -name '*.log')
        exec tail -n 5 -F "${files[@]}"
    else
        find "$logs${machine:+/$machine}" -name '*.log' -printf '%-9s %p\n' | sort -k 2
    fi
}
