#!/usr/bin/env bats
# slurmd, the node or the job starts again.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n1 pgrep -x "slurmd(-wlm)?" >/dev/null || on n1 /usr/local/sbin/start-node
    on head find /results -maxdepth 1 -name 'restart-*' -delete
    invariant_end
}

@test "slurmd restarted in the middle of a job: its step goes on, and new steps join" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/restart-%j.out \
        --wrap 'echo begun; until [ -e /mnt/atelier/results/restart-go ]; do sleep 0.1; done
            srun --overlap sh -c "echo a step of \$ATELIER_WORKSPACE"; echo went on')
    wait_until 20 on head grep -q begun "/results/restart-$running.out"
    on n1 pkill -x "slurmd(-wlm)?"
    wait_until 10 eval "! on n1 pgrep -x 'slurmd(-wlm)?' >/dev/null"
    on n1 /usr/local/sbin/start-node
    wait_until 20 as alice srun -Q --jobid="$running" --overlap test -d /mnt/atelier/datasets/digits
    on head touch /results/restart-go
    wait_until 30 eval "accounting $running State | grep -q COMPLETED"
    on head grep -qx 'a step of vision' "/results/restart-$running.out"
    on head grep -qx 'went on' "/results/restart-$running.out"
}

# All of the node's processes and mounts end; its disk stays, and /run here stands for a site that
# has it there.
@test "a node that was reset: its next job finds it clean, and nothing of a volume is deleted" {
    running=$(as alice sbatch --parsable --workspace=vision --no-requeue -w n1 -o /dev/null \
        --wrap 'echo mine >/mnt/atelier/results/restart-mine; sleep 300')
    wait_until 20 on head test -s /results/restart-mine
    on n1 sh -c 'pkill -KILL "slurm|atelier"; pkill -KILL -u alice; true'
    on n1 test -d "/run/atelier/n1/$running"
    silent on n1 ls /mnt/atelier
    as root scancel "$running"
    on n1 /usr/local/sbin/start-node
    wait_until 60 eval "as alice srun -Q --workspace=vision -w n1 --immediate=5 cat /mnt/atelier/results/restart-mine"
    wait_until 20 eval "! on n1 test -e /run/atelier"
    on head test -s /results/restart-mine
}

# The step of the first run will not end when it is told to: Slurm starts the next run when the
# node has killed it, and the keepers never meet.
@test "requeued onto the same node while the old step dies" {
    running=$(as alice sbatch --parsable --requeue --workspace=vision -w n1 -o /mnt/atelier/results/restart-%j.out \
        --open-mode=append --wrap 'trap "" TERM
            echo "run ${SLURM_RESTART_COUNT:-0} $(ls /mnt/atelier | tr "\n" " ")"
            [ "${SLURM_RESTART_COUNT:-0}" = 0 ] || exit 0
            (trap "" TERM; while :; do echo x >>/mnt/atelier/results/restart-old; sleep 0.1; done)')
    wait_until 20 on head test -s /results/restart-old
    as root scontrol requeue "$running"
    wait_until 30 eval "! on n1 pgrep -u alice >/dev/null"
    wait_until 20 eval "as root squeue -h -t PENDING -j $running | grep -q ."
    # Slurm would wait for two minutes, as long as the node knows the credential of the first run.
    on n1 sh -c 'pkill -x "slurmd(-wlm)?"; rm -rf /var/spool/slurmd/cred_state*'
    wait_until 10 eval "! on n1 pgrep -x 'slurmd(-wlm)?' >/dev/null"
    on n1 /usr/local/sbin/start-node
    as root scontrol update jobid="$running" StartTime=now
    wait_until 30 eval "accounting $running State | grep -q COMPLETED"
    on head cat "/results/restart-$running.out"
    on head grep -qx 'run 0 datasets home results ' "/results/restart-$running.out"
    on head grep -qx 'run 1 datasets home results ' "/results/restart-$running.out"
    [ "$(on n1 grep -c "start job=$running " /var/log/atelier.log)" = 2 ]
    [ "$(on n1 grep -c "stopped job=$running " /var/log/atelier.log)" = 2 ]
}

# Each is a keeper and a client of its own, as long as it runs and no longer.
@test "an array of forty: what a node has of them is bounded by what runs there" {
    array=$(as alice sbatch --parsable --workspace=vision -w n1 --array=1-40 -o /dev/null \
        --wrap 'test -d /mnt/atelier/datasets/digits')
    most=0
    while [ -n "$(as root squeue -h -j "$array" 2>/dev/null)" ]; do
        keepers=$(on n1 pgrep -c -x atelier-keeper || true)
        ((keepers <= most)) || most=$keepers
        sleep 0.2
    done
    echo "at most $most processes of keepers at a time"
    ((most <= 16)) # four processors: four jobs and four that end, some with a start or a stop
    wait_until 20 eval "[ \"\$(accounting $array State | sort | uniq -c | tr -s ' ')\" = ' 40 COMPLETED' ]"
}
