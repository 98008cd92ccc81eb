#!/usr/bin/env bats
# Slurm shows and answers what it did when tests/recordings were made, to which the stand-ins of
# the other tests are held.

load cluster

setup_file() {
    cluster_up
    version=$(on head sinfo --version | grep -Eo '[0-9]+\.[0-9]+' | head -n 1)
    export version now=$BATS_FILE_TMPDIR/now
    [ ! -d "$repo/tests/recordings/$version" ] || "$repo/tests/recordings/record" "$now" >&2
}
setup() {
    [ -d "$repo/tests/recordings/$version" ] || skip "of Slurm $version there are no recordings"
    invariant_begin
}
teardown() { [ ! -d "$now" ] || invariant_end; }

# same NAME [COMMAND...]: what is recorded now is what was, in its order and no more often; the command
# puts into one what has none.
same() {
    local show=("${@:2}")
    ((${#show[@]})) || show=(cat)
    "${show[@]}" "$repo/tests/recordings/$version/$1.text" >"$BATS_TEST_TMPDIR/before"
    "${show[@]}" "$now/$1.text" >"$BATS_TEST_TMPDIR/now"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/now"
}

@test "the fields of a job in job_submit.lua" { same job_submit; }

@test "the options of a command in cli_filter.lua" { same cli_filter; }

@test "the calls of a SPANK plugin, and what its functions answer" {
    same spank "$repo/tests/recordings/by_process.py"
}

@test "what squeue, scontrol and sacctmgr say" { same commands; }

@test "... and what the commands of atelier ask" { same questions; }
