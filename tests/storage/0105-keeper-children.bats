#!/usr/bin/env bats
# A child of the keeper's that ends early: it could not be run, was killed, or failed; and which of
# these is said, with no word about the server.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() { setup_keeper; }
teardown() { teardown_keeper; }

# says SENTENCE: start fails within its time, and so says the job's record; the server is not blamed.
says() {
    within 2 1 start 7
    [[ "$output" == *"$1"* ]]
    [[ "$output" != *"check that the server"* && "$output" != *"Broken pipe"* ]]
    in_job 7 | grep -qF "$1"
    [ -z "$(client_pids)" ]
    within 2 0 stop 7
    nothing_left
}

whose='the NFS client of file server `store1` (well): '
install='; install Atelier on this node as on the others'

@test "a client that is missing, is no file, may not be run, or is no program of this machine" {
    plan well
    rm "$dir/client"
    says "$whose$dir/client could not be run: it is not there$install"
    mkdir "$dir/client"
    says "$whose$dir/client could not be run: it is a directory$install"
    rmdir "$dir/client"
    install -m 644 "$top_builddir/tests/storage/stand_in_client" "$dir/client"
    says "$whose$dir/client could not be run: it is not executable (mode 0644)$install"
    printf 'no program' >"$dir/client"
    chmod 755 "$dir/client"
    says "$whose$dir/client could not be run: it is no program$install"
    : >"$dir/client"
    says "$whose$dir/client could not be run: it is empty$install"
    printf '\177ELF\002\002\001' >"$dir/client"
    says "$whose$dir/client could not be run: it was built for another kind of machine$install"
    printf '#!/nowhere/interpreter\n' >"$dir/client"
    says "$whose$dir/client could not be run: the interpreter or loader that it names is not there$install"
}

@test "a client on a file system without programs" {
    mkdir "$dir/data"
    mount -t tmpfs -o noexec none "$dir/data"
    cp "$dir/client" "$dir/data/client"
    host_mounts=$(cat /proc/self/mountinfo)
    settings+=("nfs=$dir/data/client")
    within 2 1 start 7
    within 2 0 stop 7
    run in_job 7
    umount "$dir/data"
    grep -qF "data/client could not be run: its file system is mounted with noexec$install" "$dir/log"
}

@test "a client that lacks a library: the loader's words" {
    plan well # of two, whichever ends first is named
    cp "$(command -v ls)" "$dir/client"
    library=$(ldd "$dir/client" | awk '/=> \// { print $1; exit }')
    bytes=$(printf '%s' "$library" | tr 'a-zA-Z' 'x')
    [ -n "$library" ]
    LC_ALL=C sed -i "s/${library//./\\.}/$bytes/g" "$dir/client"
    says "$whose$dir/client could not be run: $bytes: cannot open shared object file: No such file or directory$install"
}

@test "a client that fails, is killed or crashes says so" {
    whose='the NFS client of file server `store2` '
    plan well gone
    says "$whose(gone): client failed with exit code 3 and did not say why"
    plan well killed
    says "$whose(killed): client was killed by signal 9 (SIGKILL), not for want of memory, so by root or by another process of its user"
    plan well crashes
    says "$whose(crashes): client was killed by signal 6 (SIGABRT), a fault of its own"
}

@test "a client of another release, and one that says what is no answer" {
    whose='the NFS client of file server `store2` '
    plan well stranger
    says "$whose(stranger) sent what is no answer: install $dir/client of the same release as the keeper's"
    plan well newer
    says "${whose}(newer) is Atelier 9.9.9's (protocol 77), and the keeper Atelier $(atelier_release)'s (protocol 2), which do not understand each other: install $dir/client of the keeper's release"
    plan well garbage
    says "$whose(garbage) sent what is no answer: install $dir/client of the same release as the keeper's"
}

@test "a client that is killed while the job runs: by what, in the log and to the next step" {
    start 7
    kill -TERM "$(client_pids | head -n 1)"
    soon grep -q 'atelier: lost job=7' "$dir/log"
    grep -F 'was lost while the job ran: client was killed by signal 15 (SIGTERM), by root or by another process of its user; submit the job again' "$dir/log"
    in_job 7 | grep -q 'killed by signal 15'
    within 4 0 stop 7
    nothing_left
}

@test "a client that ends while the job runs and says why: its word" {
    plan ends
    start 7
    soon grep -q 'atelier: lost job=7' "$dir/log"
    grep -F 'was lost while the job ran: the client ended: cannot go on; submit the job again' "$dir/log"
    in_job 7 | grep -q 'the client ended: cannot go on'
    within 4 0 stop 7
    nothing_left
}

# memory_group MEMORY: makes a control group with so many bytes, as far as this machine can: $group.
memory_group() {
    local file
    for group in /sys/fs/cgroup /sys/fs/cgroup/memory; do
        group+=/atelier-children-$BASHPID
        mkdir "$group" 2>/dev/null || continue
        for file in "$group/memory.max" "$group/memory.limit_in_bytes"; do
            if [ -e "$file" ]; then
                echo "$1" >"$file"
                return
            fi
        done
        rmdir "$group"
    done
    skip "no control group for memory can be made here"
}

@test "a client that the kernel kills for want of memory: so it is said" {
    memory_group 16777216
    mv "$dir/client" "$dir/real"
    printf '#!/bin/sh\necho $$ >%s/cgroup.procs\nexec %s/real\n' "$group" "$dir" >"$dir/client"
    chmod 755 "$dir/client"
    plan well hungry
    run start 7
    echo "$output"
    stop 7
    rmdir "$group"
    [[ "$output" == *'(hungry): client was killed by signal 9 (SIGKILL), probably for want of memory: the kernel killed 1 process of this node for that while it ran'* ]]
    nothing_left
}
