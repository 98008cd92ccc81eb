#!/usr/bin/env bats
# From nothing to the first job of a workspace by the word of doctor alone: on a controller, a node
# and a submit host of a cluster that has the command and nothing else, what the first line with a NO
# says is done, and then the next one.
#
# The tests are steps of one story, on a sandbox of their own.

load package

begin_plain doctor

setup_file() {
    need_packages
    cluster up --plain --nodes 2 >&2
    on n2 pkill -x slurmd
    on head sed -i 's/n\[1-2\]/n1/' /etc/slurm/slurm.conf
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$(package atelier)" "$(package atelier-slurm)"
        patiently_on "$machine" sh -c 'dpkg -i /root/packages/atelier_*.deb' >&2
    done
    on head systemctl restart slurmctld >&2
    as bob sbatch --parsable --chdir=/tmp -o /dev/null --overcommit --wrap 'sleep 3600' >"$BATS_FILE_TMPDIR/steady"
}

teardown_file() { cluster down >&2; }

# Somebody's job, and a new one.
others_run() {
    [ "$(as bob srun -Q --chdir=/ --overcommit hostname)" = n1 ] &&
        [ "$(as root squeue -h -j "$(<"$BATS_FILE_TMPDIR/steady")" -o %T)" = RUNNING ] &&
        silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

# What doctor says first, on the machine; nothing where it is content.
first_on() {
    { on "$1" atelier doctor || true; } | sed -n 's/^[A-Za-z ]*  NO   *//p' | sed 1q
}

# The next thing to do, as MACHINE and SENTENCE: what is to be the case on all machines first waits.
next_thing() {
    local late=''
    for machine in "${machines[@]}"; do
        sentence=$(first_on "$machine")
        case $sentence in
        '') continue ;;
        *"all machines"*) late=${late:-$machine$'\t'$sentence} ;;
        *) printf '%s\t%s\n' "$machine" "$sentence" && return ;;
        esac
    done
    printf '%s\n' "$late"
}

write_policy() {
    on head sh -c 'cat >/etc/atelier/policy.lua' <<'POLICY'
file_server "store" { host = "head", port = 2049, mount_port = 20048 }
volume "datasets" { server = "store", export = "/datasets", mode = "ro" }
cluster "cpu" { partition = "cpu" }
workspace "first" { account = "first", clusters = { "cpu" }, users = { "alice" }, volumes = { "datasets" } }
POLICY
}

# What the sentence says to do, and nothing else. slurm.conf is the same file on all machines.
do_what() { # MACHINE SENTENCE
    local daemon
    case $2 in
    *"package atelier-slurm"*) patiently_on "$1" sh -c 'dpkg -i /root/packages/atelier-slurm_*.deb' ;;
    *"has no workspace: "*": write one"*) write_policy ;;
    *"\`atelier policy apply\` creates it") on "$1" atelier policy apply --yes ;;
    *"as \`atelier site setup\` does"*) on head atelier site setup --yes ;;
    *"add associations and "*) on head sh -c 'echo AccountingStorageEnforce=associations >>/etc/slurm/slurm.conf' ;;
    esac
    for daemon in slurmdbd slurmctld; do
        [[ $2 != *"restart "*"$daemon"* ]] || on head systemctl restart "$daemon"
    done
    [[ $2 != *"restart "*slurmd* || $2 == *"restart slurmdbd"* ]] || on n1 systemctl restart slurmd
}

@test "a cluster that has the command: what is first comes first, each thing once, and others' jobs run on" {
    wait_until 30 others_run
    date +%s >"$BATS_FILE_TMPDIR/began"
    seen=$BATS_TEST_TMPDIR/seen
    : >"$seen"
    for step in {1..20}; do
        what=$(next_thing)
        [ -n "$what" ] || break
        echo "$what" | tee -a "$BATS_FILE_TMPDIR/walk"
        # What was done is not asked for again.
        [ "$(grep -cxF "$what" "$seen")" = 0 ]
        echo "$what" >>"$seen"
        do_what "${what%%$'\t'*}" "${what#*$'\t'}"
        wait_until 30 others_run
    done
    [ "$step" -lt 20 ]
}

@test "in the order: plugin, policy, accounts, Slurm, what refuses jobs, the daemons" {
    cat "$BATS_FILE_TMPDIR/walk"
    [ "$(sed -nE "s/.*(package atelier-slurm|write one|policy apply|add associations).*/\1/p; t
        s/.*(restart slurm(dbd|ctld|d)).*/\1/p" "$BATS_FILE_TMPDIR/walk" | uniq | paste -sd ,)" = \
        "package atelier-slurm,write one,policy apply,package atelier-slurm,restart slurmdbd,restart slurmctld,add associations,restart slurmd" ]
}

@test "doctor is content everywhere, and a job of the workspace runs from the submit host" {
    for machine in "${machines[@]}"; do on "$machine" atelier doctor; done
    [ "$(cluster run -u alice -n n2 -- timeout 120 srun -Q --workspace=first --overcommit --chdir=/ ls /mnt/atelier)" = datasets ]
    echo "# from the command alone to the first job: $(($(date +%s) - $(<"$BATS_FILE_TMPDIR/began"))) s" >&3
}
