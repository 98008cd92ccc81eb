# up and down.

command_up() {
    local nodes='' bare='' begin=$EPOCHREALTIME
    parse_up "$@"
    require_programs
    close_inherited
    take_lock
    if is_up; then
        [ "${nodes:-$(<"$state/nodes")}" = "$(<"$state/nodes")" ] ||
            fail "already up with --nodes $(<"$state/nodes"); to change that: sandbox/cluster down"
        say "already up: $(machines | paste -sd ' ')"
        return
    fi
    clean
    trap 'give_up "interrupted"; exit 130' INT TERM HUP
    start "${nodes:-3}" "$bare" || { give_up "the cluster did not come up" && exit 1; }
    trap - INT TERM HUP
    touch "$state/ready"
    say "up in $(seconds_since "$begin") s: $(machines | paste -sd ' ')"
    say "go on with: sandbox/cluster shell -u alice"
}

# A caller that waits for the end of a pipe must not wait for daemons that inherited it. 255 is
# where bash reads this program from.
close_inherited() {
    local descriptor
    for descriptor in /proc/$$/fd/*; do
        descriptor=${descriptor##*/}
        [ "$descriptor" -le 2 ] || [ "$descriptor" -eq 255 ] || eval "exec $descriptor>&-"
    done
}

parse_up() {
    while [ $# -gt 0 ]; do
        case $1 in
        --nodes) [ $# -ge 2 ] || misused "--nodes needs a number" && nodes=$2 && shift ;;
        --nodes=*) nodes=${1#*=} ;;
        --bare) bare=yes ;;
        *) misused "up does not know '$1'" ;;
        esac
        shift
    done
    [[ ${nodes:-3} =~ ^[1-9][0-9]?$ ]] || misused "--nodes is 1 to 99, not '$nodes'"
}

# start NODES BARE
start() {
    rm -rf "${logs:?}"/* && install -d -m 0700 "$state" "$state/machines" &&
        echo "$1" >"$state/nodes" || return
    if [ -n "$2" ]; then
        touch "$state/bare" && mkdir -p "$state/files" || return
    else
        step "installing Atelier from $build" install_atelier || return
    fi
    step "configuring the machines" configure_machines &&
        step "filling the file server" make_exports &&
        step "starting the machines" machines_start &&
        step "connecting the network" network_start &&
        step "starting the daemons" start_services &&
        step "waiting for the nodes" wait_until_idle
}

give_up() {
    trap '' INT TERM HUP
    machines_kill
    # A step ignores the terminal's interrupt; with its machines gone it ends by itself.
    [ -z "${step_process:-}" ] || wait "$step_process" 2>/dev/null
    clean
    say "$1; everything was taken down again, the logs are in $logs"
}

# Removes whatever an up left, whole or half.
clean() {
    machines_kill
    rm -rf --one-file-system "$state" || fail "cannot remove $state"
}

command_down() {
    [ $# -eq 0 ] || misused "down takes no arguments"
    take_lock
    [ -e "$state" ] || {
        say "the cluster is not up"
        return
    }
    clean
    say "down; the logs stay in $logs"
}

seconds_since() {
    local tenths=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000))
    echo "$((tenths / 10)).$((tenths % 10))"
}

require_programs() {
    local program missing=()
    for program in tini munged mariadbd mariadb-install-db slurmdbd slurmctld slurmd srun sinfo \
        sacctmgr ganesha.nfsd rpcbind ip nsenter unshare setpriv pivot_root ps pgrep make; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    [ "${#missing[@]}" -eq 0 ] ||
        fail "missing programs: ${missing[*]}; sandbox/setup installs what sandbox/packages lists"
}
