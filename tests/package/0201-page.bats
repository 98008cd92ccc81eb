#!/usr/bin/env bats
# doc/add-to-a-cluster.md, by whoever reads it: every command of the page, in its order, on a cluster
# that has nothing of Atelier, and whose machines have copies of Slurm's files; and at its end nothing
# is left. What builds the packages has run once for all files that need them (package.bash).
#
# The tests are steps of one story, on a sandbox of their own.

load package

begin_plain page

setup_file() {
    need_packages
    cluster up --plain --apart --nodes 2 >&2
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$(package atelier)" "$(package atelier-slurm)"
        configuration "$machine" >"$BATS_FILE_TMPDIR/$machine.before"
    done
    as bob sbatch --parsable --chdir=/tmp -o /dev/null -N2 --overcommit --wrap 'sleep 3600' \
        >"$BATS_FILE_TMPDIR/steady"
    wait_until 30 runs "$(<"$BATS_FILE_TMPDIR/steady")"
}

# Whether the job runs.
runs() {
    [ "$(as root squeue -h -j "$1" -o %T)" = RUNNING ]
}

teardown_file() { cluster down >&2; }

# Somebody's job, and a new one.
teardown() {
    runs "$(<"$BATS_FILE_TMPDIR/steady")" &&
        [ "$(as alice srun -Q --chdir=/ -N2 hostname | sort | xargs)" = "n1 n2" ] &&
        silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

configuration() {
    on "$1" sh -c 'cd /etc/slurm && find . -printf "%p %y %m %U %G\n" | sort && md5sum $(find . -type f | sort)'
}

say() { # MACHINE COMMANDS
    patiently_on "$1" bash -ec "cd /root/packages && $2" </dev/null
}

run_block() { # WHERE COMMANDS
    local machine
    case $1 in
    build) ;; # need_packages
    "every machine" | "every machine with a copy")
        for machine in "${machines[@]}"; do say "$machine" "$2" || return; done
        ;;
    "every machine, not good yet")
        for machine in "${machines[@]}"; do
            ! say "$machine" "$2" >"$BATS_FILE_TMPDIR/doctor.$machine" || return
        done
        ;;
    "every node") for machine in "${nodes[@]}"; do say "$machine" "$2" || return; done ;;
    controller) say head "$2" ;;
    alice) as alice bash -ec "cd / && $2" </dev/null ;;
    *)
        echo "the page says to run a block on '$1'"
        return 1
        ;;
    esac
}

follow() { # SECTION
    local where='' commands='' line
    while IFS= read -r line <&4; do
        case $line in
        $'\f'*)
            [ -z "$where" ] || run_block "$where" "$commands" || return
            where=${line#?} commands=
            ;;
        *) commands+=$line$'\n' ;;
        esac
    done 4< <(blocks "$1")
    [ -n "$where" ] && run_block "$where" "$commands"
}

@test "each section with an indented block says where it is run" {
    [ "$(grep -B 1 '^    ' "$page" | grep -c '^<!-- run: ')" = "$(grep -c '^<!-- run: ' "$page")" ]
    awk '/^    / && !inside && before !~ /^<!-- run: / { print; bad = 1 } { inside = /^    /; before = $0 }
        END { exit bad }' "$page"
}

@test "packages: nothing of Slurm's configuration is touched, and doctor has the order of what is left" {
    date +%s >"$BATS_FILE_TMPDIR/began"
    follow "1. Packages" >&2
    for machine in "${machines[@]}"; do
        configuration "$machine" | diff "$BATS_FILE_TMPDIR/$machine.before" -
        grep -qE '^plugin +yes' "$BATS_FILE_TMPDIR/doctor.$machine"
        grep -qE '^keeper +yes' "$BATS_FILE_TMPDIR/doctor.$machine"
        grep -qE '^NFS client +yes' "$BATS_FILE_TMPDIR/doctor.$machine"
        [ "$(awk '/ NO / { print $1 }' "$BATS_FILE_TMPDIR/doctor.$machine" | uniq | xargs)" = "policy Slurm line" ]
    done
    grep -q "no line of .*plugstack.conf loads the plugin.*atelier site setup" "$BATS_FILE_TMPDIR/doctor.n1"
}

@test "the policy: who asks too early is told, and then there is one" {
    on n1 grep -q '^no_workspaces' /etc/atelier/policy.lua
    follow "2. The policy" >&2
    for machine in "${nodes[@]}"; do # by the words below the first block
        on head cat /etc/atelier/policy.lua | cluster run -n "$machine" -- sh -c 'cat >/etc/atelier/policy.lua'
    done
    [ "$(on head sacctmgr -nP show associations account=first format=user | xargs)" = alice ]
}

@test "Slurm: the setup is shown, made, and the daemons restarted; the first job, within five minutes of the packages" {
    follow "3. Slurm" >&2
    on head scontrol show config | grep -q '^JobSubmitPlugins.*lua'
    [ "$(run_block alice "$(blocks "4. The first job" | sed 1d)" | sort | uniq -c | awk '{ print $1 }' | uniq)" = 2 ]
    seconds=$(($(date +%s) - $(<"$BATS_FILE_TMPDIR/began")))
    echo "# from the packages to the first job: $seconds s" >&3
    [ "$seconds" -le "$((300 * patience))" ]
}

@test "doctor is content but with what --enforce would make, and nothing is to be changed any more" {
    for machine in "${machines[@]}"; do
        on "$machine" atelier doctor >"$BATS_TEST_TMPDIR/doctor" || true
        cat "$BATS_TEST_TMPDIR/doctor"
        [ "$(grep ' NO ' "$BATS_TEST_TMPDIR/doctor" | grep -vc AccountingStorageEnforce)" = 0 ]
    done
    [ "$(on head atelier site setup)" = "nothing to change" ]
}

@test "upgrades: newer packages with another policy, nobody is asked, and that which was written stays" {
    on head cat /etc/atelier/policy.lua >"$BATS_TEST_TMPDIR/policy"
    newer_package atelier "$BATS_TEST_TMPDIR"
    newer_package atelier-slurm "$BATS_TEST_TMPDIR"
    for machine in "${machines[@]}"; do
        on "$machine" sh -c 'rm /root/packages/*.deb'
        bring "$machine" "$BATS_TEST_TMPDIR"/atelier*_newer.deb
    done
    follow "Upgrades" >&2
    for machine in "${machines[@]}"; do
        # shellcheck disable=SC2016 # dpkg's
        [[ $(on "$machine" dpkg-query -W -f '${db:Status-Status} ${Version}' atelier atelier-slurm) == installed*+newerinstalled*+newer ]]
    done
    for machine in "${machines[@]}"; do
        on "$machine" cat /etc/atelier/policy.lua | diff "$BATS_TEST_TMPDIR/policy" -
        on "$machine" grep -q 'of a newer package' /etc/atelier/policy.lua.dpkg-dist
    done
    [ "$(as alice srun --workspace=first -N2 ls /mnt/atelier | sort -u)" = datasets ]
}

@test "while Slurm is told to load the plugin its file cannot be taken away" {
    run patiently_on n1 apt-get remove -y atelier-slurm
    [ "$status" -ne 0 ]
    [[ $output == *"Slurm is still told to load the plugin"*"atelier site setup --undo"* ]]
    [ "$(as alice srun --workspace=first -w n1 ls /mnt/atelier)" = datasets ]
}

@test "taking it away, with a job of a workspace that runs: it ends well, and nothing is left" {
    job=$(as alice sbatch --parsable --workspace=first --overcommit -w n1 --chdir=/tmp -o /dev/null --wrap \
        'sleep 1000 & while ! [ -e /tmp/go ]; do sleep 0.3; done; kill $!; test -d /mnt/atelier/datasets')
    wait_until 30 eval '[ -n "$(on n1 sh -c "pgrep -u alice -x sleep && ls -d /run/atelier/n1/*")" ]'
    follow "Taking it away" >&2
    runs "$job"
    on n1 touch /tmp/go
    wait_until 60 eval "[ \"\$(on head sacct -nPX -j $job -o State,ExitCode)\" = 'COMPLETED|0:0' ]" || {
        on head sh -c 'sacct -D -j $0; squeue' "$job"
        false
    }
    wait_until 150 eval '[ -z "$(on n1 sh -c "pgrep atelier-; ls -d /run/atelier 2>/dev/null")" ]'
    for machine in "${machines[@]}"; do
        configuration "$machine" | diff "$BATS_FILE_TMPDIR/$machine.before" -
        # Of the place of the job's own directory, which stayed to its end, the way to it.
        silent on "$machine" sh -c 'find /var/lib/atelier ! -type d 2>/dev/null
            find /etc /usr /var/lib /run -xdev -iname "*atelier*" \
            -not -path "/var/lib/dpkg/*" -not -path "/var/lib/atelier*" -not -path /etc/atelier 2>/dev/null
            grep /mnt/atelier/ /proc/1/mountinfo || true'
    done
}
