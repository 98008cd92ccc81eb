#!/usr/bin/env bats
# A file server that freezes, or is down, under running jobs: the node's log and `atelier-keeper
# status` say so, once, and that it is back; the jobs go on, and their last lines say how long they
# waited.

load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on n1 sh -c ': >/var/log/atelier.log'
}
teardown() {
    on head sh -c 'pkill -CONT ganesha; true'
    on head /usr/local/sbin/start-file-server
    on head sh -c 'rm -f /results/outage.*'
    invariant_end
}

# writer: a job on n1 that writes a file on the volume every fifth of a second, until there is
# /results/outage.end of this test; its id. The file server remembers names that are removed behind
# its back: no test uses another's.
writer() {
    as alice sbatch --parsable --workspace=vision --experiment=digits -n1 -c1 -w n1 -o /dev/null \
        --wrap "cd /mnt/atelier/results
            until [ -e outage.end.$$.$BATS_TEST_NUMBER ]; do
                sleep 0.2
                date >outage.\$SLURM_JOB_ID || exit 7
            done"
}

log_has() {
    on n1 grep -Eq "$1" /var/log/atelier.log
}

log_count() {
    on n1 sh -c "grep -c '$1' /var/log/atelier.log || true"
}

status_of() {
    on n1 /usr/libexec/atelier/atelier-keeper status "job=$1" node=n1
}

# told_of_outage BEGIN-COMMAND END-COMMAND
told_of_outage() {
    local one two
    one=$(writer)
    two=$(writer)
    wait_until 30 on head sh -c "test -e /results/outage.$one -a -e /results/outage.$two"
    status_of "$one" | grep -qx 'file_server\..*=answers'
    $1
    wait_until 40 log_has 'atelier: silent node=n1 server=[^ ]+ host=head since=[0-9T:-]+ jobs="'"$one,$two"'" calls=[1-9]'
    status_of "$one" | grep -Eq 'file_server\..*=has not answered since [0-9T:-]+, for [0-9]+ s: [1-9][0-9]* calls of this job wait'
    $2
    wait_until 40 log_has 'atelier: answers node=n1 server=[^ ]+ host=head since=[0-9T:-]+ seconds=[1-9][0-9]+ jobs="'"$one,$two"'"' || { on n1 cat /var/log/atelier.log; false; }
    status_of "$one" | grep -Eq 'file_server\..*=answers; it did not from'
    on head touch "/results/outage.end.$$.$BATS_TEST_NUMBER"
    for job in "$one" "$two"; do
        wait_until 30 eval "accounting $job State,ExitCode | grep -q 'COMPLETED|0:0'"
        wait_until 10 log_has "atelier: stopped job=$job .* waited\\.[^ ]+=[1-9][0-9]+\\.[0-9]"
    done
    [ "$(log_count 'atelier: silent')-$(log_count 'atelier: answers')" = 1-1 ]
}

freeze() { on head pkill -STOP ganesha; }
thaw() { on head pkill -CONT ganesha; }
take_down() { on head /usr/local/sbin/stop-file-server; }
bring_up() { on head /usr/local/sbin/start-file-server; }

@test "a file server that is frozen and goes on" {
    told_of_outage freeze thaw
}

@test "a file server that is stopped and started again" {
    told_of_outage take_down bring_up
}

@test "a job that is cancelled while the server is frozen: its last line says how long it waited" {
    running=$(writer)
    wait_until 30 on head test -e "/results/outage.$running"
    freeze
    wait_until 40 log_has "atelier: silent .* jobs=$running calls=[1-9]"
    as root scancel "$running"
    wait_until 30 log_has "atelier: stopped job=$running .* waited\\.[^ ]+=[1-9][0-9]+\\.[0-9]"
    thaw
    not log_has 'atelier: answers'
}
