#!/usr/bin/env bats
# Where the processes of a step meet, other users' programs come as well: at the launch check, and
# at `atelier run`. They say what a rank says, and hold all connections that they may have.

load cluster

attacks=$BATS_TEST_DIRNAME/stranger

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n3 pkill -CONT -x "slurmd(-wlm)?" || true
    for machine in head n1; do on "$machine" rm -f /tmp/attacked /tmp/ports /tmp/secret; done
    wait
    invariant_end
}

# attack MACHINE PORTS: bob does, until the end of the test.
attack() {
    on "$1" install -o bob -m 644 /dev/null /tmp/attacked
    for _ in 1 2; do
        cluster run -n "$1" -u bob -- timeout 100 "/mnt/src/tests/cluster/${attacks##*/}" /tmp/attacked "$2" 3>&- 2>&1 &
    done
}

# What `atelier run` alone listens at, until the end of the test: at srun's and salloc's own ports
# anybody can do harm to Slurm.
tell_ports_of_run() {
    on head install -m 644 /dev/null /tmp/ports
    on head sh -c 'while [ -e /tmp/ports ]; do
        ss -tlnpH | sed -nE "s/.*:([0-9]+) +[^ ]*:\\* +users:\(\(\"atelier\",[^)]*\)\).*/\1/p" >/tmp/ports.new
        [ ! -e /tmp/ports ] || cat /tmp/ports.new >/tmp/ports
        sleep 0.05
    done; rm -f /tmp/ports /tmp/ports.new' 3>&- &
}

# So many ports at least were attacked there.
attacked() { [ "$(on "$1" sort -u /tmp/attacked | wc -l)" -ge "$2" ]; }

# The node's tasks come so late that everybody sees the port before.
delay_n3() {
    on n3 sh -c 'pkill -STOP -x "slurmd(-wlm)?"; sleep 2; pkill -CONT -x "slurmd(-wlm)?"' 3>&- &
}

@test "a launch check: nobody is taken for a rank, nothing of theirs is shown, no place is kept" {
    attack n1 12000-12999
    for turn in 1 2 3; do
        delay_n3
        said=$(as alice srun --workspace=vision --framework=pytorch --check -w n1,n2,n3 -N3 -n6 \
            bash -c 'echo started' 2>&1) || true
        echo "turn $turn: $said"
        [ "$(grep -c '^started$' <<<"$said")" = 6 ]
        without "launch check" echo "$said"
        without "stranger" echo "$said"
    done
    attacked n1 1
}

@test "a launch check that fails says its own reason alone" {
    attack n1 12000-12999
    for _ in 1 2 3 4 5 6 7 8; do # the strangers may come too late
        delay_n3
        said=$(as alice srun --workspace=vision --framework=pytorch:init=file,directory=/tmp --check \
            -w n1,n3 -N2 -n2 bash -c 'echo started' 2>&1) || true
        echo "$said"
        [[ $said == *"atelier: launch check: n3 does not see what rank 0 has just written in /tmp"* ]]
        [ "$(grep -c 'launch check' <<<"$said")" = 1 ]
        without "stranger" echo "$said"
        attacked n1 1 && break
    done
    attacked n1 1
}

@test "atelier run: nobody is taken for a rank, and every rank finds a place" {
    tell_ports_of_run
    attack head /tmp/ports
    for turn in 1 2 3; do
        said=$(as alice salloc -Q --workspace=vision --framework=pytorch -w n1,n2,n3 -N3 -n6 \
            atelier run --srun=--task-prolog=/mnt/src/tests/cluster/late -- bash -c 'echo started; sleep 1' 2>&1) || true
        echo "turn $turn: $said"
        [ "$(grep -c '^started$' <<<"$said")" = 6 ]
        without "stranger" echo "$said"
    done
    attacked head 3
}

@test "the secret is in no command line, no record of Slurm's, no log and no task's environment" {
    on head install -o alice -m 600 /dev/null /tmp/secret
    said=$(as alice srun --workspace=vision --framework=pytorch --check -w n1,n2 -N2 -n2 \
        --prolog=/mnt/src/tests/cluster/note-secret \
        bash -c 'env; cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n"
            scontrol show job "$SLURM_JOB_ID"; scontrol show step "$SLURM_JOB_ID"; sleep 1')
    secret=$(on head cat /tmp/secret)
    [ "${#secret}" = 64 ]
    grep -q JobId= <<<"$said"
    without "$secret" echo "$said"
    for machine in head n1 n2; do
        silent on "$machine" sh -c "grep -lr $secret /var/log /run/atelier /var/spool/slurm* 2>/dev/null; true"
    done
}

@test "a step of an srun without the plugin is told that it cannot be checked" {
    on head sh -c 'mkdir -p /tmp/bare && sed "/^PlugStackConfig=/d; /^CliFilterPlugins=/d" /etc/slurm/slurm.conf >/tmp/bare/slurm.conf
        echo "PlugStackConfig=/dev/null" >>/tmp/bare/slurm.conf'
    said=$(as alice salloc -Q --workspace=vision -N2 -n2 env ATELIER_CHECK=1 \
        SLURM_SPANK__SLURM_SPANK_OPTION_atelier_check=1 SLURM_CONF=/tmp/bare/slurm.conf \
        srun -N2 -n2 echo started 2>&1) || true
    echo "$said"
    on head rm -r /tmp/bare
    [ "$(grep -c "atelier: launch check: the srun of this step has not loaded Atelier's plugin" <<<"$said")" = 1 ]
    without started echo "$said"
}
