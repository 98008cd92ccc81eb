#!/usr/bin/env bats
# sandbox/setup: what it installs and fetches, and which Slurm it builds for; and sandbox/kernel.

# shellcheck disable=SC2016 # what is in single quotes is for programs that stand in
top=$(cd "${top_srcdir:-$BATS_TEST_DIRNAME/../..}" && pwd)

# A repository whose programs only say that they were run, in $place; dpkg has nothing installed,
# and says that all of Slurm is of $owner, or of nobody. Of configure's it has what it was told of
# Slurm. An older library for slurmdbd, where the release wants one, is there.
setup() {
    [ "$(id -u)" = 0 ] || skip "sandbox/setup wants root"
    place=$BATS_TEST_TMPDIR/repository
    export owner=slurm-client
    mkdir -p "$place/bin" "$place/sandbox" "$place/build/slurmdbd"
    cp -r "$top"/sandbox/{setup,packages,releases,lib} "$place/sandbox/"
    for program in autogen.sh configure sandbox/kernel sandbox/object-stores bin/make bin/apt-get; do
        printf '#!/bin/sh\necho "ran %s $*" >>%s/ran\n' "$program" "$place" >"$place/$program"
        chmod +x "$place/$program"
    done
    echo 'touch Makefile; for option; do
        case $option in --with-slurm=*) echo "SCONTROL = ${option#*=}/bin/scontrol" >Makefile ;; esac
        done' >>"$place/configure"
    printf '#!/bin/sh\n[ "$1" = -S ] && [ "$owner" ] && echo "$owner: $2"\n' >"$place/bin/dpkg-query"
    chmod +x "$place/bin/dpkg-query"
    a_slurm "$place"
}

# a_slurm PREFIX
a_slurm() {
    mkdir -p "$1/bin" "$1/sbin" "$1/include/slurm"
    touch "$1"/include/slurm/spank.h
    for program in bin/scontrol sbin/slurmctld sbin/slurmd sbin/slurmdbd; do
        printf '#!/bin/sh\n' >"$1/$program"
        chmod +x "$1/$program"
    done
}

set_up() {
    rm -f "$place/ran"
    env -u ATELIER_BUILD PATH="$place/bin:$place/sbin:$PATH" "$place/sandbox/setup" "$@"
}

# ran PATTERN
ran() {
    grep -qE "ran $1" "$place/ran"
}

nothing_of_slurm() {
    ran 'bin/apt-get install .* munge '
    [ "$(grep -cE ' (lib)?slurm' "$place/ran")" -eq 0 ]
}

@test "./demo fetches and installs nothing that only the tests need" {
    grep -q '^sandbox/setup --examples ' "$top/demo"
    set_up --examples
    ran 'bin/apt-get install .* slurmctld '
    [ "$(grep -cE 'kernel|object-stores|qemu|glusterfs|debootstrap' "$place/ran")" -eq 0 ]
    set_up --tests
    ran "sandbox/kernel $place/build/kernel"
    ran "sandbox/object-stores $place/build/object-stores"
    ran 'bin/apt-get install .* qemu-system-x86 '
}

@test "Debian's Slurm goes over no other one, be it of no package or of SchedMD's" {
    for owner in '' slurm-smd-client slurm-smd-slurmd slurm; do
        set_up --tests
        nothing_of_slurm
    done
}

@test "--with-slurm: built for the Slurm in the prefix, and none is installed" {
    prefix=$BATS_TEST_TMPDIR/opt/slurm
    a_slurm "$prefix"
    owner='' set_up --with-slurm="$prefix"
    nothing_of_slurm
    ran "configure .* --with-slurm=$prefix\$"
}

@test "a build stays with its Slurm, and is made anew for another one" {
    prefix=$BATS_TEST_TMPDIR/opt/slurm
    a_slurm "$prefix"
    set_up --with-slurm "$prefix"
    set_up
    [ "$(grep -cE 'ran configure|clean' "$place/ran")" -eq 0 ]
    set_up --with-slurm="$place"
    ran "bin/make -C $place/build clean"
    ran "configure .* --with-slurm=$place\$"
    set_up --with-slurm="$prefix"
    rm -r "$prefix"
    set_up
    ran "configure .* --with-slurm=$place\$" # which is in PATH
}

@test "wrong words about a Slurm get one sentence" {
    for words in --with-slurm --with-slurm=opt/slurm "--with-slurm=$BATS_TEST_TMPDIR" \
        "--with-slurm=$place --release $(another_release)"; do
        # shellcheck disable=SC2086
        run set_up $words
        echo "$output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ $output == *"--with-slurm"* ]]
    done
    [ ! -e "$place/ran" ]
}

another_release() {
    bash -c 'here=$1 build=/nowhere && . "$here/lib/release.sh" && release_names | grep -vFx "$host_release"' \
        - "$top/sandbox" | head -n 1
}

# Seen with no Slurm in PATH and a directory /opt of the test's own.
@test "Debian's Slurm is not installed beside one that is not in PATH; which is wanted must be said" {
    rm "$place"/bin/scontrol "$place"/sbin/*
    owner=
    hidden() {
        unshare --mount bash -c '
            set -e
            mount -t tmpfs tmpfs /opt
            mkdir -p /opt/slurm /opt/over/upper /opt/over/work
            cp -r "$1/include" "$1/bin" "$1/sbin" /opt/slurm/
            mount -t overlay -o lowerdir=/usr,upperdir=/opt/over/upper,workdir=/opt/over/work overlay /usr
            rm -f /usr/{,local/}{s,}bin/{slurmctld,slurmd,scontrol}
            shift
            exec "$@"' - "$BATS_TEST_TMPDIR/slurm" env -u ATELIER_BUILD PATH="$place/bin:$PATH" "$place/sandbox/setup" "$@"
    }
    a_slurm "$BATS_TEST_TMPDIR/slurm"
    run hidden
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"Slurm is not installed beside the one in /opt/slurm"*"--with-slurm=/opt/slurm"* ]]
    [ ! -e "$place/ran" ]
    hidden --with-slurm=/opt/slurm
    nothing_of_slurm
    rm "$place/ran" "$place/build/Makefile"
    hidden --with-slurm=/usr
    ran 'bin/apt-get install .* slurmctld '
}

@test "a sandbox's machines have a user slurm, whoever is the host's" {
    mkdir -p "$BATS_TEST_TMPDIR/root/etc"
    for line in '' slurm:x:5000:5000::/home/slurm:/bin/sh slurm:x:123:123::/:/bin/sh; do
        printf 'root:x:0:0::/root:/bin/sh\n%s\n' "$line" >"$BATS_TEST_TMPDIR/root/etc/passwd"
        run bash -c '. "$1/sandbox/lib/users.sh"; root=$2 release=x; release_root() { echo "$root"; }; write_users' \
            - "$top" "$BATS_TEST_TMPDIR/root"
        [ "$(grep -c '^slurm:' <<<"$output")" -eq 1 ]
        grep -qx 'root:\*:0:0::/root:/bin/sh' <<<"$output"
    done
    grep -q '^slurm:\*:123:123:' <<<"$output"
}

# mirror INDEX...: what roots.sh takes of these, `component uri suite label`, on a machine of $codename.
# apt has them when it was updated. It says them one by one, and fails when nobody listens any more.
mirror() {
    printf '%s\n' "$@" >"$place/indexes"
    printf '#!/bin/sh\ncase $1 in\nupdate) touch %s/updated ;;\n' "$place" >"$place/bin/apt-get"
    printf '*) cat %s/updated && while read -r line; do echo "$line"; sleep 0.2; done <%s/indexes ;;\nesac\n' \
        "$place" "$place" >>"$place/bin/apt-get"
    PATH="$place/bin:$PATH" bash -c 'set -euo pipefail
        here=$1 build=/nowhere
        . "$here/lib/release.sh"
        . "$here/lib/roots.sh"
        debian_mirror' - "$top/sandbox" 2>"$place/said"
}

@test "the mirror for a root is found in the sources of each kind of machine" {
    debian=http://mirror.example.org/debian/
    security="main http://security.debian.org/debian-security/ stable-security Debian-Security"
    [ "$(mirror "main $debian $(own_codename) x" "contrib $debian $(own_codename) x" "$security")" = "$debian" ]
    for suite in stable sid; do
        [ "$(mirror "main file:/srv/own/ $suite Our own" "$security" "main $debian $suite Debian" \
            "non-free $debian $suite Debian")" = "$debian" ]
    done
    printf '# a comment\nhttps://mirror.example.org/debian priority:1\nhttp://other\n' >"$place/mirrors"
    [ "$(mirror "main mirror+file:$place/mirrors/ stable Debian")" = https://mirror.example.org/debian ]
    [ "$(mirror "main cdrom:[x]/ stable Debian" "main $debian stable Debian")" = "$debian" ]
}

@test "without a mirror for a root there is one sentence, where the log has it" {
    run mirror "main http://example.org/ubuntu/ jammy Ubuntu"
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    grep -qx "apt's sources have no component main of Debian, .*" "$place/said"
}

own_codename() {
    . /etc/os-release && echo "$VERSION_CODENAME"
}

# package NAME DEPENDS FILE...: for apt's stand-ins, which know it by its control file.
package() {
    local name=$1 tree=$place/tree.$1 depends=$2 file
    mkdir -p "$tree/DEBIAN"
    printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: nobody\nDescription: none\n' \
        "$name" >"$tree/DEBIAN/control"
    printf '  Depends: %s\n' $depends >"$place/$name.depends"
    shift 2
    for file in "$@"; do
        mkdir -p "$tree/${file%/*}"
        echo "$name" >"$tree/$file"
    done
    dpkg-deb --build "$tree" "$place/$name.deb" >"$place/said"
}

# Debian 12 has one package, testing one for each part and all of them below usr.
kernel_of() { # one | parts
    place=$BATS_TEST_TMPDIR/$1
    mkdir -p "$place/bin"
    printf '#!/bin/sh\ncat %s/$2.depends\n' "$place" >"$place/bin/apt-cache"
    printf '#!/bin/sh\nshift 2; for name; do cp %s/$name.deb .; done\n' "$place" >"$place/bin/apt-get"
    printf '#!/bin/sh\necho "$*" >%s/ran\n' "$place" >"$place/bin/busybox"
    chmod +x "$place"/bin/*
    package linux-image-cloud-amd64 "linux-base-cloud linux-image-7"
    if [ "$1" = one ]; then
        package linux-image-7 "kmod linux-base" boot/vmlinuz-7 lib/modules/7/modules.builtin
    else
        package linux-image-7 "linux-base linux-base-7 linux-binary-7 linux-modules-7"
        package linux-base-7 "" usr/lib/modules/7/modules.builtin
        package linux-binary-7 "" usr/lib/modules/7/vmlinuz
        package linux-modules-7 "" usr/lib/modules/7/kernel/one.ko.xz
    fi
    PATH="$place/bin:$PATH" "$top/sandbox/kernel" "$place/kernel"
    [ "$(cat "$place/ran")" = "depmod -b $place/kernel 7" ]
    [ -e "$place/kernel/complete" ] && [ -s "$place/kernel/lib/modules/7/modules.builtin" ] &&
        [ -s "$place/kernel/boot/vmlinuz-7" ]
}

@test "the guest's kernel is found in the packages of each release" {
    [ "$(uname -m)" = x86_64 ] || skip "the guest is for x86_64"
    kernel_of one
    kernel_of parts
    [ -s "$place/kernel/lib/modules/7/kernel/one.ko.xz" ]
}

@test "object stores that are not to be had: the last line says why" {
    printf '#!/bin/sh\nprintf "npm error reason: %%s\\n\\n" "no route" >&2
        echo "npm error Log files were not written due to the config logs-max=0" >&2; exit 1\n' >"$place/bin/npm"
    chmod +x "$place/bin/npm"
    run env PATH="$place/bin:$PATH" "$top/sandbox/object-stores" "$place/stores"
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "npm error reason: no route" ]
    [ ! -e "$place/stores/complete" ]
}
