# Which Slurm this machine's release has: that of Debian's packages, below /usr, or another one,
# which may have a prefix of its own, as /opt/slurm. Needs $build.

# slurm_prefix: of the Slurm that the build is for; where there is no such, of the one in PATH.
slurm_prefix() {
    local prefix
    prefix=$(build_slurm_prefix)
    [ -x "$prefix/bin/scontrol" ] || prefix=$(path_slurm_prefix)
    echo "${prefix:-/usr}"
}

build_slurm_prefix() {
    sed -n 's|^SCONTROL = \(/.*\)/bin/scontrol$|\1|p' "$build/Makefile" 2>/dev/null
}

path_slurm_prefix() {
    local scontrol
    scontrol=$(command -v scontrol) && scontrol=$(realpath "$scontrol") &&
        echo "${scontrol%/bin/scontrol}"
}

# slurm_path PREFIX: what stands before all else of PATH.
slurm_path() {
    [ "$1" = /usr ] || echo "$1/sbin:$1/bin:"
}

# has_other_slurm PREFIX: whether the Slurm there, or in PATH, is not Debian's. Debian's would be
# put over it, or in its place, and a plugin that is built with their header is refused by it.
has_other_slurm() {
    local program path PATH=$(slurm_path "$1")$PATH
    for program in slurmctld slurmd scontrol; do
        path=$(command -v "$program") || continue
        is_of_debian "$(realpath "$path")" || is_of_debian "$path" || return 0
    done
    return 1
}

# is_of_debian FILE: by its package's name, since SchedMD's packages of Slurm have other ones
# (slurm-smd-client).
is_of_debian() {
    case $(dpkg-query -S "$1" 2>/dev/null | sed '/^diversion by /d; s/[:,].*//; q') in
    slurmctld | slurmd | slurm-client) ;;
    *) return 1 ;;
    esac
}

# hidden_slurms: where nothing in PATH is of a Slurm, the prefixes that have one: people here get
# it otherwise, as by a module, and would find Debian's instead.
hidden_slurms() {
    local scontrol
    ! command -v slurmctld slurmd scontrol >/dev/null || return 0
    for scontrol in /usr/local/bin/scontrol /opt/*/bin/scontrol /opt/*/*/bin/scontrol; do
        [ ! -x "$scontrol" ] || echo "${scontrol%/bin/scontrol}"
    done
}
