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

# need DIRECTORY KIND PROGRAM COMMAND...: files *.KIND there are of this tree; else the command makes
# them, once for all test files that run side by side. PROGRAM is what it needs.
need() {
    local directory=$1 kind=$2 program=$3
    shift 3
    mkdir -p "$directory"
    exec 8>"$directory/lock"
    flock 8
    if [ ! -e "$directory/made" ] || [ -n "$(changed_since "$directory/made")" ]; then
        command -v "$program" >/dev/null || { exec 8>&- && skip "$program is not installed (sandbox/packages)"; }
        rm -f "$directory"/*."$kind"
        touch "$directory/began"
        "$@" >&2 8>&- || return
        mv "$directory/began" "$directory/made"
    fi
    exec 8>&-
}

need_packages() {
    need "$packages" deb dh build_by_the_page
}

# Those for RPM.
need_rpms() {
    need "$packages/rpm" rpm rpmbuild make -s -C "$built" rpm packages="$packages/rpm"
}

# package NAME: its file.
package() {
    find "$packages" -maxdepth 1 -name "$1_*.deb"
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

# newer_package NAME DIRECTORY: the same with a higher version, and with another policy in it.
newer_package() {
    local tree=$2/tree-$1
    dpkg-deb -R "$(package "$1")" "$tree"
    sed -i -E 's/^(Version: .*)/\1+newer/; s/(atelier \(= [^)]*)/\1+newer/' "$tree/DEBIAN/control"
    [ "$1" != atelier ] || echo '-- of a newer package' >>"$tree/etc/atelier/policy.lua"
    dpkg-deb -b --root-owner-group -Znone "$tree" "$2/$1_newer.deb" >/dev/null
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
