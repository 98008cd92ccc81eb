# Where the sandbox keeps what it knows. Root's alone, but for the logs:
#
#   STATE/nodes           how many nodes there are
#   STATE/machines/NAME   host process id and start time of the machine's first process
#   STATE/roots/NAME      where the machine's root is put together (in its own mount namespace)
#   STATE/files           what every machine has on top of the host's files
#   STATE/files-of-nodes  what the nodes have instead, where they are not as the head is
#   STATE/slurm, atelier  /etc/slurm and /etc/atelier of every machine
#   STATE/export          what the file server exports
#   STATE/database        what the head's /var/lib/accounting begins with
#   STATE/plain           exists when the cluster has nothing of Atelier
#   STATE/apart           exists when each machine has copies of slurm and atelier
#   STATE/release         the release of Debian whose programs the machines have
#   STATE/nodes-release   likewise, of the nodes
#   STATE/slurm-prefix    of that release's Slurm: /usr, or where one lies that is not Debian's
#   STATE/cgroup          v1 or v2: the machines have control groups; or none
#   STATE/ready           exists when the cluster came up whole
#   LOGS/MACHINE          /var/log of the machine; LOGS stays after `down`

state=${ATELIER_SANDBOX:-/run/atelier-sandbox}
build=${ATELIER_BUILD:-$repository/build}
files=$state/files
installed=${ATELIER_SANDBOX_INSTALLED:-}
nodes_installed=${ATELIER_SANDBOX_NODES_INSTALLED:-}
kinds=${ATELIER_SANDBOX_NODES:-}
more=${ATELIER_SANDBOX_CONF:-}
logs=/var/log/${state##*/}

require_root() {
    [ "$EUID" -eq 0 ] || fail "must be root: namespaces and mounts need it"
    case $state in
    /*/*) ;;
    *) fail "ATELIER_SANDBOX must be an absolute path below the root directory, not '$state'" ;;
    esac
}

# One `up` or `down` at a time. Descriptor 9 is inherited on purpose: what a killed `up` left
# behind holds the lock until it has ended or (machine/root) has recorded itself, so whoever
# gets the lock knows of every machine. Daemons close it.
take_lock() {
    mkdir -p "$logs" || fail "cannot create $logs"
    exec 9<"$logs"
    flock --nonblock 9 && return
    say "another up or down is under way; waiting for it"
    flock --wait 60 9 || fail "another up or down still runs after 60 s"
}

machines() {
    local number
    [ -r "$state/nodes" ] || return
    echo head
    for ((number = 1; number <= $(<"$state/nodes"); number++)); do
        echo "n$number"
    done
}

is_up() {
    local machine
    [ -e "$state/ready" ] || return 1
    for machine in "$state"/machines/*; do
        machine_process "${machine##*/}" >/dev/null || return 1
    done
}

require_up() {
    is_up || fail "the cluster is not up; start it with: sandbox/cluster up"
}

require_machine() {
    [[ $1 =~ ^[a-z0-9]+$ && -e $state/machines/$1 ]] ||
        misused "there is no machine '$1', only $(machines | paste -sd ' ')"
}
