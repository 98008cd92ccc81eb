# The files that all machines have in common, put together from conf/ and the installation.

install_atelier() {
    [ -e "$(release_build "$release")/Makefile" ] || {
        echo "there is no build in $build: configure and make there, or set ATELIER_BUILD"
        return 1
    }
    mkdir -p "$files" || return
    if [ -n "$installed" ]; then
        cp -a "$installed/." "$files/"
        return
    fi
    # What is old is built first: several clusters do so one after the other.
    in_release flock "$build/Makefile" \
        make --no-print-directory -C "$build" install DESTDIR="$files" V=0
}

# in_release COMMAND...: where Atelier was built and what it was built for are found.
in_release() {
    if [ "$release" = "$host_release" ]; then
        "$@"
    else
        ATELIER_BUILD=$build "$here/inside" --with "$state" "$release" "$@"
    fi
}

# Where the nodes are not as the head is: their release's files and users, and the Atelier that is
# to be theirs. Slurm's and the policy's files are the same everywhere.
configure_nodes() {
    [ "$nodes_release$nodes_installed" != "$release" ] || return 0
    (
        release=$nodes_release installed=$nodes_installed files=$state/files-of-nodes
        mkdir -p "$files" && { [ -e "$state/plain" ] || install_atelier; } &&
            configure_system && configure_openmpi &&
            cat "$state/files/etc/munge/munge.key" >"$files/etc/munge/munge.key"
    )
}

# files_of MACHINE
files_of() {
    if [ "$1" != head ] && [ -e "$state/files-of-nodes" ]; then
        echo "$state/files-of-nodes"
    else
        echo "$state/files"
    fi
}

# release_of MACHINE
release_of() {
    if [ "$1" = head ]; then cat "$state/release"; else cat "$state/nodes-release"; fi
}

configure_machines() {
    configure_system && configure_slurmdbd && configure_openmpi && configure_slurm &&
        configure_atelier
}

configure_system() {
    local etc=$files/etc owner
    mkdir -p "$etc/slurm" "$etc/atelier" "$files/usr/local/sbin" &&
        install -m 0755 "$here"/machine/start-* "$here"/machine/stop-* \
            "$files/usr/local/sbin/" &&
        install -m 0644 "$here"/conf/{mariadb.cnf,mariadb.sql,nsswitch.conf} "$etc/" &&
        ln -sfn /proc/self/mounts "$etc/mtab" && # a bare system has none
        write_ganesha >"$etc/ganesha.conf" &&
        write_hosts >"$etc/hosts" &&
        write_users >"$etc/passwd" &&
        write_groups >"$etc/group" &&
        owner=$(owner_of munge) && read -r -a owner <<<"$owner" &&
        install -d -m 0700 "${owner[@]}" "$etc/munge" &&
        install -m 0400 "${owner[@]}" <(head -c 128 /dev/urandom) "$etc/munge/munge.key"
}

# owner_of USER: options for `install`, by number: the host's user of the name may be another.
owner_of() {
    awk -F : -v name="$1" '$1 == name { print "-o", $3, "-g", $4; found = 1 } END { exit !found }' \
        "$files/etc/passwd" || {
        echo "the release's root has no user $1"
        return 1
    }
}

# The root of another release has the library itself; into this machine nothing is put.
configure_slurmdbd() {
    local place=$state/files/usr/local/lib
    [ "$release" = "$host_release" ] && [ -d "$build/slurmdbd" ] || return 0
    mkdir -p "$place" && cp -a "$build/slurmdbd" "$place/"
}

# The release's own file, with what the table has in place of its lines.
configure_openmpi() {
    local file=/etc/openmpi/openmpi-mca-params.conf rows
    rows=$(release_rows "$release" openmpi)
    [ -n "$rows" ] || return 0
    mkdir -p "$files/etc/openmpi" &&
        awk -v OFS=' = ' 'NR == FNR { value[$1] = $2; next }
            { key = $0; sub(/[ =].*/, "", key) } !(key in value)
            END { for (key in value) print key, value[key] }' \
            <(echo "$rows") "$(release_root "$release")$file" >"$files$file"
}

write_ganesha() {
    sed -n '1,/^NFS_CORE_PARAM/p' "$here/conf/ganesha.conf" &&
        release_rows "$release" ganesha.conf | sed 's/\([^ ]*\) \(.*\)/    \1 = \2;/' &&
        sed '1,/^NFS_CORE_PARAM/d' "$here/conf/ganesha.conf"
}

write_hosts() {
    local machine
    echo '127.0.0.1 localhost'
    for machine in $(machines); do
        echo "$(address_of "$machine") $machine"
    done
}

configure_slurm() {
    local conf=$state/slurm plugin job_submit cli_filter owner
    plugin=$(find "$state/files" -name atelier.so -print -quit)
    job_submit=$(find "$state/files" -path '*/slurm/job_submit.lua' -print -quit)
    cli_filter=$(find "$state/files" -path '*/slurm/cli_filter.lua' -print -quit)
    install -d -m 0755 "$conf" &&
        install -m 0644 "$here"/conf/{cgroup.conf,gres.conf,accounts} "$conf/" &&
        owner=$(owner_of slurm) && read -r -a owner <<<"$owner" &&
        install -m 0600 "${owner[@]}" "$here/conf/slurmdbd.conf" "$conf/" &&
        write_slurm_conf >"$conf/slurm.conf" &&
        { [ ! -e "$state/plain" ] || forget_settings "$conf"; } &&
        configure_cgroup "$conf" &&
        configure_kinds_of_nodes "$conf" &&
        configure_otherwise "$conf" ||
        return
    [ ! -e "$state/plain" ] || return 0
    if [ -n "$job_submit" ]; then
        install -m 0644 "$job_submit" "$conf/job_submit.lua" &&
            echo 'JobSubmitPlugins=lua' >>"$conf/slurm.conf" || return
    fi
    if [ -n "$cli_filter" ]; then
        install -m 0644 "$cli_filter" "$conf/cli_filter.lua" &&
            echo 'CliFilterPlugins=cli_filter/lua' >>"$conf/slurm.conf" || return
    fi
    if [ -n "$plugin" ]; then
        echo 'required atelier.so log=/var/log/atelier.log' >"$conf/plugstack.conf"
    fi
}

write_slurm_conf() {
    sed "s/@NODES@/n[1-$(<"$state/nodes")]/" "$here/conf/slurm.conf" &&
        release_rows "$release" slurm.conf | sed 's/ /=/'
}

# Nodes that are not all of one kind, for whoever has written them down.
configure_kinds_of_nodes() {
    [ -n "$kinds" ] || return 0
    sed -i '/^NodeName=/d' "$1/slurm.conf" &&
        cat "$kinds/nodes.conf" >>"$1/slurm.conf" &&
        install -m 0644 "$kinds/gres.conf" "$1/"
}

configure_cgroup() {
    [ "$(<"$state/cgroup")" = none ] ||
        { put_over "$here/conf/cgroup" "$1" && put_over "$here/conf/cgroup-$(<"$state/cgroup")" "$1"; }
}

# What another site has in /etc/slurm, for whoever has written it down.
configure_otherwise() {
    [ -z "$more" ] || put_over "$more" "$1"
}

# put_over DIRECTORY CONF: files of its own, and lines of slurm.conf, which take the place of ours.
put_over() {
    local file key
    for file in "$1"/*; do
        [ "${file##*/}" = slurm.conf ] || install -m 0644 "$file" "$2/" || return
    done
    [ -e "$1/slurm.conf" ] || return 0
    while IFS== read -r key _; do
        [[ ! $key =~ ^[A-Za-z]+$ ]] || sed -i "/^$key=/d" "$2/slurm.conf" || return
    done <"$1/slurm.conf"
    cat "$1/slurm.conf" >>"$2/slurm.conf"
}

# What slurm.conf.atelier adds, and the sandbox's files have, as they are for Atelier.
forget_settings() {
    sed -i -E '/^(PrologFlags|AccountingStorageEnforce|AccountingStorageTRES|TrackWCKey)=/d' \
        "$1/slurm.conf" "$1/slurmdbd.conf"
}

configure_atelier() {
    install -d -m 0755 "$state/atelier" && [ -e "$state/plain" ] ||
        install -m 0644 "$here/conf/policy.lua" "$state/atelier/"
}
