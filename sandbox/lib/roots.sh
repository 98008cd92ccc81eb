# Making the roots of other releases, by debootstrap, in $roots. Needs lib/release.sh and
# lib/packages.sh. Several clones may share $roots: whoever makes or changes a root has its lock. Beside a root
# stand NAME.complete, NAME.changing and NAME.lock (lib/release.sh).

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

# The mirror that this machine's apt has its Debian from.
debian_mirror() {
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" -v name="$(host_release)" '
            $2 == "main" && ($1 == codename || $1 == name) { print $3; found = 1; exit }
            END { exit !found }' || {
        echo "apt's sources have no component main of $codename, so no mirror to make a root from"
        return 1
    }
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
    local release=$1 root=$roots/$1 missing
    mapfile -t missing < <(missing_packages "$root/var/lib/dpkg" "$@")
    configure_root "$release" &&
        in_root "$release" apt-get update &&
        in_root "$release" apt-get install -y --no-install-recommends --download-only "${missing[@]}" &&
        touch "$root.changing" &&
        in_root "$release" apt-get install -y --no-install-recommends --no-download "${missing[@]}" &&
        rm "$root.changing" &&
        in_root "$release" apt-get clean &&
        add_older_libraries "$release"
}

# Where slurmdbd alone looks for libraries: see machine/start-accounting.
add_older_libraries() {
    local package older mirror
    mirror=$(awk '{ print $2; exit }' "$roots/$1/etc/apt/sources.list")
    while read -r package older; do
        # shellcheck disable=SC2016 # for a shell in the root
        in_root "$1" sh -ec 'mkdir -p /tmp/older/lists/partial && cd /tmp/older
            echo "deb $1 $2 main" >sources
            older() { apt-get -o Dir::Etc::SourceList="$PWD/sources" \
                -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$PWD/lists" \
                -o Dir::State::Status=/dev/null -o Acquire::Languages=none "$@"; }
            older update
            older download "$3"
            dpkg-deb -x ./"$3"_*.deb .
            mkdir -p /usr/local/lib/slurmdbd
            cp -a usr/lib/*/lib*.so* /usr/local/lib/slurmdbd/' older "$mirror" "$older" "$package" ||
            return
    done < <(release_rows "$1" slurmdbd)
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
        { [ -z "$(release_rows "$1" slurmdbd)" ] || [ -d "$roots/$1/usr/local/lib/slurmdbd" ]; }
}
