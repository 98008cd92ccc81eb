#!/usr/bin/env bats
# Programs of Atelier's that end early on a node: the sentence says whether they could not be run,
# were killed or failed, never blames a server, and the node runs the next job.

load cluster

client=/usr/libexec/atelier/atelier-nfs
keeper=/usr/libexec/atelier/atelier-keeper

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n1 sh -c "[ ! -e $client.away ] || mv $client.away $client; chmod 755 $client $keeper"
    invariant_end
}

# run_on_n1: a job that must fail, in $output; nothing of it names the server or a symptom.
run_on_n1() {
    run as alice srun --workspace=vision -w n1 echo ran
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output != *"Broken pipe"* && $output != *"check that the server"* && $output != *ran ]]
    job=$(on head squeue -h -t all -S -i -o %A | head -n 1)
}

record_says() {
    wait_until 10 eval "on head scontrol show job $job | grep -qF '$1'"
}

# fails_on_n1 SENTENCE: so says the job's own error; its record, which everybody reads, says whose
# fault it is.
fails_on_n1() {
    run_on_n1
    [[ $output == *"$1"* ]]
    record_says "could not be made ready: a fault of this node"
    without "$client" on head scontrol show job "$job"
}

next_job_runs() {
    as alice srun --workspace=vision -w n1 test -d /mnt/atelier/datasets/digits
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

@test "an NFS client that is not on the node" {
    on n1 mv "$client" "$client.away"
    fails_on_n1 "$client could not be run: it is not there; install Atelier on this node as on the others"
    on n1 mv "$client.away" "$client"
    next_job_runs
}

@test "an NFS client that may not be executed" {
    on n1 chmod 644 "$client"
    fails_on_n1 "$client could not be run: it is not executable (mode 0644)"
    fails_on_n1 "$client could not be run: it is not executable (mode 0644)"
    on n1 chmod 755 "$client"
    next_job_runs
}

@test "a keeper that may not be executed" {
    on n1 chmod 644 "$keeper"
    run_on_n1
    [[ $output == *"none was started in its prolog, and slurmd's log on that node says why"* ]]
    record_says "workspace could not be made ready: a fault of this node"
    on n1 grep -q "job $job: $keeper could not be run: it is not executable (mode 0644)" /var/log/slurmd.log
    on n1 chmod 755 "$keeper"
    next_job_runs
}

@test "an NFS client that is killed while its job runs: the log and the next step say by what" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 60')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on n1 pkill -TERM -x atelier-nfs
    wait_until 10 eval "on n1 grep -q 'atelier: lost .*atelier-nfs was killed by signal 15 (SIGTERM)' /var/log/atelier.log /var/log/syslog 2>/dev/null ||
        on n1 /usr/libexec/atelier/atelier-keeper status job=$running node=n1 | grep -q 'atelier-nfs was killed by signal 15 (SIGTERM)'"
    run as alice srun --jobid="$running" --overlap true
    echo "$output"
    [[ $output == *"was lost while the job ran: atelier-nfs was killed by signal 15 (SIGTERM)"* ]]
    as root scancel "$running"
    next_job_runs
}
