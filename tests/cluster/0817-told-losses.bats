#!/usr/bin/env bats
# Data that a job lost is told to its owner: in the job's record, which everybody reads and which
# therefore names no server, and by the end of `atelier run`; the node's log has all of it.

# shellcheck disable=SC2016 # $ is the job's
load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on n1 sh -c ': >/var/log/atelier.log'
}
teardown() {
    on head sh -c 'pkill -CONT ganesha; true'
    on head sh -c 'rm -f /results/told.* /home/alice/told.*'
    invariant_end
}

log_has() {
    on n1 grep -Eq "$1" /var/log/atelier.log
}

# Writes, has the server frozen, writes 20 MB more, and ends without a word to the server: Python
# closes nothing here.
writer='cd /mnt/atelier/results && exec python3 -c "
import os, time
fd = os.open(\"told.$SLURM_JOB_ID\", os.O_CREAT | os.O_WRONLY)
while not os.path.exists(\"/home/alice/told.frozen\"): time.sleep(0.1)
for _ in range(20): os.write(fd, bytes(1000000))
os._exit(0)"'

# freeze_under JOB: as soon as it has its file.
freeze_under() {
    wait_until 30 on head test -e "/results/told.$1"
    on head pkill -STOP ganesha
    on n1 touch /home/alice/told.frozen
}

record_has() {
    accounting "$1" AdminComment | grep -Eq "failure=.*$2"
}

# told JOB PATTERN: the record says so in the accounting, and nothing that is not for everybody.
told() {
    wait_until 60 record_has "$1" "$2"
    not on head sh -c "sacct -X -P -n -j $1 -o AdminComment | grep -E 'head|file server|2049|/srv|10\\.77'"
}

@test "20 MB written, the server frozen, an end without close: the record tells of it" {
    job=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap "$writer")
    freeze_under "$job"
    told "$job" 'workspace `vision` on node n1: volume `results`: the server (had not confirmed|did not confirm) [0-9]+ of the bytes'
    on head scontrol show job "$job" | grep -q 'failure=at the end of step batch: .*had not confirmed 20000000 of the bytes'
    wait_until 40 log_has "atelier: stopped job=$job .*results.bytes_lost=[1-9][0-9]+ .*error=\"workspace .vision. on node n1: volume .results. of file server .[a-z]+. .head.: the server did not confirm"
    on n1 grep -q "job $job: workspace .*(head)" /var/log/slurmd.log
    [[ $(accounting "$job" State,ExitCode) == "COMPLETED|0:0" ]]
}

@test "the same of a job that is cancelled: only the accounting takes it" {
    job=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap "$writer; sleep 60")
    freeze_under "$job"
    wait_until 40 eval 'on n1 sh -c "! pgrep -u alice -x python3 || pgrep -u alice -x sleep"' 
    as root scancel "$job"
    told "$job" 'volume `results`: the server did not confirm [0-9]+ of the bytes that the job wrote'
    on n1 grep -q "job $job: workspace .*did not confirm" /var/log/slurmd.log
    not on n1 grep "job $job: cannot note" /var/log/slurmd.log
}

@test "atelier run ends non-zero, and the job with it" {
    job=$(as alice sbatch --parsable --workspace=vision -w n1 -o /tmp/told.out --wrap "atelier run -- bash -c '$writer'")
    freeze_under "$job"
    wait_until 60 eval 'accounting "$job" State | grep -q FAILED'
    said=$(on n1 cat /tmp/told.out)
    on n1 rm /tmp/told.out
    echo "$said"
    [[ $said == *"atelier run: "*"volume \`results\`: the server had not confirmed "* ]]
    [[ $(accounting "$job" State,ExitCode) == "FAILED|74:0" ]]
}

@test "a client that root kills in mid-job" {
    job=$(as alice sbatch --parsable --workspace=vision -w n1 -o /tmp/told.out --wrap \
        'cd /mnt/atelier/results; atelier run -- sh -c "touch /tmp/told.began; while [ ! -e /tmp/told.go ]; do sleep 0.1; done"')
    wait_until 30 on n1 test -e /tmp/told.began
    on n1 pkill -KILL -x atelier-nfs
    wait_until 10 log_has "atelier: lost job=$job"
    on n1 touch /tmp/told.go
    told "$job" 'volume `[a-z]+`: its client ended in mid-job: atelier-nfs was killed by signal 9'
    wait_until 30 eval 'accounting "$job" State | grep -q FAILED'
    on n1 grep -q 'atelier run: .*its client ended in mid-job' /tmp/told.out
    on n1 rm /tmp/told.out /tmp/told.began /tmp/told.go
}

@test "a job that lost nothing is told nothing of" {
    submit alice --workspace=vision -w n1 -o /dev/null --wrap \
        'cd /mnt/atelier/results; head -c 20000000 /dev/zero >told.$SLURM_JOB_ID; srun true; atelier run -- true'
    sleep 2
    without failure= accounting "$job" AdminComment
    not log_has 'error='
}

# In an order of its own each time, since a later fault's sentence takes the place of an earlier one.
@test "no record of a start that failed names a host, a port or a path to another user" {
    seed=${ATELIER_TEST_SEED:-$RANDOM}
    echo "seed $seed"
    RANDOM=$seed
    faults=('/usr/local/sbin/stop-file-server' 'pkill -STOP ganesha' 'chmod 644 /usr/libexec/atelier/atelier-nfs'
        'chmod 644 /usr/libexec/atelier/atelier-keeper' 'chmod 777 /mnt/atelier')
    while ((${#faults[@]})); do
        index=$((RANDOM % ${#faults[@]}))
        fault=${faults[index]}
        unset "faults[index]"
        faults=("${faults[@]}")
        [[ $fault == chmod* ]] && machine=n1 || machine=head
        on "$machine" sh -c "$fault"
        not submit alice --workspace=vision -w n1 -o /dev/null --wrap true
        on n1 sh -c 'chmod 755 /usr/libexec/atelier/atelier-*; [ ! -d /mnt/atelier ] || chmod 755 /mnt/atelier'
        on head sh -c 'pkill -CONT ganesha; true'
        on head /usr/local/sbin/start-file-server
        comment=$(as bob sacct -X -P -n -j "$job" -o AdminComment)
        echo "$fault: $comment"
        [[ $comment == "atelier/1 workspace=vision"*" failure="*"could not be made ready: a fault of "* ]]
        not grep -E '/[a-z]|\(head\)|file server|:[0-9]+|2049' <<<"${comment#*failure=}"
    done
}
