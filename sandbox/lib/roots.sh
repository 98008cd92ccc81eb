# Making the roots of other releases, by debootstrap, in $roots. Needs lib/release.sh and
# lib/packages.sh. Several clones may share $roots: whoever makes or changes a root has its lock.
# Beside a root stand NAME.complete, NAME.changing and NAME.lock (lib/release.sh).

# with_root_lock RELEASE COMMAND...
with_root_lock() {
    local release=$1
    shift
    mkdir -p "$roots"
    (
        flock --nonblock 8 || {
            echo "another one is making or changing the root of $release in $roots; waiting for it"
            flock 8
        }
        "$@"
    ) 8>"$roots/$release.lock"
}

# bring_root RELEASE SECTION...: makes it whole, with these sections of sandbox/packages. Of a root
# that was interrupted nothing is believed.
bring_root() {
    if [ ! -e "$roots/$1.complete" ] || [ -e "$roots/$1.changing" ]; then
        make_root "$1" || return
    fi
    root_has "$@" || add_to_root "$@"
}

# What is killed with its namespace leaves no mount behind that rm would walk into.
make_root() {
    local root=$roots/$1 mirror
    mirror=$(debian_mirror) && rm -f "$root.complete" && rm -rf --one-file-system "$root" &&
        rm -f "$root.changing" &&
        unshare --mount --pid --fork --kill-child --mount-proc -- \
            debootstrap --variant=minbase --include=ca-certificates "$1" "$root" "$mirror" &&
        echo "deb $mirror $1 main" >"$root/etc/apt/sources.list" &&
        touch "$root.complete"
}

# The mirror that this machine's apt has its Debian from. Of indexes that were never fetched, apt
# says nothing.
debian_mirror() {
    known_mirror || { apt-get update >&2 && known_mirror; } || {
        echo "apt's sources have no component main of Debian, so no mirror to make a root from" >&2
        return 1
    }
}

# Sources may say `stable` or `sid`. To its end awk reads all: apt fails when nobody listens.
known_mirror() {
    local codename mirror
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI) $(RELEASE) $(LABEL)' \
        'Created-By: Packages' | awk -v codename="$codename" -v name="$host_release" '
            $1 == "main" && $2 !~ /^cdrom:/ && !found &&
            ($3 == codename || $3 == name || NF == 4 && $4 == "Debian") { print $2; found = 1 }
            END { exit !found }') || return
    # Debian's cloud images have a file of mirrors, which debootstrap does not know.
    if [[ $mirror == mirror+file:* ]]; then
        mirror=${mirror#mirror+file:}
        mirror=$(awk '/^[a-z]/ { print $1; exit }' "${mirror%/}")
    fi
    echo "$mirror"
}

# The proxy is this machine's. No service is started in a root.
configure_root() {
    local root=$roots/$1
    cp -L /etc/resolv.conf "$root/etc/resolv.conf" &&
        {
            apt-config dump | grep -E '^Acquire::(http|https)::Proxy' || true
            release_rows "$1" apt | sed 's/\([^ ]*\) \(.*\)/\1 "\2";/'
        } >"$root/etc/apt/apt.conf.d/60sandbox" &&
        printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" &&
        chmod 755 "$root/usr/sbin/policy-rc.d"
}

# add_to_root RELEASE SECTION...: installs what is missing. A mirror that fails spoils nothing.
add_to_root() {
    local release=$1 root=$roots/$1 missing install=(apt-get install -y --no-install-recommends)
    mapfile -t missing < <(missing_packages "$root/var/lib/dpkg" "$@")
    configure_root "$release" &&
        in_root "$release" apt-get update &&
        in_root "$release" "${install[@]}" --download-only "${missing[@]}" &&
        touch "$root.changing" &&
        in_root "$release" "${install[@]}" --no-download "${missing[@]}" &&
        rm "$root.changing" &&
        in_root "$release" apt-get clean &&
        add_older_libraries "$release" "$root/usr/local/lib/slurmdbd"
}

# add_older_libraries RELEASE DIRECTORY: what slurmdbd alone is to load, from the packages of an
# older release. apt is asked beside all that it knows of this machine.
add_older_libraries() {
    local package older mirror place status=0
    mirror=$(debian_mirror) && place=$(mktemp -d) || return
    while read -r package older; do
        mkdir -p "$place/lists/partial" && echo "deb $mirror $older main" >"$place/sources" &&
            older_apt "$place" update && older_apt "$place" download "$package" &&
            dpkg-deb -x "$place/$package"_*.deb "$place" && rm -rf "$2" && mkdir -p "$2" &&
            cp -a "$place"/usr/lib/*/lib*.so* "$2/" || status=1
    done < <(release_rows "$1" slurmdbd)
    rm -rf "$place"
    return "$status"
}

older_apt() {
    local place=$1
    shift
    env -C "$place" apt-get -o Dir::Etc::SourceList="$place/sources" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$place/lists" \
        -o Dir::State::Status=/dev/null -o Acquire::Languages=none \
        -o APT::Update::Post-Invoke-Success::= -o APT::Sandbox::User=root "$@"
}

# libraries_are_there RELEASE DIRECTORY
libraries_are_there() {
    [ -z "$(release_rows "$1" slurmdbd)" ] || [ -d "$2" ]
}

# in_root RELEASE COMMAND...: changes the root itself.
in_root() {
    local release=$1
    shift
    unshare --mount --pid --fork --kill-child --propagation private -- \
        env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        "$here/machine/inside" write "$roots/$release" -- "$@"
}

root_has() {
    [ -z "$(missing_packages "$roots/$1/var/lib/dpkg" "$@")" ] &&
        libraries_are_there "$1" "$roots/$1/usr/local/lib/slurmdbd"
}
