#!/usr/bin/env bats
# Atelier comes to a cluster that never heard of it, and goes again, as atelier-administration(7)
# says: its displays are what is run here. Plain jobs run on at every step.
#
# The tests are steps of one story, on a sandbox of their own.

# The file is read anew for each test, with what the one before exported.
ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}
ATELIER_SANDBOX=${ATELIER_SANDBOX%-plain}-plain
export ATELIER_SANDBOX
load cluster

machines=(head n1 n2)
page=$repo/doc/atelier-administration.7
files=$BATS_FILE_TMPDIR/files

setup_file() {
    cluster up --plain --nodes 2 >&2
    mkdir -p "$files"
    "$repo/sandbox/inside" --with "$files" "$(<"$ATELIER_SANDBOX/release")" \
        make -s -C "${ATELIER_BUILD:-$repo/build}" install DESTDIR="$files" >&2
    # Jobs that start all the while: none may fail, and none may wait for long.
    as bob sbatch --parsable --chdir=/tmp -o /dev/null -N2 --overcommit --wrap 'while :; do
        srun -Q --overlap -n2 true || { sleep 2; srun -Q --overlap -n2 true; } || exit 7
        sleep 0.5
    done' >"$BATS_FILE_TMPDIR/steady"
}

teardown_file() {
    cluster down >&2
}

teardown() {
    plain_jobs_run_on
}

plain_jobs_run_on() {
    [ "$(as root squeue -h -j "$(<"$BATS_FILE_TMPDIR/steady")" -o %T)" = RUNNING ] &&
        [ "$(as alice srun -Q --chdir=/ -N2 hostname | sort | xargs)" = "n1 n2" ] &&
        silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

# display SECTION NUMBER: the lines of the page's display.
display() {
    awk -v section="$1" -v wanted="$2" '
        /^\.S[hs] / { inside = $0 == section }
        inside && /^\.Bd/ { shown = ++count == wanted; next }
        /^\.Ed/ { shown = 0 }
        shown { gsub(/\\e/, "\\"); print }' "$page"
}

# follow MACHINE SECTION NUMBER
follow() {
    local commands
    commands=$(display "$2" "$3")
    [ -n "$commands" ] || {
        echo "there is no display $3 in $2"
        return 1
    }
    on "$1" sh -ec "$commands"
}

# wrong_rows MACHINE SECTION NUMBER: of what doctor says there, in $wrong.
wrong_rows() {
    rows=$(follow "$@" 2>&1) || true
    echo "$1: $rows"
    wrong=$(awk '/ NO  / { sub(/ +NO  .*/, ""); print }' <<<"$rows" | sort | xargs)
}

restart() {
    case $1 in
    slurmdbd) on head sh -c 'pkill -x slurmdbd; while pgrep -x slurmdbd >/dev/null; do sleep 0.1; done; start-accounting' ;;
    slurmctld) on head sh -c 'pkill -x "slurmctld(-wlm)?"; while pgrep -x "slurmctld(-wlm)?" >/dev/null; do sleep 0.1; done; start-controller' ;;
    *) on "$1" sh -c 'pkill -x "slurmd(-wlm)?"; while pgrep -x "slurmd(-wlm)?" >/dev/null; do sleep 0.1; done; start-node' ;;
    esac
}

@test "the cluster has nothing of Atelier" {
    silent on n1 sh -c "find /etc /usr/bin /usr/lib /usr/libexec /usr/share -iname '*atelier*' \
        -not -path /etc/atelier"
    without --workspace as alice sbatch --help
}

@test "adding 1: the files on every machine; doctor says that Slurm can load the plugin" {
    for machine in "${machines[@]}"; do
        tar -C "$files" -c . | cluster run -n "$machine" -- tar -C / --no-overwrite-dir -x
        wrong_rows "$machine" ".Ss 1. The files, on every node, submit host and controller" 1
        [[ $wrong == *line*policy* && $wrong != *plugin* && $wrong != *keeper* ]]
        [[ $rows == *"when what is above is well on all machines, add \`required atelier.so\`"* ]]
        silent on "$machine" find /tmp -name 'atelier-doctor.*'
    done
}

@test "adding 2: the policy, and its accounts" {
    on head sh -c 'cat >/etc/atelier/policy.lua' <"$repo/sandbox/conf/policy.lua"
    on head sh -c 'cat >>/etc/atelier/policy.lua' <<'END'
workspace "crew" { account = "crew", users = { "carol", "mallory" }, clusters = { "cpu" }, volumes = { "results" } }
END
    follow head ".Ss 2. The policy" 1 || true # Slurm lacks what comes in the next step
    follow head ".Ss 2. The policy" 2
    [ "$(on head sacctmgr -nP show associations account=crew format=user | xargs)" = "carol mallory" ]
}

@test "adding 3: Slurm's configuration" {
    follow head ".Ss 3. Slurm's configuration" 1
    restart slurmdbd
    restart slurmctld
    plain_jobs_run_on
    for node in n1 n2; do restart "$node"; done
    on head scontrol show config | grep -q '^PrologFlags.*Alloc'
    on head scontrol show config | grep -q '^JobSubmitPlugins.*lua'
}

@test "adding 4: the line; a job of a workspace has its volumes and its ranks" {
    follow head ".Ss 4. The line" 1
    plain_jobs_run_on
    for node in n1 n2; do restart "$node"; done
    for machine in "${machines[@]}"; do
        wrong_rows "$machine" ".Ss 4. The line" 2
        if [ "$machine" = head ]; then [ -z "$wrong" ]; else [[ $wrong =~ ^(policy)?$ ]]; fi
    done
    [ "$(as alice srun --workspace=vision --framework=pytorch -N2 sh -c \
        'test -d /mnt/atelier/datasets/digits && echo $RANK of $WORLD_SIZE' | sort | xargs)" = "0 of 2 1 of 2" ]
    [ "$(as mallory srun --workspace=crew sh -c 'echo $SLURM_JOB_ACCOUNT')" = crew ]
}

@test "removing 1: new jobs are refused with the reason, and one that runs keeps volumes and ranks" {
    running=$(as carol sbatch --parsable --workspace=vision --framework=pytorch -N2 --overcommit \
        --chdir=/tmp -o /mnt/atelier/results/vision/leaving-%j --wrap '
        while ! [ -e /mnt/atelier/results/vision/go-$SLURM_JOB_ID ]; do sleep 0.5; done
        srun -n2 sh -c "echo rank \$RANK; test -d /mnt/atelier/datasets/digits"')
    wait_until 20 eval "[ \"\$(on head squeue -h -j $running -o %T)\" = RUNNING ]"
    wait_until 20 eval 'on n2 sh -c "ls -d /run/atelier/n2/*"'
    follow head ".Ss 1. No new jobs" 1
    sleep 3
    fails_saying "there is no workspace \`vision\` any more: Atelier is being removed: submit with --account" \
        as alice srun --workspace=vision true
    wrong_rows n2 ".Ss 1. No new jobs" 2
    [ "$wrong" = "jobs keepers line scripts" ]
    on head touch "/results/vision/go-$running"
    wait_until 30 eval "[ -z \"\$(on head squeue -h -j $running 2>/dev/null)\" ]"
    [ "$(on head sort "/results/vision/leaving-$running" | xargs)" = "rank 0 rank 1" ]
    wait_until 20 eval '[ -z "$(on n2 sh -c "ls /run/atelier 2>/dev/null")" ]'
    wrong_rows n2 ".Ss 1. No new jobs" 2
    [ "$wrong" = "line scripts" ]
}

@test "removing 2: the accounts that apply made go, and no others" {
    follow head ".Ss 2. The accounts" 1
    silent on head sacctmgr -nP show associations account=crew
    [ -n "$(on head sacctmgr -nP show associations account=vision user=alice)" ]
    [ -n "$(on head sacctmgr -nP show associations account=other user=mallory)" ]
}

@test "removing 3 and 4: the line, then slurmctld" {
    follow head ".Ss 3. The line" 1
    for node in n1 n2; do restart "$node"; done
    follow head ".Ss 4. slurmctld" 1
    restart slurmctld
    fails_saying "unrecognized option" as alice sbatch --workspace=vision --wrap true
}

@test "removing 5: doctor agrees, the files go, and nothing is left" {
    for machine in "${machines[@]}"; do
        follow "$machine" ".Ss 5. The files" 1
        (cd "$files" && find . ! -type d) | cluster run -n "$machine" -- sh -c 'cd / && xargs rm'
        on "$machine" sh -c 'rm -rf /usr/share/atelier /usr/libexec/atelier /usr/share/doc/atelier
            for directory in /etc/atelier /var/lib/atelier; do
                umount $directory 2>/dev/null || true
            done'
        follow "$machine" ".Ss 5. The files" 2
        silent on "$machine" sh -c 'ls -d /etc/atelier /var/lib/atelier /run/atelier /usr/*/atelier \
            /usr/bin/atelier /usr/lib/*/*/atelier.so 2>/dev/null || true'
        not on "$machine" pgrep -l atelier-
    done
}
