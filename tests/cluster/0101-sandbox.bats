#!/usr/bin/env bats
# The sandbox itself: a real cluster comes up, and nothing of it stays on the host.
#
# Its own cluster, so that ending it does not disturb the one that the other tests share.

# shellcheck disable=SC2016 # what is in single quotes is for a shell on a machine
load cluster

setup_file() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-test
    cluster down
    host_state >"$BATS_FILE_TMPDIR/host"
    cluster_up
}

teardown_file() {
    cluster down
    rm -rf "/var/tmp/slurm-of-${ATELIER_SANDBOX##*/}"
}

# What of the host must not change. Interfaces by name: a number is never given again.
host_state() {
    cat /proc/self/mounts
    find /run -maxdepth 1 -name "${ATELIER_SANDBOX##*/}*" -o -maxdepth 1 -name mount
    ip -o link show | cut -d : -f 2
    ip netns list
}

# namespaces PROCESS...: a line for each kind, but not the process namespace: that one shows of
# a zombie too, and when the host's init reaps is not for us to say.
namespaces() {
    local kind process
    for process in "$@"; do
        for kind in mnt net uts ipc; do
            readlink "/proc/$process/ns/$kind"
        done
    done
}

# inhabitants FILE: how many of all processes' namespaces are listed in the file.
inhabitants() {
    readlink /proc/[0-9]*/ns/* | grep -cFf "$1" || true
}

nobody_in() {
    [ "$(inhabitants "$1")" -eq 0 ]
}

first_processes() {
    cut -d ' ' -f 1 "$ATELIER_SANDBOX"/machines/*
}

another_of() {
    for name in bookworm trixie testing; do
        [ "$name" = "$1" ] || echo "$name"
    done | head -n 1
}

@test "every node runs a task" {
    [ "$(as alice srun -N3 hostname | sort | paste -sd ' ')" = "n1 n2 n3" ]
}

@test "the shell of a user starts where the first job's output can be written" {
    cd "$repo"
    run cluster shell -u alice <<<'pwd; sbatch --wait --wrap "echo hello"; cat slurm-*.out; rm slurm-*.out; exit'
    echo "$output"
    [[ $output == *"the repository is /mnt/src"* ]]
    grep -q '^/home/alice$' <<<"$output"
    grep -q '^hello$' <<<"$output"
}

@test "up when already up does nothing" {
    before=$(first_processes)
    run cluster up
    [ "$status" -eq 0 ]
    [[ $output == *"already up"* ]]
    [ "$(first_processes)" = "$before" ]
}

@test "up with another number of nodes refuses" {
    fails_saying "sandbox/cluster down" cluster up --nodes 2
}

@test "up with another release refuses, and names the one that is up" {
    fails_saying "already up with --release $(<"$ATELIER_SANDBOX/release"); to change that: sandbox/cluster down" \
        cluster up --release "$(another_of "$(<"$ATELIER_SANDBOX/release")")"
    fails_saying "there is no release 'potato'; there are bookworm (Slurm 22.05), trixie" \
        cluster up --release potato
}

@test "a command's user, groups, directory, streams and exit status are right" {
    [ "$(as carol id -Gn)" = "carol vision nlp" ]
    [ "$(cd "$BATS_TEST_DIRNAME" && as alice pwd)" = /mnt/src/tests/cluster ]
    [ "$(cd / && as alice pwd)" = /home/alice ]
    [ "$(echo through | as bob cat)" = through ]
    run as alice sh -c 'exit 7'
    [ "$status" -eq 7 ]
}

@test "only Slurm's and Atelier's variables of the caller reach a command" {
    said=$(SECRET=x SBATCH_WCKEY=w as alice sh -c 'echo "$SECRET:$SBATCH_WCKEY:$HOME"')
    [ "$said" = ":w:/home/alice" ]
}

@test "a machine's name is its address on the cluster's network" {
    for node in n1 n2 n3; do
        address=$(on "$node" sh -c 'getent ahostsv4 "$(hostname)" | cut -d " " -f 1 | sort -u')
        on "$node" ip -o -4 address show eth0 | grep -qF "inet $address/"
    done
}

@test "a machine has its own /tmp, and shares /etc/slurm" {
    on n1 touch /tmp/of-n1 /etc/slurm/of-all
    not on n2 test -e /tmp/of-n1
    on n2 test -e /etc/slurm/of-all
    [ ! -e /tmp/of-n1 ]
    [ ! -e /etc/slurm/of-all ]
    on n1 rm /tmp/of-n1 /etc/slurm/of-all
}

@test "the homes are one directory: a job's output is where its user looks for it" {
    (cd / && submit bob -w n2 --wrap 'echo hello; pwd' && echo "$job") >"$BATS_TEST_TMPDIR/job"
    job=$(tail -n 1 "$BATS_TEST_TMPDIR/job")
    wait_until 10 on head test -s "/home/bob/slurm-$job.out"
    [ "$(on head cat "/home/bob/slurm-$job.out")" = $'hello\n/home/bob' ]
    on n1 rm "/home/bob/slurm-$job.out"
    not on head test -e "/home/bob/slurm-$job.out"
    not as alice ls /home/bob
}

@test "the repository cannot be written from a machine" {
    fails_saying "Read-only" on n1 touch /mnt/src/written
}

@test "a job's account and wckey are in the accounting" {
    submit alice --wckey=vision.seen -o /dev/null --wrap true
    wait_until 10 eval \
        '[ "$(accounting "$job" State,Account,WCKey)" = "COMPLETED|vision|vision.seen" ]'
}

@test "Slurm refuses an account that the user is not in" {
    fails_saying "Invalid account" as mallory srun -A vision true
    [ "$(as mallory srun -N1 hostname)" = n1 ]
}

@test "two jobs share a node" {
    submit alice -w n1 -o /dev/null --wrap 'srun -w n1 -n1 true; sleep 0' &
    [ "$(as bob srun -w n1 hostname)" = n1 ]
    wait $!
}

@test "steps get ports of their own" {
    [[ $(as alice srun -N2 sh -c 'echo $SLURM_STEP_RESV_PORTS') == *12[0-9][0-9][0-9]* ]]
}

@test "the file server stops and starts again" {
    on head stop-file-server
    not on n1 bash -c ': </dev/tcp/head/2049'
    on head start-file-server
    on n1 bash -c ': </dev/tcp/head/2049 && : </dev/tcp/head/20048'
}

@test "wrong words get one sentence and exit status 2" {
    for words in "frobnicate" "up --nodes 0" "up --nodes" "up now" "run" "run -u zoe true" \
        "up --release" "up --release potato" "up --slurm 2.6" "up --slurm 22.05 --release trixie" \
        "run -n n9 true" "run --fast true" "shell true" "status now" "down now"; do
        # shellcheck disable=SC2086
        run cluster $words
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "down ends every process and leaves the host as it was" {
    # shellcheck disable=SC2046
    namespaces $(first_processes) >"$BATS_TEST_TMPDIR/namespaces"
    [ "$(inhabitants "$BATS_TEST_TMPDIR/namespaces")" -gt 50 ]
    cluster down
    wait_until 5 nobody_in "$BATS_TEST_TMPDIR/namespaces" # one that was killed takes its time
    host_state | diff "$BATS_FILE_TMPDIR/host" -
    [ -s "/var/log/${ATELIER_SANDBOX##*/}/head/slurmctld.log" ]
}

@test "commands on a cluster that is down say how to start it" {
    fails_saying "sandbox/cluster up" cluster run true
    fails_saying "sandbox/cluster up" cluster status
    run cluster down
    [ "$status" -eq 0 ]
}

# up_until STEP: begins an up, whose process is $up, and returns when it is at that step.
up_until() {
    local log=/var/log/${ATELIER_SANDBOX##*/}/up.log
    cluster down
    rm -f "$log"
    # env: a background command of a shell without job control ignores interrupts.
    setsid env --default-signal=INT "$repo/sandbox/cluster" up --nodes 1 3>&- 2>/dev/null &
    up=$!
    wait_until 30 grep -qs "^== $1" "$log"
}

@test "an up that is killed half way is cleared away by the next" {
    for step in "configuring the machines" "starting the machines" "starting the daemons"; do
        up_until "$step"
        kill -KILL "$up"
        wait "$up" || true
        not cluster status
        cluster up --nodes 1
        [ "$(as alice srun hostname)" = n1 ]
        cluster down
        host_state | diff "$BATS_FILE_TMPDIR/host" -
    done
}

@test "an interrupted up takes down what it started" {
    for step in "configuring the machines" "starting the daemons"; do
        up_until "$step"
        kill -INT -- "-$up"
        status=0
        wait "$up" || status=$?
        [ "$status" -eq 130 ]
        host_state | diff "$BATS_FILE_TMPDIR/host" -
    done
}

@test "a machine that died is noticed, and up makes a whole cluster of it" {
    cluster up --nodes 1
    kill -KILL "$(cut -d ' ' -f 1 "$ATELIER_SANDBOX/machines/n1")"
    wait_until 5 not cluster status
    cluster up --nodes 1
    [ "$(as alice srun hostname)" = n1 ]
}

@test "an up that cannot succeed names the step and leaves nothing" {
    cluster down
    ATELIER_BUILD=/nonexistent fails_saying "no build in /nonexistent" cluster up
    host_state | diff "$BATS_FILE_TMPDIR/host" -
}

inside() {
    "$repo/sandbox/inside" "$@"
}

# The release of this machine, whose root is always there.
own_release() {
    bash -c 'here=$1 build=/nowhere && . "$here/lib/release.sh" && echo "$host_release"' own "$repo/sandbox"
}

@test "inside a release's root: its build, a network of its own, and nothing stays" {
    own=$(own_release)
    mkdir "$BATS_TEST_TMPDIR/kept"
    run inside --with "$BATS_TEST_TMPDIR/kept" "$own" sh -c '
        touch /usr/of-inside '"$BATS_TEST_TMPDIR"'/kept/file && test -e "$ATELIER_BUILD/Makefile" &&
            test -r '"$repo"'/check && ip -o link | cut -d : -f 2 && exit 7'
    echo "$output"
    [ "$status" -eq 7 ]
    [ "$output" = " lo" ]
    [ ! -e /usr/of-inside ]
    [ -e "$BATS_TEST_TMPDIR/kept/file" ]
    fails_saying "Read-only file system" inside "$own" touch "$repo/of-inside"
    fails_saying "there is no release 'potato'" inside potato true
    ATELIER_ROOTS=/nowhere fails_saying "sandbox/setup --release" inside "$(another_of "$own")" true
}

# Made beforehand: a room for tests has no way to a mirror.
a_root() {
    local name
    for name in trixie testing bookworm; do
        if [ "$name" != "$(own_release)" ] && [ -e "${ATELIER_ROOTS:-${ATELIER_BUILD:-$repo/build}/roots}/$name.complete" ]; then
            echo "$name"
            return
        fi
    done
    return 1
}

@test "a cluster of another release has its programs, its users and an Atelier of its own" {
    release=$(a_root) ||
        skip "there is no root of another release; sandbox/setup --release trixie makes one"
    unset ATELIER_SANDBOX_INSTALLED
    cluster down
    cluster up --nodes 1 --release "$release"
    slurm=$(awk -v name="$release" '$1 == "kind" { for (i = 3; i <= NF; i++) if ($i == name) column = i }
        $2 == "slurm" { print $column }' "$repo/sandbox/releases")
    [[ $(as alice srun --version) == *" $slurm."* ]]
    [ "$(as alice srun --mpi=none hostname)" = n1 ]
    [ "$(on n1 stat -c %U /etc/munge/munge.key /etc/slurm/slurmdbd.conf | xargs)" = "munge slurm" ]
    on head su - alice -c true
    [[ $(on n1 atelier --version) ]]
    fails_saying "already up with --release $release" cluster up --release "$(own_release)"
    cluster down
    host_state | diff "$BATS_FILE_TMPDIR/host" -
}

@test "plain machines have nothing of Atelier, and take packages" {
    cluster down
    cluster up --plain --nodes 1
    for machine in head n1; do
        silent on "$machine" find /etc /usr -xdev -iname '*atelier*' -not -path /etc/atelier
        silent on "$machine" sh -c 'grep -rl --exclude=mtab atelier /etc || [ $? = 1 ]'
    done
    mkdir -p "$BATS_TEST_TMPDIR/package/DEBIAN" "$BATS_TEST_TMPDIR/package/usr/share/trial"
    printf 'Package: trial\nVersion: 1\nArchitecture: all\nMaintainer: none <none@localhost>\nDescription: trial\n' \
        >"$BATS_TEST_TMPDIR/package/DEBIAN/control"
    dpkg-deb -b "$BATS_TEST_TMPDIR/package" "$BATS_TEST_TMPDIR/trial.deb" >&2
    on n1 sh -c 'cat >/root/trial.deb && dpkg -i /root/trial.deb' <"$BATS_TEST_TMPDIR/trial.deb"
    on n1 test -d /usr/share/trial
    not on head test -e /usr/share/trial
    [ ! -e /usr/share/trial ]
    cluster down
}

# The machines see neither /tmp nor /run of the host.
@test "a Slurm with a prefix of its own is found on all machines, with slurm.conf where it may look" {
    prefix=/var/tmp/slurm-of-${ATELIER_SANDBOX##*/}
    mkdir -p "$prefix/bin" "$prefix/sbin" "$BATS_TEST_TMPDIR/build"
    for program in scontrol srun sinfo sacctmgr; do
        ln -s "$(command -v "$program")" "$prefix/bin/"
    done
    for program in slurmctld slurmd slurmdbd; do
        ln -s "$(command -v "$program")" "$prefix/sbin/"
    done
    echo "SCONTROL = $prefix/bin/scontrol" >"$BATS_TEST_TMPDIR/build/Makefile"
    # Where this machine's release has an older library for slurmdbd, it lies in the build.
    library=${ATELIER_BUILD:-$repo/build}/slurmdbd
    [ ! -d "$library" ] || cp -r "$library" "$BATS_TEST_TMPDIR/build/"
    cluster down
    ATELIER_BUILD=$BATS_TEST_TMPDIR/build cluster up --plain --nodes 1
    for machine in head n1; do
        [ "$(on "$machine" sh -c 'command -v slurmd')" = "$prefix/sbin/slurmd" ]
        on "$machine" cmp /etc/slurm/slurm.conf "$prefix/etc/slurm.conf"
    done
    [ "$(as alice sh -c 'command -v srun')" = "$prefix/bin/srun" ]
    [ "$(as alice srun hostname)" = n1 ]
    cluster down
    [ ! -e "$prefix/etc" ]
}
