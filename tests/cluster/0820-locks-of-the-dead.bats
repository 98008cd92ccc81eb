#!/usr/bin/env bats
# A lock on a volume ends with the job that held it, however that came to its end: jobs on other
# nodes get it.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n1 pgrep -x "slurmd(-wlm)?" >/dev/null || on n1 /usr/local/sbin/start-node
    on head sh -c 'rm -f /results/lock.*'
    invariant_end
}

# The file server remembers names that are removed behind its back: no test uses another's.
lock() {
    echo "lock.$$.$BATS_TEST_NUMBER"
}

# A job on n1 that holds the lock as long as it lives.
hold() {
    holder=$(as alice sbatch --parsable --workspace=vision -n1 -c1 -w n1 -o /dev/null --wrap \
        "cd /mnt/atelier/results && exec 3>$(lock) && flock -n 3 && touch $(lock).held && exec sleep 300")
    wait_until 30 on head test -e "/results/$(lock).held"
    not gets_it
}

gets_it() { # on another node
    as alice srun -Q --workspace=vision -n1 -c1 -w n2 flock -n "/mnt/atelier/results/$(lock)" true
}

@test "the client of a running job is killed: another node gets its lock within seconds" {
    hold
    on n1 pkill -KILL -x atelier-nfs
    wait_until 5 gets_it
    as root scancel "$holder"
}

@test "the keeper is killed, and the epilog gives the lock up" {
    hold
    on n1 pkill -KILL -x atelier-keeper
    not gets_it
    as root scancel "$holder"
    wait_until 30 gets_it
}

@test "slurmd and all else are killed, and the next job's prolog gives the lock up" {
    hold
    for program in slurmd atelier-keeper slurmstepd; do
        on n1 pkill -KILL -x "$program"
    done
    on n1 pkill -KILL -u alice
    not gets_it
    as root scancel "$holder"
    on n1 /usr/local/sbin/start-node
    wait_until 60 eval "as alice srun -Q --workspace=vision -n1 -c1 -w n1 --immediate=5 true"
    gets_it
}
