# Which packages of sandbox/packages are wanted, and which of them are missing. Needs
# lib/release.sh and lib/slurm.sh, and in $slurm the prefix of this machine's Slurm.

# packages_of SECTION...: the names below these comments.
packages_of() {
    local section
    for section in "$@"; do
        awk -v section="# $section" '/^#/ { wanted = $0 == section; next } wanted' "$here/packages"
    done
}

# wanted_packages RELEASE SECTION...: without those that the release does not have.
wanted_packages() {
    local release=$1 package
    shift
    packages_of "$@" | while read -r package; do
        if has_row package "$package" && [ -z "$(release_value "$release" package "$package")" ]; then
            continue
        fi
        printf '%s\n' "$package"
    done
}

# missing_packages DIRECTORY RELEASE SECTION...: of what is wanted, what dpkg's DIRECTORY does
# not have. Of this machine's: a Slurm that is not Debian's is left as it is.
missing_packages() {
    local admin=$1
    shift
    wanted_packages "$@" | sort -u |
        comm -23 - <(dpkg-query --admindir="$admin" -W -f '${db:Status-Status} ${Package}\n' \
            2>/dev/null | sed -n 's/^installed //p' | sort -u) |
        if [ "$admin" = /var/lib/dpkg ] && has_other_slurm "$slurm"; then
            grep -vE '^(lib)?slurm'
        else
            cat
        fi
}

# Debian starts a service when its package is installed; the sandbox starts its own, in its
# namespaces, and a second munged or MariaDB on the host would be a surprise.
without_starting_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [[ -e $policy ]]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    "$@" || status=$?
    rm -f "$policy"
    return "$status"
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    without_starting_services apt-get install -y --no-install-recommends "$@"
}
