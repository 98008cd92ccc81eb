#!/usr/bin/env bats
# A file server that is down when a job starts, where the policy says `requeue`.

# shellcheck disable=SC2016 # backquotes are in the sentences
load cluster

setup_file() {
    cluster_up
    on head cp /etc/atelier/policy.lua /tmp/policy.lua
    on head sh -c 'sed "s/driver = .libnfs./&, on_failure = \"requeue\"/" /tmp/policy.lua >/etc/atelier/policy.lua'
    on head grep -q requeue /etc/atelier/policy.lua
}
teardown_file() {
    on head sh -c 'cat /tmp/policy.lua >/etc/atelier/policy.lua; rm /tmp/policy.lua'
}
setup() {
    invariant_begin
    on head /usr/local/sbin/stop-file-server
}
teardown() {
    on head /usr/local/sbin/start-file-server
    invariant_end
}

no_node_is_drained() {
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

says() { # JOB TEXT: scontrol knows of the job
    on head scontrol show job "$1" | grep -q -- "$2"
}

# key: file_server.on_failure
@test "the job waits until the server is back, and says why" {
    waiting=$(as alice sbatch --parsable --workspace=vision -w n1 -o /tmp/requeued.out --wrap 'echo ran')
    wait_until 10 says "$waiting" "Restarts=1"
    wait_until 10 says "$waiting" "JobState=PENDING Reason=BeginTime"
    says "$waiting" 'failure=workspace `vision` on node n1 after [0-9.]* s: volume `[a-z]*` could not be made ready: a fault of its storage'
    on n1 grep -q "job $waiting: workspace .*.store. (head) refused the connection" /var/log/slurmd.log
    no_node_is_drained
    as bob srun -w n1 --account=nlp true # others feel nothing
    # Slurm would wait for two minutes, since n1 still knows the job's credential: others do not.
    on head scontrol update "JobId=$waiting" ReqNodeList=n3 StartTime=now
    wait_until 15 says "$waiting" "Restarts=2"
    on n3 grep -q "job $waiting: requeued as the policy says, restart 2 of 10" /var/log/slurmd.log
    on head /usr/local/sbin/start-file-server
    on head scontrol update "JobId=$waiting" ReqNodeList=n2 StartTime=now
    wait_until 20 eval "accounting $waiting State | grep -q COMPLETED"
    [ "$(on n2 cat /tmp/requeued.out)" = ran ]
    run on n1 test -e /tmp/requeued.out
    [ "$status" = 1 ]
    on n2 rm /tmp/requeued.out
    accounting "$waiting" AdminComment | grep -q 'failure=workspace `vision` on node n3'
}

@test "the task that has the array's number is requeued alone" {
    on head /usr/local/sbin/start-file-server
    array=$(as alice sbatch --parsable --exclusive --workspace=vision -w n1 --array=1-2 -o /dev/null \
        --wrap 'exec sleep 60')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on head /usr/local/sbin/stop-file-server
    on head scontrol update "JobId=${array}_2" ReqNodeList=n2
    wait_until 15 says "${array}_2" "Restarts=1"
    says "${array}_2" "^JobId=$array "
    says "${array}_1" "JobState=RUNNING"
    says "${array}_1" "Restarts=0"
    run says "${array}_1" "failure="
    [ "$status" = 1 ]
}

@test "what Slurm does not requeue fails with the sentence" {
    run as alice srun --workspace=vision -w n1 echo ran
    [ "$status" -ne 0 ]
    [[ $output == *"file server"*"store"* && $output != *ran* ]]
    run as alice sbatch --wait --no-requeue --workspace=vision -w n1 -o /tmp/failed.out --wrap 'echo ran'
    [ "$status" -ne 0 ]
    on n1 grep -q 'file server `store`' /tmp/failed.out
    on n1 rm /tmp/failed.out
    no_node_is_drained
}
