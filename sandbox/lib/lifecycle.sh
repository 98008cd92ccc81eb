# up and down.

command_up() {
    local nodes='' release='' nodes_release='' plain='' apart='' cgroup='' prefix=/usr begin=$EPOCHREALTIME
    parse_up "$@"
    close_inherited
    is_up || prepare_release
    take_lock
    if is_up; then
        require_same nodes "$nodes"
        require_same release "$release"
        require_same nodes-release "$nodes_release"
        require_same cgroup "$cgroup"
        say "already up: $(machines | paste -sd ' ')"
        return
    fi
    clean
    trap 'give_up "interrupted"; exit 130' INT TERM HUP
    start "${nodes:-3}" || { give_up "the cluster did not come up" && exit 1; }
    trap - INT TERM HUP
    touch "$state/ready"
    say "up in $(seconds_since "$begin") s: $(machines | paste -sd ' ')"
    say "go on with: sandbox/cluster shell -u alice"
}

# require_same WHAT WANTED: of a cluster that is up; nothing wanted is content with what is.
require_same() {
    [ "${2:-$(<"$state/$1")}" = "$(<"$state/$1")" ] ||
        fail "already up with --$1 $(<"$state/$1"); to change that: sandbox/cluster down"
}

# Of this machine's own release only Atelier is looked for, and in `start`: its user has built it.
# What is not whole of another release is made, which takes minutes once, and without the lock.
prepare_release() {
    local no_build=$plain$installed
    release=${release:-$host_release}
    prepare_root "$release" "$no_build"
    nodes_release=${nodes_release:-$release}
    if [ "$nodes_release" != "$release" ]; then
        prepare_root "$nodes_release" "$plain$nodes_installed"
    fi
    [ "$release" != "$host_release" ] && [ "$nodes_release" != "$host_release" ] ||
        prefix=$(slurm_prefix)
    require_programs
}

prepare_root() {
    if [ "$1" != "$host_release" ]; then
        "$here/setup" --release "$1" ${2:+--plain} >&2 || exit 1
    fi
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
    local slurm=''
    while [ $# -gt 0 ]; do
        case $1 in
        --nodes) [ $# -ge 2 ] || misused "--nodes needs a number" && nodes=$2 && shift ;;
        --nodes=*) nodes=${1#*=} ;;
        --plain) plain=yes ;;
        --apart) apart=yes ;;
        --cgroup) [ $# -ge 2 ] || misused "--cgroup needs v1, v2 or none" && cgroup=$2 && shift ;;
        --cgroup=*) cgroup=${1#*=} ;;
        --release) [ $# -ge 2 ] || misused "--release needs a name" && release=$2 && shift ;;
        --release=*) release=${1#*=} ;;
        --nodes-release)
            [ $# -ge 2 ] || misused "--nodes-release needs a name" && nodes_release=$2 && shift
            ;;
        --nodes-release=*) nodes_release=${1#*=} ;;
        --slurm) [ $# -ge 2 ] || misused "--slurm needs a version" && slurm=$2 && shift ;;
        --slurm=*) slurm=${1#*=} ;;
        *) misused "up does not know '$1'" ;;
        esac
        shift
    done
    [[ ${nodes:-3} =~ ^[1-9][0-9]?$ ]] || misused "--nodes is 1 to 99, not '$nodes'"
    case $cgroup in
    v1 | v2) cgroup_has "$cgroup" || fail "$(cgroup_lacks "$cgroup")" ;;
    none | '') ;;
    *) misused "--cgroup is v1, v2 or none, not '$cgroup'" ;;
    esac
    parse_release
}

parse_release() {
    local of_slurm=''
    if [ -n "$slurm" ]; then
        of_slurm=$(release_of_slurm "$slurm") ||
            misused "no release has Slurm '$slurm'; there are $(releases_with_slurm)"
        [ "${release:-$of_slurm}" = "$of_slurm" ] ||
            misused "Slurm $slurm is of $of_slurm, not of '$release'"
    fi
    release=${release:-${of_slurm:-${ATELIER_RELEASE:-}}}
    local name
    for name in $release $nodes_release; do
        release_exists "$name" ||
            misused "there is no release '$name'; there are $(releases_with_slurm)"
    done
}

# start NODES
start() {
    rm -rf "${logs:?}"/* && install -d -m 0700 "$state" "$state/machines" &&
        echo "$1" >"$state/nodes" && echo "$release" >"$state/release" &&
        echo "$nodes_release" >"$state/nodes-release" &&
        echo "$prefix" >"$state/slurm-prefix" && echo "${cgroup:-none}" >"$state/cgroup" || return
    [ -z "$apart" ] || touch "$state/apart" || return
    if [ -n "$plain" ]; then
        touch "$state/plain" && mkdir -p "$state/files" || return
    else
        step "installing Atelier from $build" install_atelier || return
    fi
    step "configuring the machines" configure_machines &&
        step "configuring the nodes" configure_nodes &&
        step "filling the file server" make_exports &&
        step "filling the database" make_database &&
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
    cgroups_remove
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
    local program missing=() lower
    lower=$(release_root "$release")
    for program in flock ip nsenter unshare pivot_root make; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    for program in tini munged mariadbd mariadb-install-db slurmdbd slurmctld slurmd srun sinfo \
        sacctmgr ganesha.nfsd rpcbind setpriv ps pgrep; do
        root_has_program "$lower" "$program" || missing+=("$program")
    done
    [ "${#missing[@]}" -eq 0 ] ||
        fail "missing programs: ${missing[*]}; sandbox/setup installs what sandbox/packages lists"
}

# root_has_program ROOT PROGRAM: a link that is right within the root may lead elsewhere here.
root_has_program() {
    local directory path
    path=$(login_path "$prefix")
    for directory in ${path//:/ }; do
        [ ! -e "$1/$directory/$2" ] && [ ! -L "$1/$directory/$2" ] || return 0
    done
    return 1
}
