#!/usr/bin/env bats
# The packages of make rpm: what they hold and need, that rpmlint knows no error of them, and on
# machines with a database of rpm's own that Slurm cannot be upgraded alone, that the plugin's file
# stays while Slurm loads it, and that nothing is left. Packages with the names of Slurm and of all
# that is needed besides stand for those of another distribution.
#
# The tests are steps of one story, on a sandbox of their own.

load package

begin_plain rpm

machines=(head n1)

setup_file() {
    need_packages
    need_rpms
    release=$(rpm -qp --qf '%{RELEASE}' "$(rpm_of atelier)" | sed 's/.*slurm//')
    next=$(rpm -qp --requires "$(rpm_of atelier-slurm)" | sed -n 's/^slurm < //p')
    stand_in slurm "$release.8"
    stand_in slurm "$release.9"
    stand_in slurm "$next.1"
    rpm -qp --requires "$(rpm_of atelier)" "$(rpm_of atelier-slurm)" |
        grep -v -e '^rpmlib(' -e '^slurm ' -e '^atelier ' | sort -u | sed 's/^/Provides: /' >"$BATS_FILE_TMPDIR/provides"
    stand_in system 1 "$(<"$BATS_FILE_TMPDIR/provides")"
    cluster up --plain --nodes 1 >&2
    for machine in "${machines[@]}"; do
        give_systemctl "$machine"
        bring "$machine" "$packages"/rpm/*.rpm "$BATS_FILE_TMPDIR"/rpms/*.rpm
        rpm_on "$machine" -i system-1-1.noarch.rpm
    done
}

teardown_file() { cluster down >&2; }

rpm_of() { # NAME
    find "$packages/rpm" -maxdepth 1 -name "$1-[0-9]*.rpm"
}

# stand_in NAME VERSION [LINES]: a package without files.
stand_in() {
    printf '%s\n' "Name: $1" "Version: $2" 'Release: 1' 'Summary: a stand-in' 'License: none' \
        'BuildArch: noarch' "${3-}" '%description' 'It stands for another.' '%files' >"$BATS_FILE_TMPDIR/$1.spec"
    rpmbuild -bb --quiet --define "_topdir $BATS_FILE_TMPDIR/top" --define "_rpmdir $BATS_FILE_TMPDIR/rpms" \
        --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' "$BATS_FILE_TMPDIR/$1.spec" >&2
}

# rpm_on MACHINE ARGUMENT...: with a database of its own, where its packages are.
rpm_on() {
    local machine=$1
    shift
    patiently_on "$machine" env -C /root/packages rpm --dbpath /root/rpm "$@"
}

@test "they are held to one release of Slurm, the policy is the site's, and they hold what Debian's hold" {
    held=$(dpkg-deb -f "$(package atelier-slurm)" Version | sed 's/.*slurm//')
    rpm -qp --requires "$(rpm_of atelier-slurm)" | grep -qx "slurm >= $held"
    rpm -qp --requires "$(rpm_of atelier-slurm)" | grep -q "^slurm < "
    [ "$(rpm -qp --configfiles "$(rpm_of atelier)")" = /etc/atelier/policy.lua ]
    rpm -qp --qf '[%{FILENAMES} %{FILEFLAGS:fflags}\n]' "$(rpm_of atelier)" | grep -qx '/etc/atelier/policy.lua cn'
    diff <(rpm -qlp "$(rpm_of atelier-slurm)" | grep -v /share/ | sort) \
        <(dpkg-deb -c "$(package atelier-slurm)" | awk '$1 !~ /^d/ { sub(/^\./, "", $6); print $6 }' | grep -v /share/ | sort)
    [ -z "$(rpm -qlp "$(rpm_of atelier)" "$(rpm_of atelier-slurm)" | sort | uniq -d)" ]
}

@test "rpmlint knows no error" {
    command -v rpmlint >/dev/null || skip "rpmlint is not installed (sandbox/packages)"
    rpmlint "$packages"/rpm/*.rpm >"$BATS_TEST_TMPDIR/said" 2>&1 || true
    cat "$BATS_TEST_TMPDIR/said"
    grep -q 'packages and 0 spec' "$BATS_TEST_TMPDIR/said" # it came to its end
    # A site signs what it hands out; /var/log is the system's.
    [ "$(grep ': E: ' "$BATS_TEST_TMPDIR/said" | grep -vc -e no-signature -e logrotate-log-dir-not-packaged)" = 0 ]
}

@test "without the Slurm that it is for it is refused, and with it a job of a workspace runs" {
    run rpm_on n1 -i "$(basename "$(rpm_of atelier)")" "$(basename "$(rpm_of atelier-slurm)")"
    [ "$status" -ne 0 ]
    [[ $output == *"slurm >= "*" is needed by atelier-slurm"* ]]
    for machine in "${machines[@]}"; do
        rpm_on "$machine" -i "$(basename "$BATS_FILE_TMPDIR"/rpms/slurm-*.8-1.noarch.rpm)"
        rpm_on "$machine" -i "$(basename "$(rpm_of atelier)")" "$(basename "$(rpm_of atelier-slurm)")" >&2
    done
    on head sh -c 'cat >/etc/atelier/policy.lua' <"$repo/sandbox/conf/policy.lua"
    on head atelier site setup --yes >&2
    on head systemctl restart slurmdbd
    on head systemctl restart slurmctld
    on n1 systemctl restart slurmd
    wait_until 60 eval '[ "$(as bob srun -Q --workspace=nlp --overcommit --chdir=/ ls /mnt/atelier | grep -c results)" = 1 ]'
}

@test "an upgrade of Slurm alone to another release is refused, and what is there stays" {
    rpm_on n1 -U "$(basename "$BATS_FILE_TMPDIR"/rpms/slurm-*.9-1.noarch.rpm)"
    run rpm_on n1 -U "$(basename "$BATS_FILE_TMPDIR"/rpms/slurm-*.1-1.noarch.rpm)"
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"slurm < "*" is needed by (installed) atelier-slurm"* ]]
    run rpm_on n1 -e slurm
    [ "$status" -ne 0 ]
    [[ $output == *"is needed by (installed) atelier-slurm"* ]]
    [[ $(rpm_on n1 -q --qf '%{VERSION}' slurm) == *.9 ]]
    [ "$(as bob srun -Q --workspace=nlp --overcommit --chdir=/ echo well)" = well ]
}

@test "while Slurm is told to load the plugin its file stays; then it goes, and nothing is left but the site's policy" {
    run rpm_on n1 -e atelier-slurm
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"Slurm is still told to load the plugin"*"atelier site setup --undo"* ]]
    [ "$(as bob srun -Q --workspace=nlp --overcommit --chdir=/ echo well)" = well ]
    on head atelier site setup --undo --yes >&2
    on n1 systemctl restart slurmd
    on head systemctl restart slurmctld
    wait_until 60 eval '[ -z "$(on n1 pgrep atelier-)" ]'
    for machine in "${machines[@]}"; do
        rpm_on "$machine" -e atelier-slurm atelier >&2
        silent on "$machine" sh -c 'find /etc /usr /var/lib /run -xdev -iname "*atelier*" \
            -not -path "/var/lib/dpkg/*" -not -path /etc/atelier 2>/dev/null || true'
    done
    on head sh -c 'cat /etc/atelier/policy.lua*' | diff "$repo/sandbox/conf/policy.lua" -
    wait_until 60 eval '[ "$(as bob srun -Q --overcommit --chdir=/ echo well)" = well ]'
}
