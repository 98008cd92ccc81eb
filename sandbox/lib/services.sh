# Which daemons run where, and when the cluster may be called ready.

start_services() {
    local machine jobs=() job status=0
    start_head &
    jobs+=($!)
    for machine in $(machines); do
        [ "$machine" = head ] && continue
        start_node "$machine" &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || status=1
    done
    return "$status"
}

# The file server and the database know nothing of each other; Slurm needs munge, and its
# controller the accounts.
start_head() {
    local file_server database
    service head start-file-server &
    file_server=$!
    service head start-database &
    database=$!
    service head start-munge && wait "$database" &&
        service head start-accounting && service head start-controller &&
        wait "$file_server"
}

start_node() {
    service "$1" start-munge && service "$1" start-node
}

service() {
    machine_enter "$1" "$2" || {
        echo "$2 failed on $1; logs: $logs/$1"
        return 1
    }
}

wait_until_idle() {
    within 30 nodes_are_idle || {
        echo "not all nodes became idle in 30 s:"
        machine_enter head sinfo -N -o '%N %T %E'
        return 1
    }
    machine_enter head srun --quiet -N "$(<"$state/nodes")" --chdir=/ --time=1 true
}

nodes_are_idle() {
    [ "$(machine_enter head sinfo -h -p cpu -t idle -o %D 2>/dev/null)" = "$(<"$state/nodes")" ]
}
