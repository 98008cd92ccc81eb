# shellcheck shell=bash disable=SC2034,SC2154
# package.bash: packages of this tree for the release that is tested, and machines that install them.

load ../cluster/cluster

built=${ATELIER_BUILD:-$repo/build}
packages=$built/packages
page=$repo/doc/add-to-a-cluster.md

# blocks SECTION: of the page, each as a form feed and WHERE, and its lines.
blocks() {
    awk -v section="## $1" '
        /^## / { inside = $0 == section }
        inside && /^<!-- run: / { sub(/^<!-- run: /, ""); sub(/ -->$/, ""); print "\f" $0; shown = 1; next }
        shown && /^    / { sub(/^    /, ""); print; next }
        shown && !/^$/ { shown = 0 }' "$page"
}

# What the page says to build them by, in a released tree.
build_by_the_page() {
    local tree=$packages/tree commands
    commands=$(blocks "1. Packages" | awk '/^\f/ { shown = $0 == "\fbuild"; next } shown')
    make -s -C "$built" distdir distdir="$tree" &&
        (cd "$tree" && bash -ec "${commands:?}") &&
        find "$tree/packages" -maxdepth 1 -type f -exec mv -t "$packages" {} + && rm -rf "$tree"
}

# What is packed and newer than the packages.
changed_since() {
    find "$repo"/{cli,doc,examples,launchers,lib,lua,m4,nfs,packaging,plugin,run,slurm-conf,storage} \
        "$repo"/configure.ac "$repo"/Makefile.am "$repo"/README.md "$repo"/NEWS.md -type f -newer "$1" -print -quit
}

# Makes $packages, once for all test files that run side by side.
need_packages() {
    local made=$packages/made
    mkdir -p "$packages"
    exec 8>"$packages/lock"
    flock 8
    if [ ! -e "$made" ] || [ -n "$(changed_since "$made")" ]; then
        command -v dh >/dev/null || { exec 8>&- && skip "debhelper is not installed (sandbox/packages)"; }
        rm -f "$packages"/*.deb
        touch "$packages/began"
        build_by_the_page >&2 8>&- || return
        mv "$packages/began" "$made"
    fi
    exec 8>&-
}

# package NAME: its file.
package() {
    find "$packages" -maxdepth 1 -name "$1_*.deb"
}

# Makes those for RPM of the same tree, in $packages/rpm.
need_rpms() {
    local made=$packages/rpm/made
    mkdir -p "$packages/rpm"
    exec 8>"$packages/rpm/lock"
    flock 8
    if [ ! -e "$made" ] || [ -n "$(changed_since "$made")" ]; then
        command -v rpmbuild >/dev/null || { exec 8>&- && skip "rpmbuild is not installed (sandbox/packages)"; }
        rm -f "$packages"/rpm/*.rpm
        touch "$packages/rpm/began"
        make -s -C "$built" rpm packages="$packages/rpm" >&2 8>&- || return
        mv "$packages/rpm/began" "$made"
    fi
    exec 8>&-
}

# older_package NAME DIRECTORY [INSTALLED]: the same with a version that is lower than any, and of
# what an older `make install` put into INSTALLED.
older_package() {
    local tree=$2/tree-$1
    dpkg-deb -R "$(package "$1")" "$tree"
    [ $# -lt 3 ] || put_files "$1" "$tree" "$3"
    sed -i -E 's/^(Version: )(.*)/\10~\2/; s/(atelier \(= )/\10~/' "$tree/DEBIAN/control"
    dpkg-deb -b --root-owner-group -Znone "$tree" "$2/$1_0_older.deb" >/dev/null
    rm -r "$tree"
}

# put_files PACKAGE TREE INSTALLED: in place of those that are there, but for /etc.
put_files() {
    local wanted=(-name 'atelier.so' -o -name 'atelier-keeper' -o -name 'atelier-nfs' -o -name 'atelier-guard')
    wanted=(\( "${wanted[@]}" \))
    [ "$1" = atelier-slurm ] || wanted=(! "${wanted[@]}")
    rm -rf "$2/usr" "$2/DEBIAN/md5sums"
    (cd "$3" && find usr -type f "${wanted[@]}" -exec cp --parents -a -t "$2" {} +)
}

# bring MACHINE FILE...: into its /root/packages.
bring() {
    local machine=$1 file
    shift
    for file in "$@"; do
        cluster run -n "$machine" -- sh -c "mkdir -p /root/packages && cat >/root/packages/$(basename "$file")" <"$file"
    done
}

# As `on`, for what takes its time on a loaded machine.
patiently_on() {
    local machine=$1
    shift
    cluster run -n "$machine" -- timeout -k 5 "$((300 * patience))" "$@"
}

# A site's machines have systemd; these have the sandbox's programs. And nobody waits for the index of
# the manual.
give_systemctl() {
    on "$1" rm -f /var/lib/man-db/auto-update
    cluster run -n "$1" -- sh -c 'cat >/usr/local/bin/systemctl && chmod 755 /usr/local/bin/systemctl' <<'END'
#!/bin/sh
[ "$1" = restart ] || exit 0
pkill -x "$2"
while pgrep -x "$2" >/dev/null; do sleep 0.1; done
case $2 in
slurmdbd) start-accounting ;;
slurmctld) start-controller ;;
slurmd) start-node ;;
esac
END
}

# A sandbox of its own, without Atelier, of a head and two nodes.
begin_plain() { # NAME
    ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}
    ATELIER_SANDBOX=${ATELIER_SANDBOX%-"$1"}-$1
    export ATELIER_SANDBOX
}

machines=(head n1 n2)
nodes=(n1 n2)
