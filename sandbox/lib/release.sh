# The releases of Debian: what the table of sandbox/releases says of one, which of them this
# machine is, and where the root of another is kept. Needs $here and $build.

roots=${ATELIER_ROOTS:-$build/roots}

# Columns 3 and on of the table's first row that is no comment.
release_names() {
    awk '!/^#/ { for (i = 3; i <= NF; i++) print $i; exit }' "$here/releases"
}

# release_rows RELEASE KIND: a line `name value` for each row that has a value there.
release_rows() {
    awk -v release="$1" -v kind="$2" '
        /^#/ { next }
        !column { for (i = 3; i <= NF; i++) if ($i == release) column = i; next }
        $1 == kind && $column != "-" { print $2, $column }' "$here/releases"
}

# release_value RELEASE KIND NAME
release_value() {
    release_rows "$1" "$2" | awk -v name="$3" '$1 == name { print $2 }'
}

# For a sentence: bookworm (Slurm 22.05), ...
releases_with_slurm() {
    local name
    for name in $(release_names); do
        printf '%s (Slurm %s), ' "$name" "$(release_value "$name" release slurm)"
    done | sed 's/, $//'
}

release_exists() {
    release_names | grep -Fxq -- "$1"
}

# release_of_slurm VERSION: fails when none of them has it.
release_of_slurm() {
    local name
    for name in $(release_names); do
        [ "$(release_value "$name" release slurm)" = "$1" ] && echo "$name" && return
    done
    return 1
}

# Debian's own word for it. What is no Debian, or one that the table does not know, is treated
# as the oldest of them, whose packages others have, too.
find_host_release() {
    local name codename
    codename=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
    for name in $(release_names); do
        [ "$(release_value "$name" release codename)" = "$codename" ] && echo "$name" && return
    done
    release_names | head -n 1
}

host_release=$(find_host_release)

# Where machines of the release have their programs, users and libraries from.
release_root() {
    if [ "$1" = "$host_release" ]; then
        echo /
    else
        echo "$roots/$1"
    fi
}

# Where Atelier is built for the release. On its machines and for `sandbox/inside` it is where
# the build of this machine's release is: in $build.
release_build() {
    if [ "$1" = "$host_release" ]; then
        echo "$build"
    else
        echo "$build/releases/$1"
    fi
}

# A root is whole when it was made to the end. While somebody adds packages to it, who has the
# lock, it serves on; what `changing` is left of when nobody has, was interrupted.
root_is_whole() {
    [ -e "$roots/$1.complete" ] && { [ ! -e "$roots/$1.changing" ] ||
        ! flock --nonblock "$roots/$1.lock" true; }
}

require_release_root() {
    [ "$1" = "$host_release" ] || root_is_whole "$1" ||
        fail "there is no whole root of $1 in $roots; make it with: sandbox/setup --release $1"
}

# has_row KIND NAME: whether the table says anything of it.
has_row() {
    awk -v kind="$1" -v name="$2" '$1 == kind && $2 == name { found = 1 } END { exit !found }' \
        "$here/releases"
}

# slurm_release_has VERSION FEATURE: whether Slurm VERSION has a `feature` of the table. One that is
# not in it is an error, 2.
slurm_release_has() {
    awk -v version="$1" -v name="$2" '
        $1 == "feature" && $2 == name {
            known = 1
            has = ($3 == "-" || version >= $3) && ($4 == "-" || version < $4)
        }
        END { exit known ? !has : 2 }' "$here/releases" || {
        [ $? = 1 ] || echo "sandbox/releases knows no feature $2" >&2
        return 1
    }
}
