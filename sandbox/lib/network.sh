# One Ethernet for the cluster: a bridge on the head, a pair of virtual interfaces to each
# node. All of it is made inside the machines' network namespaces and ends with them.

readonly network=10.77.0

# head is .1, n1 is .11
address_of() {
    case $1 in
    head) echo "$network.1" ;;
    n*) echo "$network.$((10 + ${1#n}))" ;;
    esac
}

network_start() {
    local head machine
    head=$(machine_process head) || return
    # A bridge with no address of its own takes a port's, and would change it with each port.
    network_command head link add eth0 address 02:00:0a:4d:00:01 type bridge || return
    for machine in $(machines); do
        [ "$machine" = head ] || network_cable "$head" "$machine" || return
        network_command "$machine" address add "$(address_of "$machine")/24" dev eth0 || return
        network_command "$machine" link set eth0 up || return
        network_command "$machine" link set lo up || return
    done
}

network_cable() {
    local node=$2
    network_command head link add "$node" type veth \
        peer name eth0 netns "$(machine_process "$node")" || return
    network_command head link set "$node" master eth0 up
}

# network_command MACHINE IP-ARGUMENT...: only the network is the machine's, so that `ip` still
# knows the other machines by the host's process ids.
network_command() {
    local process
    process=$(machine_process "$1") || return
    shift
    nsenter --target "$process" --net ip "$@"
}
