# shellcheck shell=bash disable=SC2154,SC2034 # cluster.bash sets them, or reads them
# What the tests with Slurm's own mount namespaces share: a cluster of two nodes that has them, and
# that nothing of them is left either.

# namespaces_up KIND [COMMAND...]: with tests/cluster/namespaces/KIND for Slurm's configuration, which the
# command changes in the directory where it is run. On one processor: Slurm binds each namespace
# to a file, which Linux 6.18 refuses as a loop where another processor has numbered the namespaces.
namespaces_up() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-namespaces
    export ATELIER_SANDBOX_CONF=$BATS_FILE_TMPDIR/conf
    cp -r "$BATS_TEST_DIRNAME/namespaces/$1" "$ATELIER_SANDBOX_CONF"
    (cd "$ATELIER_SANDBOX_CONF" && "${@:2}")
    taskset -c 0 "$repo/sandbox/cluster" up --nodes 2 >&2
}

# tmpfs_kind: that of Slurm's tmpfs, whose plugin has another name in later releases.
tmpfs_kind() {
    if slurm_has job_container/tmpfs; then echo job_container; else echo namespace-tmpfs; fi
}

# example NUMBER: a script of atelier-keeper(8).
example() {
    sed -n '/^\.SH EXAMPLES/,$p' "$repo/doc/atelier-keeper.8" |
        awk -v number="$1" '$0 == ".fi" { shown = 0 } shown { gsub(/\\e/, "\\"); print }
            $0 == ".nf" { shown = ++count == number }'
}

# For RunInJob, as plain files, which no job may meet; use_scripts makes them Slurm's.
write_scripts() {
    example 1 >prolog
    example 2 >epilog
}

use_scripts() {
    on head sh -c 'chmod 755 /etc/slurm/prolog /etc/slurm/epilog
        printf "Prolog=/etc/slurm/prolog\nEpilog=/etc/slurm/epilog\n" >>/etc/slurm/slurm.conf
        scontrol reconfigure'
    wait_until 20 eval '[ "$(on head sinfo -h -o %T | sort -u)" = idle ]'
}

namespaces_down() {
    if [ -z "${missing-}" ]; then cluster down >&2; fi
}

# lacks FEATURE: of setup_file, where Slurm does not have it.
lacks() {
    ! slurm_has "$1" || return
    export missing="Slurm $(slurm_release) has no $1"
}

# For setup, which alone can skip: $missing says what Slurm lacks.
namespaces_begin() {
    [ -z "${missing-}" ] || skip "$missing"
    invariant_begin
}

machines=(head n1 n2)
nodes=(n1 n2)

# Slurm's directories of jobs that have ended are gone.
bases_are_empty() {
    local node
    for node in "${nodes[@]}"; do
        silent on "$node" sh -c 'find /var/tmp/jc -mindepth 1 -name "[0-9]*"' || return
    done
}

namespaces_end() {
    [ -n "${missing-}" ] || { invariant_end && wait_until 10 bases_are_empty; }
}

# A step's report of where it is: node, whether the volumes, Slurm's private /tmp and its namespace
# are there, and that it can write to the volume.
# shellcheck disable=SC2016 # for the job's shell
where='touch "/tmp/private-$SLURM_JOB_ID" "/mnt/atelier/results/ns-$SLURM_JOB_ID-$1-$SLURMD_NODENAME" &&
    [ "$(readlink /proc/self/ns/mnt)" != "$NODES" ] &&
    grep -q "^[^ ]* /tmp " /proc/mounts && grep -q " /mnt/atelier/results fuse.atelier" /proc/mounts &&
    echo "$SLURMD_NODENAME $1: inside"'

# clean_results: what `where` has made.
clean_results() {
    on head sh -c 'rm -f /results/ns-* /results/*.out'
}

# nowhere_else: the nodes see neither volumes nor what a job has put into its /tmp.
nowhere_else() {
    local node
    for node in "${nodes[@]}"; do
        silent on "$node" sh -c 'ls /mnt/atelier; ls -d /tmp/private-* 2>/dev/null
            grep /mnt/atelier /proc/1/mountinfo; true' || return
    done
}
