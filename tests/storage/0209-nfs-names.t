#!/bin/bash
# Names that another node replaces or removes: whoever sees a newer name sees no older one, and a
# directory that was replaced is the new one to all that opens, enters, lists or changes$round it.
#
# ATELIER_ROUNDS (12) says how often each.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"
rounds=${ATELIER_ROUNDS:-12}
cp "$here/nfs_names_node.py" "$work/"

looks=(listdir scandir walk glob access chdir descriptor statvfs stat open)
changes=(touch exclusive rename replace unlink rmdir chmod utime truncate)

makes=(mkdir symlink mkfifo link)

start() {
    node "$1" /usr/bin/python3 -B "$work/nfs_names_node.py"
}

# says NODE LINE ANSWER
says() {
    local answer
    answer=$(on "$1" "$2")
    [ "$answer" = "$3" ] || {
        echo "round $round: $2 on $1 is $answer, not $3"
        return 1
    }
}

# rounds_of FUNCTION: how often what n2 sees is older than the marker that it sees.
rounds_of() {
    local round wrong=0
    for ((round = 1; round <= rounds; round++)); do
        "$1" || wrong=$((wrong + 1))
    done
    [ "$wrong" = 0 ] || {
        echo "$wrong of $rounds"
        return 1
    }
}

# begin NAME: the round's directory, $d. All that is in it n2 knows, and may trust.
begin() {
    d=$1$round
    on n2 "know('$d') or time.sleep(0.02) or know('$d')"
} >/dev/null

# Makes the files of all rounds. It is called before n2 comes, so that n2 has no reason to doubt
# the names of the top directory.
prepare_rounds() {
    local name
    for name in links listings misses changes files opens removals moves "${looks[@]}" "${changes[@]}" \
        "${makes[@]}"; do
        on n1 "[make('$name%d' % round) for round in range(1, $rounds + 1)]"
    done
} >/dev/null

linked_anew() {
    on n1 "link_anew('$d/latest', '$round')"
} >/dev/null

marker() {
    on n1 "put('$d/marker', '')"
} >/dev/null

linked() {
    begin links
    linked_anew
    marker
    says n2 "seen('$d/marker', os.readlink, '$d/latest')" "$round"
}

# The newer name is in a listing.
listed() {
    begin listings
    linked_anew
    marker
    says n2 "'marker' in os.listdir('$d') and os.readlink('$d/latest')" "$round"
}

# What was looked for is not there, but the directory has changed.
missed() {
    begin misses
    linked_anew
    says n2 "os.path.exists('$d/none') or os.readlink('$d/latest')" "$round"
}

# A change that n2 makes itself shows it the change of n1.
changed() {
    begin changes
    linked_anew
    says n2 "put('$d/own', '') or os.readlink('$d/latest')" "$round"
}

replaced() {
    begin files
    on n1 "file_anew('$d/file', '$round')" >/dev/null
    marker
    says n2 "seen('$d/marker', lambda: (os.stat('$d/file').st_size, contents('$d/file')))" \
        "(${#round}, '$round')"
}

# Without a newer name that tells: what is opened is the file that is there.
opened() {
    begin opens
    on n1 "file_anew('$d/file', '$round')" >/dev/null
    says n2 "contents('$d/file')" "$round"
}

removed() {
    begin removals
    on n1 "os.unlink('$d/file')" >/dev/null
    marker
    says n2 "seen('$d/marker', os.path.exists, '$d/file')" False
}

moved() {
    begin moves
    on n1 "os.rename('$d/file', '$d/directory/moved')" >/dev/null
    says n2 "(contents('$d/directory/moved'), os.path.exists('$d/none'), os.path.exists('$d/file'))" \
        "('old file', False, False)"
}

all_names() {
    ok "a link: the newer name comes with the newer target$1" rounds_of linked
    ok "... when a listing shows the newer name$1" rounds_of listed
    ok "... when a name is not found$1" rounds_of missed
    ok "... when the node's own change shows it$1" rounds_of changed
    ok "a file: its size and contents$1" rounds_of replaced
    ok "... without a newer name$1" rounds_of opened
    ok "a removed file is gone$1" rounds_of removed
    ok "a moved one is only where it went$1" rounds_of moved
}

looked() {
    begin "$how"
    on n1 "directory_anew('$d/directory')" >/dev/null
    says n2 "look('$how', '$d/directory')" "['inner', 'new']"
}

changed_within() {
    begin "$how"
    on n1 "directory_anew('$d/directory')" >/dev/null
    says n2 "change('$how', '$d/directory')" "done"
}

# A second apart: no more often does a client have the kernel forget for it.
made_within() {
    begin "$how"
    on n1 "directory_anew('$d/directory')" >/dev/null
    sleep 1
    says n2 "change_again('$how', '$d/directory')" "done"
}

all_directories() {
    for how in "${looks[@]}"; do
        ok "a replaced directory: $how$1" rounds_of looked
    done
    for how in "${changes[@]}"; do
        ok "a change in a replaced directory: $how$1" rounds_of changed_within
    done
    rounds=2
    for how in "${makes[@]}"; do
        ok "... after one ESTALE at most: $how$1" rounds_of made_within
    done
}

start n1
prepare_rounds
start n2
all_names ""
all_directories ""
on n1 "os.mkdir('held')" >/dev/null
on n2 "os.open('held', os.O_RDONLY)" >/dev/null
on n1 "os.rmdir('held')" >/dev/null
ok "a removed directory is gone" says n2 "look('listdir', 'held')" ENOENT
end_nodes
like "both mounts end well" stopped "$work/local/n2.end"

# All of it once more on a file system that keeps whole seconds, so that two changes within one
# have the same time.
rounds=2
restart_with_times 1000000000
start n1
prepare_rounds
start n2
sleep 1
all_names " (whole seconds)"
end_nodes
restart_with_times 1

# A kernel before 6.16, which takes no such notice: a name holds for a second at most.
old_names() {
    begin old
    linked_anew
    on n1 "os.unlink('$d/file')" >/dev/null
    marker
    on n2 "os.path.exists('$d/marker') and time.sleep(1.1)" >/dev/null
    says n2 "(os.readlink('$d/latest'), os.path.exists('$d/file'))" "('$round', False)"
}

old_lists() {
    begin lists
    on n1 "directory_anew('$d/directory')" >/dev/null
    says n2 "look('listdir', '$d/directory')" "['inner', 'new']"
}

if command -v strace >/dev/null; then
    # The first that it writes there is its answer to the mount.
    cat >"$work/client" <<END
#!/bin/sh
exec strace -f -qq -o /dev/null -P /dev/fuse -e trace=write -e inject=write:error=EINVAL:when=2+ -- $(realpath "$ATELIER_NFS")
END
    chmod 755 "$work/client"
    rounds=3
    start n1
    on n1 "[make('old%d' % round) for round in range(1, $rounds + 1)]" >/dev/null
    on n1 "[make('lists%d' % round) for round in range(1, $rounds + 1)]" >/dev/null
    ATELIER_NFS=$work/client start n2
    ok "an older kernel sees an old name beside a newer one for a second at most" rounds_of old_names
    ok "... and lists a replaced directory" rounds_of old_lists
    end_nodes
fi

finish
