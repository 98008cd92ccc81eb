#!/usr/bin/env bats
# shellcheck disable=SC2154 # top_srcdir and top_builddir come from the Makefile
#
# What the plugin costs a job that does not use it: the system calls of each hook, counted.

setup() {
    command -v strace >/dev/null || skip "no strace here"
    strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
    sequence=$BATS_TEST_TMPDIR/unused.hooks
}

# Prints the calls between replay's marks, a line each; "hook NAME" first.
calls() {
    strace -f -qq -o "$BATS_TEST_TMPDIR/trace" "$top_builddir/tests/hooks/replay" "$sequence" \
        >"$BATS_TEST_TMPDIR/tap"
    grep -q "^ok 1" "$BATS_TEST_TMPDIR/tap"
    sed -n '/write(-1, "hook /,/write(-1, "end"/p' "$BATS_TEST_TMPDIR/trace" |
        sed 's/^[0-9]* *//; /write(-1, "end"/d; s/.*"hook \([a-z_]*\)".*/hook \1/; s/) *= /) = /' |
        grep -v '^brk('
}

@test "a client without our options makes no system call" {
    printf '%s\n' "test unused" "context sbatch" "hook init" "hook init_post_opt" "hook exit" \
        "expect status 0" >"$sequence"
    run calls
    [ "$status" -eq 0 ]
    [ "$output" = "hook init
hook init_post_opt
hook exit" ]
}

@test "a step without our options looks for one directory" {
    printf '%s\n' "test unused" "context step" "plugstack run=/run/atelier-test" \
        "host SLURMD_NODENAME=n1" "item job 7" "hook init" "hook init_post_opt" "item task 0" \
        "hook task_init" "hook exit" "expect exit 0" >"$sequence"
    run calls
    [ "$status" -eq 0 ]
    [ "$output" = 'hook init
hook init_post_opt
access("/run/atelier-test/n1/7", F_OK) = -1 ENOENT (No such file or directory)
hook task_init
hook exit' ]
}

@test "a prolog without our options makes no system call, an epilog looks for one directory" {
    printf '%s\n' "test unused" "context prolog" "plugstack run=/run/atelier-test" \
        "host SLURMD_NODENAME=n1" "item job 7" "hook job_prolog" "hook job_epilog" \
        "expect status 0" >"$sequence"
    run calls
    [ "$status" -eq 0 ]
    [ "$output" = 'hook job_prolog
hook job_epilog
access("/run/atelier-test/n1/7", F_OK) = -1 ENOENT (No such file or directory)' ]
}
