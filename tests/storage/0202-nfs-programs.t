#!/bin/bash
# What people run on a volume: git, make and a compiler, sqlite, tar.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

export HOME=$work/local GIT_AUTHOR_NAME=user GIT_AUTHOR_EMAIL=user@localhost
export GIT_COMMITTER_NAME=user GIT_COMMITTER_EMAIL=user@localhost
# From 2.47 on a commit tidies up in the background, and clone, which copies what it sees, meets the
# .nfs file of a lock that goes away: on any NFS.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=maintenance.autoDetach GIT_CONFIG_VALUE_0=false

on_volume() {
    mounted bash -e -c "$1"
}

ok "git init, commit, clone, repack and check" on_volume '
    git init -q repository
    cd repository
    for i in $(seq 200); do echo "line $i" >file-$i; done
    git add .
    git commit -qm first
    git mv file-1 moved
    git commit -qam second
    git clone -q . ../clone
    git repack -qad
    git fsck --strict
    test "$(git -C ../clone log --oneline | wc -l)" = 2
    test -z "$(git -C ../clone status --porcelain)"'

ok "make builds a program that runs" on_volume '
    mkdir build
    cd build
    for i in $(seq 20); do echo "int f$i(void) { return $i; }" >f$i.c; done
    echo "int f20(void); int main(void) { return f20(); }" >main.c
    printf "%s\n" "program: \$(patsubst %.c,%.o,\$(wildcard *.c))" "	cc -o \$@ \$^" >Makefile
    make -s -j
    test "$(./program; echo $?)" = 20
    touch f3.c
    test "$(make | grep -c -- -c)" = 1
    make -q'

ok "sqlite keeps a database, with two writers" on_volume '
    cat >writer.py <<END
import sqlite3, sys
database = sqlite3.connect("numbers.db", timeout=60)
database.execute("create table if not exists numbers (writer, number)")
for number in range(50):
    with database:
        database.execute("insert into numbers values (?, ?)", (sys.argv[1], number))
END
    /usr/bin/python3 writer.py one & first=$!
    /usr/bin/python3 writer.py two
    wait $first
    /usr/bin/python3 -c "
import sqlite3
database = sqlite3.connect(\"numbers.db\")
assert database.execute(\"select count(*), sum(number) from numbers\").fetchone() == (100, 2450)
assert database.execute(\"pragma integrity_check\").fetchone() == (\"ok\",)"'

ok "tar takes a tree there and back" on_volume "
    tar -C /usr/include -cf - linux asm-generic | tar -xf -
    diff -r --no-dereference /usr/include/linux linux
    tar -cf tree.tar linux asm-generic
    tar -df tree.tar
    rm -r linux asm-generic"

dd if=/dev/urandom of="$work/local/random" bs=1M count=64 status=none
chmod 644 "$work/local/random"
ok "64 MiB of random bytes come back, also to the next mount" on_volume "
    cp $work/local/random random
    cmp $work/local/random random"
ok "the next mount reads the same" on_volume "cmp $work/local/random random"
ok "the server has the same" cmp "$work/local/random" "$work/server/results/random"

finish
