#!/usr/bin/env bats
# Packages of a really older Atelier, the commit $ATELIER_OLDER of this repository's history, and those
# of this tree, under jobs that run: keepers of before end well, and new steps of old jobs join them,
# upwards and downwards. The older Atelier is built once, in two minutes of processor time, so this
# runs where it is named.
#
# The tests are steps of one story, on a sandbox of their own.

load upgrade

begin_plain older

setup_file() {
    need_packages
    older=$("$repo/tests/cluster/older-atelier" "${ATELIER_OLDER:-$(older_commit)}")
    older_package atelier "$BATS_FILE_TMPDIR" "$older"
    older_package atelier-slurm "$BATS_FILE_TMPDIR" "$older"
    cluster up --plain --nodes 2 >&2
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$(package atelier)" "$(package atelier-slurm)" "$BATS_FILE_TMPDIR"/atelier*_older.deb
        install_on "$machine" newer
    done
    on head sh -c 'cat >/etc/atelier/policy.lua' <"$repo/sandbox/conf/policy.lua"
    on head atelier site setup --yes >&2
    for machine in "${machines[@]}"; do install_on "$machine" older; done
    # As a site of then had it: a copy of its own.
    on head cp /usr/share/atelier/slurm/job_submit.lua /etc/slurm/job_submit.lua
    restart_all
}

teardown_file() { cluster down >&2; }

@test "the older one is another, and its jobs run" {
    differs=$(on n1 sha256sum /usr/libexec/atelier/atelier-keeper | sed 's/ .*//')
    [ "$differs" != "$(dpkg-deb --fsys-tarfile "$(package atelier-slurm)" |
        tar -xO ./usr/libexec/atelier/atelier-keeper | sha256sum | sed 's/ .*//')" ]
    a_new_job_runs
}

@test "upwards: a running job keeps the older keeper, its next step joins it, and its end is well" {
    begin_job up
    for machine in "${machines[@]}"; do install_on "$machine" newer; done
    [ "$(on n2 pgrep -x atelier-keeper)" = "$keepers" ]
    job_has_step up
    on head systemctl restart slurmctld
    for machine in "${nodes[@]}"; do on "$machine" systemctl restart slurmd; done
    a_new_job_runs
    job_ends_well up
}

@test "downwards: the same, with a newer keeper" {
    begin_job down
    for machine in "${machines[@]}"; do install_on "$machine" older; done
    [ "$(on n2 pgrep -x atelier-keeper)" = "$keepers" ]
    job_has_step down
    on head systemctl restart slurmctld
    for machine in "${nodes[@]}"; do on "$machine" systemctl restart slurmd; done
    a_new_job_runs
    job_ends_well down
}

@test "a job that begins between node and node, and one that ends after both, are well" {
    install_on head newer
    on head systemctl restart slurmctld
    install_on n1 newer
    on n1 systemctl restart slurmd
    wait_until 60 a_new_job_runs
    begin_job between
    install_on n2 newer
    on n2 systemctl restart slurmd
    job_has_step between
    job_ends_well between
    silent on head sinfo -h -N -t drain,drained,draining,down -o '%N %E'
}
