#!/usr/bin/env bats
# A file server that freezes under jobs whose output is on it: slurmstepd opens, writes and looks at
# the output as root, and does not wait for it. Jobs are cancelled, end at their time limit and leave
# their nodes well; those that nobody ends go on when the server does.
# Long: its jobs wait for a server that hangs.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    # Slurm makes none for output. The file server remembers what was removed behind its back.
    place=frozen-$$-$BATS_TEST_NUMBER
    on head mkdir -m 1777 "/results/$place"
}
teardown() {
    thaw || true
    on head rm -rf "/results/$place"
    invariant_end
}

freeze() { on head pkill -STOP ganesha; }
thaw() { on head pkill -CONT ganesha; }

# start SBATCH-ARGUMENT...: a job of alice's on n1, its output on the volume; its id in $job.
start() {
    job=$(as alice sbatch --parsable --workspace=vision -n1 -c1 -w n1 -o "/mnt/atelier/results/$place/%j.out" "$@")
}

# speaker [SBATCH-ARGUMENT...]: a job that says a number every fifth of a second. The file server
# freezes when it has said some.
speaker() {
    start "$@" --wrap 'for i in $(seq 1000); do echo "line $i"; sleep 0.2; done'
    wait_until 30 has_said 'line 5'
    sleep 1 # what was written before has reached the server
    freeze
    sleep 4 # attributes of files hold for 3 s
}

has_said() {
    on head grep -qx "$1" "/results/$place/$job.out"
}

# ended SECONDS STATE: the job has, within that time, and its node is well.
ended() {
    wait_until "$1" eval "silent on head squeue -h -j $job >/dev/null"
    wait_until 30 eval "accounting $job State | grep -q '^$2'"
    wait_until 30 eval 'on head sinfo -h -N -n n1 -o %T | grep -qx idle'
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

# What was written before the server froze is there.
keeps_lines() {
    thaw
    for i in 1 2 3 4 5; do
        has_said "line $i"
    done
}

@test "scancel ends a job whose output is on a frozen server" {
    speaker
    as alice scancel "$job"
    ended 40 CANCELLED
    keeps_lines
}

@test "so does its time limit" {
    speaker --time=1
    ended 130 TIMEOUT
    keeps_lines
}

@test "a job that nobody ends goes on when the server does, and nothing it said is lost" {
    speaker
    sleep 10
    thaw
    wait_until 30 has_said 'line 80'
    [ "$(on head head -n 80 "/results/$place/$job.out")" = "$(seq -f 'line %g' 80)" ]
    as alice scancel "$job"
    ended 40 CANCELLED
}

@test "one that has filled the client's memory is cancelled, too" {
    start --wrap "cd /mnt/atelier/results/$place
        echo line 1
        until [ -e /tmp/frozen-\$SLURM_JOB_ID ]; do sleep 0.2; done
        for i in \$(seq 16); do dd if=/dev/zero of=big.\$i bs=1M count=20 & done
        yes fill
        wait"
    wait_until 30 has_said 'line 1'
    sleep 1
    freeze
    on n1 touch "/tmp/frozen-$job"
    sleep 15
    as alice scancel "$job"
    ended 60 CANCELLED
    thaw
    has_said 'line 1'
    on n1 rm "/tmp/frozen-$job"
}

# srun is a task of the job's, and waits for the server where it looks at the volume itself.
@test "a step whose output is there is cancelled, and a new one fails in time" {
    start --wrap "echo batch
        srun --overlap -n1 -o '/mnt/atelier/results/$place/step-%t.out' sh -c 'while sleep 0.2; do date; done' \
            >/tmp/said-\$SLURM_JOB_ID 2>&1
        sleep 1000"
    wait_until 30 on head test -s "/results/$place/step-0.out"
    sleep 1
    freeze
    sleep 4
    began=$SECONDS
    run as alice srun --jobid="$job" --overlap -n1 -o "/mnt/atelier/results/$place/late-%t.out" date
    echo "$output"
    [ "$status" -ne 0 ] && ((SECONDS - began < 20))
    on n1 grep 'Could not open stdout file .*late-0.out: Input/output error' /var/log/slurmd.log
    as alice scancel "$job.0"
    wait_until 30 eval "without '$job.0' on head squeue -h -s -j $job -o %i >/dev/null"
    as alice scancel "$job"
    ended 40 CANCELLED
    thaw
    [ -n "$(on head cat "/results/$place/step-0.out")" ]
    on n1 rm "/tmp/said-$job"
}
