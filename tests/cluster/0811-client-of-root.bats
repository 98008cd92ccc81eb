#!/usr/bin/env bats
# Root's slurmstepd may have to wait for the NFS client, since a job's output may lie on a volume:
# what a job's user does to every process that can be found stops neither scancel nor a time limit,
# drains no node and takes no volume of another job away.
# Long: its jobs wait for a client that is held up.

load cluster

setup_file() { cluster_up; }

setup() {
    invariant_begin
    on n1 mount -o remount,hidepid=0 /proc
}

teardown() {
    on n1 mount -o remount,hidepid=0 /proc
    on n1 rm -f /tmp/attack.sh
    on head sh -c 'squeue -h -o %A | xargs -r scancel'
    invariant_end
    on head sh -c 'rm -f /results/attack.* /results/other.* /results/hidden.*'
}

# A name is used once: the server still knows a file that is removed behind its back.
#
# The script says REACHED of what the user could do, and goes on to write to its volume. What it
# does to the user's own processes neither it nor the other job minds.
write_attack() {
    on n1 sh -c 'cat >/tmp/attack.sh && chmod 755 /tmp/attack.sh' <<'END'
#!/bin/bash
trap "" TERM
clients=$(pgrep -x atelier-nfs)
echo "clients: $(wc -w <<<"$clients")"
for client in $clients; do
    prlimit --pid "$client" --nofile=1:1 2>/dev/null && echo "REACHED prlimit $client"
    for signal in TERM KILL STOP; do
        kill -"$signal" "$client" 2>/dev/null && echo "REACHED $signal $client"
    done
done
pkill -TERM -u "$USER"
echo attacked
while sleep 0.2; do echo goes on; done
END
}

# The user's other job on the node, whose volume must not notice.
begin_other() {
    other=$(as alice sbatch --parsable --workspace=vision -w n1 -n1 -o /dev/null \
        --wrap 'trap "" TERM; while sleep 0.2; do date +%s >/mnt/atelier/results/other.'"$BATS_TEST_NUMBER"' || touch /tmp/other.failed; done')
    wait_until 30 on head test -s /results/other."$BATS_TEST_NUMBER"
}

other_is_well() {
    local before
    not on n1 test -e /tmp/other.failed
    before=$(on head cat /results/other."$BATS_TEST_NUMBER")
    wait_until 10 eval "on head cat /results/other.$BATS_TEST_NUMBER | grep -qvx '$before'"
    [ "$(accounting "$other" State)" = RUNNING ]
}

# attack SBATCH-ARGUMENT...: until it has done all that it can.
attack() {
    write_attack
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -n1 "$@" \
        -o /mnt/atelier/results/attack."$BATS_TEST_NUMBER" --wrap 'exec /tmp/attack.sh')
    wait_until 30 on head grep -q '^goes on' /results/attack."$BATS_TEST_NUMBER"
    on head cat /results/attack."$BATS_TEST_NUMBER" | grep -v '^goes on'
    on head grep -qx 'clients: 2' /results/attack."$BATS_TEST_NUMBER"
    without REACHED on head cat /results/attack."$BATS_TEST_NUMBER"
}

is_over() { # JOB STATE
    [[ $(accounting "$1" State) == "$2"* ]] && [ -z "$(on n1 pgrep -f "slurmstepd: \\[$1\\." || true)" ]
}

node_is_well() {
    not on head sh -c 'sinfo -h -N -n n1 -o "%T %E" | grep -i "drain\|down\|Kill task"'
}

@test "scancel ends a job whose user attacked its client" {
    begin_other
    attack -e /dev/null
    as root scancel "$running"
    wait_until 20 is_over "$running" CANCELLED
    node_is_well
    other_is_well
    as root scancel "$other"
    wait_until 20 is_over "$other" CANCELLED
}

@test "its time limit does, and the volume works until then" {
    begin_other
    attack --time=1
    written=$(on head cat "/results/attack.$BATS_TEST_NUMBER" | wc -l)
    sleep 2
    [ "$(on head cat "/results/attack.$BATS_TEST_NUMBER" | wc -l)" -gt "$written" ]
    wait_until 120 is_over "$running" TIMEOUT
    node_is_well
    other_is_well
    as root scancel "$other"
    wait_until 20 is_over "$other" CANCELLED
}

@test "two users' jobs on a node have clients of two ids" {
    begin_other
    running=$(as bob sbatch --parsable --workspace=nlp -w n1 -n1 -o /dev/null --wrap 'sleep 100')
    wait_until 20 eval "[ \$(on n1 pgrep -x atelier-nfs | wc -l) -ge 2 ]"
    ids=$(on n1 ps -o uid= -C atelier-nfs | sort -u)
    [ "$(wc -w <<<"$ids")" = 2 ]
    for id in $ids; do
        [[ $(on n1 sh -c "getent passwd $id; echo \$?; getent group $id; echo \$?") == $'2\n2' ]]
    done
    as root scancel "$running" "$other"
}

@test "where /proc hides processes a job runs longer than a silent client may, and ends" {
    on n1 mount -o remount,hidepid=2 /proc
    running=$(as alice sbatch --parsable --workspace=vision -w n1 \
        -o "/mnt/atelier/results/hidden.$BATS_TEST_NUMBER" \
        --wrap 'while :; do sleep 0.2 >/dev/null; echo goes on || exit 7; done')
    wait_until 30 on head grep -q '^goes on' "/results/hidden.$BATS_TEST_NUMBER"
    sleep 15 # the client answers its keeper
    [ "$(accounting "$running" State)" = RUNNING ]
    as root scancel "$running"
    wait_until 20 is_over "$running" CANCELLED
    node_is_well
}

@test "a client that root stops is ended by its keeper, and the job with it" {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/attack."$BATS_TEST_NUMBER" \
        --wrap 'while :; do sleep 0.2 >/dev/null; echo goes on || exit 7; done')
    wait_until 30 on head grep -q '^goes on' /results/attack."$BATS_TEST_NUMBER"
    on n1 pkill -STOP -x atelier-nfs
    wait_until 30 is_over "$running" FAILED
    node_is_well
}
