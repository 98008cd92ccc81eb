#!/usr/bin/env bats
# What breaks, and how it is said: never a drained node, never a hang, nothing left behind.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head /usr/local/sbin/start-file-server
    invariant_end
}

no_node_is_drained() {
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

next_job_runs() {
    as alice srun --workspace=vision -w n1 test -d /mnt/atelier/datasets/digits
}

@test "file server stopped before the job: one sentence within 8 s, and the node runs the next job" {
    on head /usr/local/sbin/stop-file-server
    started=$SECONDS
    run as alice sbatch --wait --workspace=vision -w n1 -o /tmp/failed.out --wrap 'echo ran'
    [ "$status" -ne 0 ]
    ((SECONDS - started <= 8))
    said=$(on n1 cat /tmp/failed.out)
    echo "$said"
    for word in vision head n1; do
        [[ $said == *"$word"* ]]
    done
    [[ $said == *datasets* || $said == *results* || $said == *home* ]]
    [[ $said != *ran* ]]
    [ "$(grep -c atelier <<<"$said")" = 1 ]
    on n1 rm /tmp/failed.out
    no_node_is_drained
    on head /usr/local/sbin/start-file-server
    next_job_runs
}

@test "the same with output and directory on the volume that is gone: accounting has the sentence" {
    on head /usr/local/sbin/stop-file-server
    run as alice sbatch --parsable --wait --workspace=vision -w n1 -o /mnt/atelier/results/%j.out \
        --chdir=/mnt/atelier/results --wrap 'echo ran'
    [ "$status" -ne 0 ]
    job=$(head -n 1 <<<"$output")
    no_node_is_drained
    accounting "$job" AdminComment
    wait_until 10 eval "accounting $job AdminComment | grep -Eq 'workspace=vision .*failure=.*volume .(datasets|home|results). could not be made ready'"
}

@test "a frozen file server is a dead one" {
    server=$(on head pgrep -o ganesha)
    on head kill -STOP "$server"
    started=$SECONDS
    frozen=$(as alice sbatch --parsable --workspace=vision -w n1 -o /tmp/failed.out --wrap 'echo ran')
    wait_until 20 eval "as root squeue -h -t all -j $frozen -o %T | grep -q FAILED"
    on head kill -CONT "$server"
    echo "failed after $((SECONDS - started)) s"
    ((SECONDS - started <= 8))
    on n1 grep -q 'vision' /tmp/failed.out
    on n1 rm /tmp/failed.out
    no_node_is_drained
}

@test "keeper killed in the middle of a job: tasks get an error, the job ends, nothing is left" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /tmp/killed.out \
        --wrap 'cd /mnt/atelier/results; touch begun; for i in $(seq 100); do sleep 0.2; ls >/dev/null || exit 7; done')
    wait_until 20 on head test -e /results/begun
    on n1 pkill -KILL -x atelier-keeper
    wait_until 30 eval "accounting $running State,ExitCode | grep -q 'FAILED|7:0'"
    no_node_is_drained
    on n1 rm /tmp/killed.out
    on head rm /results/begun
    next_job_runs
}

@test "a step of a job whose keeper is dead does not run outside" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 30')
    wait_until 20 eval "on n1 pgrep -x atelier-keeper >/dev/null"
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on n1 pkill -KILL -x atelier-keeper
    run as alice srun --jobid="$running" --overlap echo ran outside
    [ "$status" -ne 0 ]
    [[ $output != *"ran outside"$'\n'* && $output == *keeper* ]]
    as root scancel "$running"
    no_node_is_drained
}

@test "everything of a job killed at once: the epilog cleans" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 60')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on n1 sh -c 'pkill -KILL "atelier|slurmstepd"; pkill -KILL -u alice'
    as root scancel "$running" # Slurm itself would notice at the node's next registration
    wait_until 30 eval "! on n1 test -e /run/atelier/n1/$running"
    next_job_runs
}
