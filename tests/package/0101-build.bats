#!/usr/bin/env bats
# make deb: what the packages hold and need, and that lintian knows no error of them. Those of make
# rpm: 0401-rpm.bats; that two builds are equal: 0102-twice.bats.

load package

setup_file() { need_packages; }

field() { # PACKAGE FIELD
    dpkg-deb -f "$(package "$1")" "$2"
}

files() { # PACKAGE
    dpkg-deb -c "$(package "$1")" | awk '$1 !~ /^d/ { sub(/^\./, "", $6); print $6 }'
}

@test "the version is that of configure.ac, and of the Slurm that it is for" {
    version=$(sed -n 's/^AC_INIT(\[atelier\], \[\(.*\)\])$/\1/p' "$repo/configure.ac")
    [[ $(field atelier Version) == "$version-1+slurm"[0-9][0-9].[0-9][0-9] ]]
    [ "$(field atelier Version)" = "$(field atelier-slurm Version)" ]
    [[ $(field atelier-slurm Depends) == "atelier (= $(field atelier Version)), "* ]]
}

@test "the plugin's package is held to one release of Slurm, and the command's to none" {
    held=$(field atelier-slurm Version | sed 's/.*slurm//')
    [[ $(field atelier-slurm Depends) =~ "slurm"[a-z-]*" (>= $held), slurm"[a-z-]*" (<< "([0-9.]+)"~)" ]]
    [[ $(field atelier-slurm Conflicts) == *"(>= ${BASH_REMATCH[1]}~)"* ]]
    [[ $(field atelier Depends) != *slurm* && $(field atelier Depends) != *mpi* ]]
}

# stand_in PACKAGE VERSION [FIELD...]: a package without files.
stand_in() {
    local name=$1 version=$2
    shift 2
    mkdir -p "$BATS_TEST_TMPDIR/$name-$version/DEBIAN"
    printf '%s\n' "Package: $name" "Version: $version" "Architecture: $(dpkg --print-architecture)" \
        'Maintainer: nobody <nobody@example.org>' "Description: stands for $name" "$@" \
        >"$BATS_TEST_TMPDIR/$name-$version/DEBIAN/control"
    dpkg-deb -b --root-owner-group "$BATS_TEST_TMPDIR/$name-$version" "$BATS_TEST_TMPDIR/" >&2
}

@test "dpkg refuses another release of Slurm before it unpacks it, and takes it with its plugin" {
    held=$(field atelier-slurm Conflicts | sed 's/ .*//')
    next=$(field atelier-slurm Conflicts | sed 's/.*(>= \([0-9.]*\)~).*/\1/')
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root/var/lib/dpkg"/{info,updates}
    touch "$root/var/lib/dpkg/status"
    stand_in "$held" "$(field atelier-slurm Version | sed 's/.*slurm//').1-1"
    stand_in "$held" "$next.1-1"
    stand_in atelier-slurm 9-1 "Depends: $held (>= $next)"
    cd "$BATS_TEST_TMPDIR"
    # Other libraries are not in this root, and its scripts have no programs.
    installs() { dpkg --root="$root" --log=/dev/null --force-depends --force-script-chrootless -i "$@"; }
    installs "$(find . -name "${held}_*" ! -name "${held}_$next*")" >&2
    installs "$(package atelier)" "$(package atelier-slurm)" >&2
    run installs "${held}_$next".1-1_*.deb
    [ "$status" -ne 0 ]
    [[ $output == *"atelier-slurm conflicts with $held"* ]]
    [[ $(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}' "$held") != "$next"* ]]
    installs atelier-slurm_9-1_*.deb "${held}_$next".1-1_*.deb >&2
}

@test "what is installed: no file of Slurm's, nothing that is turned on, the policy as a conffile" {
    files atelier-slurm | grep -q '/atelier\.so$'
    [ "$(files atelier-slurm | grep -c -e '/atelier-keeper$' -e '/atelier-nfs$' -e '/atelier-guard$')" = 3 ]
    files atelier | grep -qx /usr/share/bash-completion/completions/atelier
    files atelier | grep -q /add-to-a-cluster.md
    files atelier | grep -qx /usr/lib/systemd/system/atelier-apply.timer
    [ "$(cat <(files atelier) <(files atelier-slurm) | grep '^/etc/' | sort | xargs)" = \
        "/etc/atelier/policy.lua /etc/logrotate.d/atelier-slurm" ]
    [ "$(for one in atelier atelier-slurm; do dpkg-deb --ctrl-tarfile "$(package "$one")" | tar -xO ./conffiles; done | sort | xargs)" = \
        "/etc/atelier/policy.lua /etc/logrotate.d/atelier-slurm" ]
    [ -z "$(dpkg-deb --ctrl-tarfile "$(package atelier)" | tar -t | grep -e inst -e rm$)" ]
    [ -z "$(cat <(files atelier) <(files atelier-slurm) | sort | uniq -d | grep -v /doc/)" ]
}

@test "both packages together are what make install puts" {
    make -s -C "$built" install DESTDIR="$BATS_TEST_TMPDIR/installed" >&2
    diff <(cd "$BATS_TEST_TMPDIR/installed" && find . ! -type d | sed 's/^\.//' |
        grep -v ^/usr/share/doc | sort) <(cat <(files atelier) <(files atelier-slurm) |
        grep -v -e ^/usr/share/doc -e ^/etc -e ^/usr/lib/systemd | sed '/\/man\//s/\.gz$//' | sort)
}

@test "the policy that comes has no workspace, is good, and says so to who asks for one" {
    run "$built/atelier" --set "lua=$repo/lua" policy check --offline "$repo/packaging/policy.lua"
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "lintian knows no error, and no warning" {
    command -v lintian >/dev/null || skip "lintian is not installed (sandbox/packages)"
    run lintian --allow-root --no-tag-display-limit "$packages"/*.changes
    echo "$output"
    [ "$status" -eq 0 ] # it came to its end
    [ "$(grep -c '^[EW]: ' <<<"$output")" = 0 ]
}

@test "logrotate turns the node's log, keeps what was written and leaves none to write to" {
    command -v logrotate >/dev/null || skip "logrotate is not installed (sandbox/packages)"
    cd "$BATS_TEST_TMPDIR"
    sed "s,/var/log,$PWD," "$repo/packaging/atelier-slurm.logrotate" >conf
    chmod 644 conf
    logrotate -f -s "$PWD/state" conf # where nothing was written yet
    for text in one two; do
        echo $text >atelier.log
        logrotate -f -s "$PWD/state" conf
        [ ! -e atelier.log ]
    done
    [ "$(<atelier.log.1)" = two ]
    [ "$(zcat atelier.log.2.gz)" = one ]
}

@test "systemd takes its files" {
    command -v systemd-analyze >/dev/null || skip "systemd is not installed"
    cp "$repo"/packaging/atelier-apply.* "$BATS_TEST_TMPDIR"
    sed -i s,/usr/bin/atelier,/bin/true, "$BATS_TEST_TMPDIR/atelier-apply.service"
    systemd-analyze verify "$BATS_TEST_TMPDIR"/atelier-apply.timer 2>&1 | grep -v -e "^Failed to" -e "Command 'man" >"$BATS_TEST_TMPDIR/said" || true
    cat "$BATS_TEST_TMPDIR/said"
    [ "$(grep -c atelier-apply "$BATS_TEST_TMPDIR/said")" = 0 ]
}

@test "make deb says what is missing, all at once" {
    mkdir bin tree
    ln -s "$(command -v bash)" "$(command -v ldd)" bin/
    for program in sed cat dirname mkdir; do ln -s "$(command -v $program)" bin/; done
    run env PATH="$PWD/bin" SOURCE_DATE_EPOCH=1 ATELIER_VERSION=1 SLURM_RELEASE=22.05 SCONTROL=/nowhere \
        "$BASH" "$repo/packaging/build" deb tree tree
    rm -r bin tree
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"make deb needs what is not here; on Debian: apt-get install dpkg-dev debhelper"* ]]
}
