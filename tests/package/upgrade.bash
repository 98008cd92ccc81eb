# shellcheck shell=bash disable=SC2034,SC2154
# upgrade.bash: jobs under which packages change.

load package

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
        echo kept >\$ATELIER_JOB_TEMP/kept
        while ! [ -e /home/alice/go-$1 ]; do sleep 0.3; done
        srun -n2 sh -c 'test -d /mnt/atelier/datasets/digits && echo rank \$RANK of \$WORLD_SIZE'
        echo with \$?
        while ! [ -e /home/alice/end-$1 ]; do sleep 0.3; done
        test -e \$ATELIER_JOB_TEMP/kept" >"$BATS_FILE_TMPDIR/$1"
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
