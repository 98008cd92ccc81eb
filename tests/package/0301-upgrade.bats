#!/usr/bin/env bats
# Packages come and go under jobs that run: keepers of before end well, new steps of old jobs join
# them, upwards and downwards; and Slurm cannot be upgraded alone. The older packages are those of
# this tree under a lower version; 0302-older.bats has them of an older tree.
#
# The tests are steps of one story, on a sandbox of their own.

load upgrade

begin_plain upgrade

setup_file() {
    need_packages
    older_package atelier "$BATS_FILE_TMPDIR"
    older_package atelier-slurm "$BATS_FILE_TMPDIR"
    cluster up --plain --nodes 2 >&2
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$(package atelier)" "$(package atelier-slurm)" "$BATS_FILE_TMPDIR"/atelier*_older.deb
        install_on "$machine" older
    done
    on head sh -c 'cat >/etc/atelier/policy.lua' <"$repo/sandbox/conf/policy.lua"
    on head atelier site setup --yes >&2
    restart_all
}

teardown_file() { cluster down >&2; }

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

# next_slurm MACHINE: a repository of stand-ins for all of Slurm's packages there, of the next release.
next_slurm() {
    local held release
    held=$(dpkg-deb -f "$(package atelier-slurm)" Conflicts | sed 's/ .*//')
    release=$(dpkg-deb -f "$(package atelier-slurm)" Conflicts | sed 's/.*(>= \([0-9.]*\)~).*/\1/')
    # shellcheck disable=SC2016 # the machine's shell's, and dpkg's
    on "$1" sh -ec 'mkdir -p /root/next && cd /root/next
        for name in $(dpkg-query -W -f "\${db:Status-Status} \${Package}\n" "slurm*" | sed -n "s/^installed //p"); do
            mkdir -p tree/DEBIAN
            printf "%s\n" "Package: $name" "Version: $1.1-1" "Architecture: all" \
                "Maintainer: nobody <nobody@example.org>" "Description: another release" >tree/DEBIAN/control
            [ "$name" = "$0" ] || echo "Depends: $0 (= $1.1-1)" >>tree/DEBIAN/control
            dpkg-deb -b --root-owner-group -Znone tree . >/dev/null
        done
        dpkg-scanpackages . >Packages 2>/dev/null
        echo "deb [trusted=yes] file:/root/next ./" >../next.list' "$held" "$release"
}

@test "apt keeps all of Slurm back where it upgrades the rest, and is refused where it would take the plugin away" {
    next_slurm n1
    only=(-o Dir::Etc::sourcelist=/root/next.list -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root)
    patiently_on n1 apt-get "${only[@]}" update >&2
    patiently_on n1 apt-get "${only[@]}" -s upgrade >"$BATS_TEST_TMPDIR/said"
    cat "$BATS_TEST_TMPDIR/said"
    grep -q 'kept back' "$BATS_TEST_TMPDIR/said"
    [ "$(grep -c -e '^Inst slurm' -e '^Remv' "$BATS_TEST_TMPDIR/said")" = 0 ]
    patiently_on n1 apt-get "${only[@]}" -s dist-upgrade >"$BATS_TEST_TMPDIR/said"
    if grep -q '^Inst slurm' "$BATS_TEST_TMPDIR/said"; then
        run patiently_on n1 apt-get "${only[@]}" -y dist-upgrade
        echo "$output"
        [ "$status" -ne 0 ]
        [[ $output == *"Slurm is still told to load the plugin"* ]]
    fi
    [ "$(on n1 dpkg-query -W -f '${db:Status-Status}' atelier-slurm)" = installed ]
    a_new_job_runs
}

@test "downwards: the same" {
    begin_job down
    for machine in "${machines[@]}"; do install_on "$machine" older; done
    [[ $(version n1) == 0~* ]]
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
        # Of the place of the job's own directory, which stayed to its end, the way to it.
        silent on "$machine" sh -c 'find /var/lib/atelier ! -type d 2>/dev/null
            find /etc /usr /var/lib /run -xdev -iname "*atelier*" \
            -not -path "/var/lib/dpkg/*" -not -path "/var/lib/atelier*" -not -path /etc/atelier 2>/dev/null || true'
    done
}
