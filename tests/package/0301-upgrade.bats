#!/usr/bin/env bats
# Packages come and go under jobs that run: keepers of before end well, new steps of old jobs join
# them, upwards and downwards; and Slurm cannot be upgraded alone. The older packages are those of
# this tree under a lower version, or the files of $ATELIER_OLDER_PACKAGES.
#
# The tests are steps of one story, on a sandbox of their own.

load package

begin_plain upgrade

setup_file() {
    need_packages
    older=${ATELIER_OLDER_PACKAGES:-$BATS_FILE_TMPDIR}
    if [ "$older" = "$BATS_FILE_TMPDIR" ]; then
        older_package atelier "$older"
        older_package atelier-slurm "$older"
    fi
    cluster up --plain --nodes 2 >&2
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$(package atelier)" "$(package atelier-slurm)" "$older"/atelier*_older.deb
        install_on "$machine" older
    done
    on head sh -c 'cat >/etc/atelier/policy.lua' <"$repo/sandbox/conf/policy.lua"
    on head atelier site setup --yes >&2
    restart_all
}

teardown_file() { cluster down >&2; }

restart_all() {
    on head systemctl restart slurmdbd >&2
    on head systemctl restart slurmctld >&2
    for machine in "${nodes[@]}"; do on "$machine" systemctl restart slurmd >&2; done
    wait_until 60 eval '[ "$(on head sinfo -h -N -t idle -o %N | sort -u | wc -l)" = 2 ]'
}

# install_on MACHINE older|newer
install_on() {
    local files='atelier_[0-9]*.*-*.deb atelier-slurm_[0-9]*.*-*.deb'
    [ "$2" = newer ] || files='atelier_0_older.deb atelier-slurm_0_older.deb'
    patiently_on "$1" sh -c "cd /root/packages && dpkg -i $files" >&2
}

version() {
    # shellcheck disable=SC2016 # dpkg's
    on "$1" dpkg-query -W -f '${Version}' atelier-slurm
}

# A job that begins steps when it is told to, and its keepers.
begin_job() { # NAME
    as alice sbatch --parsable --workspace=vision --framework=pytorch -N2 --overcommit --chdir=/tmp \
        -o "/home/alice/$1" --wrap "
        while ! [ -e /home/alice/go-$1 ]; do sleep 0.3; done
        srun -n2 sh -c 'test -d /mnt/atelier/datasets/digits && echo rank \$RANK of \$WORLD_SIZE'
        echo with \$?
        while ! [ -e /home/alice/end-$1 ]; do sleep 0.3; done" >"$BATS_FILE_TMPDIR/$1"
    job=$(<"$BATS_FILE_TMPDIR/$1")
    wait_until 60 eval "[ \"\$(on head squeue -h -j $job -o %T)\" = RUNNING ]"
    wait_until 30 eval "[ -n \"\$(on n2 sh -c 'ls -d /run/atelier/n2/$job*' 2>/dev/null)\" ]"
    keepers=$(on n2 pgrep -x atelier-keeper)
}

job_has_step() { # NAME
    as alice touch "/home/alice/go-$1"
    wait_until 60 eval "on head grep -q ^with /home/alice/$1"
    on head cat "/home/alice/$1"
    [ "$(on head sort "/home/alice/$1" | xargs)" = "rank 0 of 2 rank 1 of 2 with 0" ]
}

job_ends_well() { # NAME
    as alice touch "/home/alice/end-$1"
    wait_until 60 eval "[ \"\$(on head sacct -nPX -j $(<"$BATS_FILE_TMPDIR/$1") -o State,ExitCode)\" = 'COMPLETED|0:0' ]"
    for machine in "${nodes[@]}"; do
        wait_until 60 eval "[ -z \"\$(on $machine sh -c 'pgrep atelier-; ls /run/atelier 2>/dev/null; grep /mnt/atelier/ /proc/1/mountinfo')\" ]"
    done
}

a_new_job_runs() {
    [ "$(as bob srun --workspace=nlp -N2 sh -c 'test -d /mnt/atelier/results && echo well' | xargs)" = "well well" ]
}

@test "upwards: a running job keeps its keeper, its next step joins it, and its end is well" {
    begin_job up
    for machine in "${machines[@]}"; do install_on "$machine" newer; done
    [[ $(version n1) != 0~* ]]
    [ "$(on n2 pgrep -x atelier-keeper)" = "$keepers" ]
    job_has_step up
    a_new_job_runs
    on head systemctl restart slurmctld
    on n1 systemctl restart slurmd
    a_new_job_runs
    job_ends_well up
}

@test "the policy that was written is not touched by an upgrade" {
    for machine in "${machines[@]}"; do
        on "$machine" cat /etc/atelier/policy.lua | diff "$repo/sandbox/conf/policy.lua" -
    done
}

@test "Slurm of another release is refused while this plugin is here, and stays as it is" {
    # shellcheck disable=SC2016 # dpkg's
    held=$(dpkg-deb -f "$(package atelier-slurm)" Conflicts | sed 's/ .*//')
    release=$(dpkg-deb -f "$(package atelier-slurm)" Conflicts | sed 's/.*(>= \([0-9.]*\)~).*/\1/')
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/DEBIAN"
    printf '%s\n' "Package: $held" "Version: $release.1-1" "Architecture: $(dpkg --print-architecture)" \
        'Maintainer: nobody <nobody@example.org>' 'Description: another release' >"$tree/DEBIAN/control"
    dpkg-deb -b --root-owner-group "$tree" "$BATS_TEST_TMPDIR/slurm_next.deb" >&2
    bring n1 "$BATS_TEST_TMPDIR/slurm_next.deb"
    run patiently_on n1 dpkg -i /root/packages/slurm_next.deb
    [ "$status" -ne 0 ]
    [[ $output == *"atelier-slurm conflicts with $held"* ]]
    [ "$(on n1 dpkg-query -W -f '${db:Status-Status}' atelier-slurm)" = installed ]
    a_new_job_runs
}

@test "downwards: the same" {
    begin_job down
    for machine in "${machines[@]}"; do install_on "$machine" older; done
    [[ $(version n1) == 0~* ]] || [ "$ATELIER_OLDER_PACKAGES" ]
    [ "$(on n2 pgrep -x atelier-keeper)" = "$keepers" ]
    job_has_step down
    on head systemctl restart slurmctld
    a_new_job_runs
    job_ends_well down
}

@test "each file is the old one or the new one, whole, while packages change under jobs that start" {
    as alice sh -c 'for i in $(seq 12); do srun -Q --workspace=vision -N2 test -d /mnt/atelier/datasets/digits || exit; done' &
    for machine in "${nodes[@]}"; do install_on "$machine" newer; done
    for machine in "${nodes[@]}"; do install_on "$machine" older; done
    wait $!
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}

@test "removal under a running job: it ends well, and nothing is left" {
    begin_job removed
    on head atelier site setup --undo --yes >&2
    for machine in "${nodes[@]}"; do on "$machine" systemctl restart slurmd >&2; done
    on head systemctl restart slurmctld >&2
    for machine in "${machines[@]}"; do patiently_on "$machine" dpkg -P atelier-slurm atelier >&2; done
    [ "$(on head squeue -h -j "$(<"$BATS_FILE_TMPDIR/removed")" -o %T)" = RUNNING ]
    as alice touch /home/alice/go-removed
    job_ends_well removed
    for machine in "${machines[@]}"; do
        silent on "$machine" sh -c 'find /etc /usr /var/lib /run -xdev -iname "*atelier*" \
            -not -path "/var/lib/dpkg/*" -not -path /etc/atelier 2>/dev/null || true'
    done
}
