#!/usr/bin/env bats
# SIGKILL of everything that holds a job's volumes, in every order: the node's next job finds it
# as if nothing had been.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n1 pgrep -x "slurmd(-wlm)?" >/dev/null || on n1 /usr/local/sbin/start-node
    invariant_end
}

begin_job() {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null \
        --wrap 'cd /mnt/atelier/results && exec sleep 300')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
}

kill_of_job() { # keeper, client, slurmstepd or slurmd
    case $1 in
    keeper) on n1 pkill -KILL -x atelier-keeper ;;
    client) on n1 pkill -KILL -x atelier-nfs ;;
    slurmstepd) on n1 pkill -KILL -x slurmstepd ;;
    slurmd) on n1 pkill -KILL -x "slurmd(-wlm)?" ;;
    task) on n1 pkill -KILL -u alice ;;
    esac
}

# A keeper's death is its client's too, so that some have nothing to kill any more.
survives() { # WHAT...: killed in this order
    local what
    begin_job
    for what in "$@"; do
        kill_of_job "$what" || true
    done
    on n1 pgrep -x "slurmd(-wlm)?" >/dev/null || on n1 /usr/local/sbin/start-node
    as root scancel "$running"
    on n1 pkill -KILL -u alice -x sleep || true # nobody's child any more, where slurmstepd died
    wait_until 40 eval "! on n1 pgrep -x 'atelier-keeper|atelier-nfs' >/dev/null"
    as alice srun --workspace=vision -w n1 test -d /mnt/atelier/datasets/digits
    wait_until 20 eval "! on n1 test -e /run/atelier"
    silent on head sinfo -h -N -t drain,drained,draining -o '%N %E'
}

@test "slurmd, slurmstepd" { survives slurmd slurmstepd; }
@test "client, slurmd, task, keeper" { survives client slurmd task keeper; }

@test "slurmd and all else, and the job ends while the node is away: the next prolog clears" {
    begin_job
    for what in slurmd keeper slurmstepd task; do
        kill_of_job "$what" || true
    done
    on n1 test -d "/run/atelier/n1/$running"
    # A job that its slurmd never heard the end of, as after a node's reset.
    on n1 sh -c 'mkdir -m 700 /run/atelier/n1/999999 && rm -rf /var/spool/slurmd/cred_state*'
    as root scancel "$running"
    on n1 /usr/local/sbin/start-node
    wait_until 60 eval "as alice srun --workspace=vision -w n1 --immediate=5 true"
    wait_until 20 eval "! on n1 test -e /run/atelier"
    on n1 grep -q 'cleared job=999999 node=n1' /var/log/atelier.log
}

# As after a slurmctld that lost its state, or where the plugin was taken away under a job: the
# keeper asks Slurm itself when no step is left, after half a minute to a minute.
@test "a living keeper ends when Slurm knows its job no more, and only then" {
    begin_job
    fails_saying "slurmctld has recorded no workspace" on n1 /usr/libexec/atelier/atelier-keeper start \
        log=/var/log/atelier.log job=888888 uid="$(on n1 id -u alice)" gid="$(on n1 id -g alice)" \
        account=vision partition=cpu node=n1 workspace=vision
    on n1 test -d /run/atelier/n1/888888
    wait_until 120 eval "! on n1 test -e /run/atelier/n1/888888"
    on n1 grep -q ' atelier: no-epilog job=888888 .*reason="Slurm knows no such job"' /var/log/atelier.log
    as alice srun -Q --jobid="$running" --overlap test -d /mnt/atelier/datasets/digits
    as root scancel "$running"
}
