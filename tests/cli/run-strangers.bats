#!/usr/bin/env bats
# `atelier run` and its ranks among strangers: other users' programs that know the port.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli
load run

# before_the_ranks COMMAND: what srun's stand-in does before it starts them.
before_the_ranks() {
    sed -i "s|^children=.*|&\n$1|" "$BATS_TEST_TMPDIR/bin/srun"
    grep -qF "$BATS_TEST_DIRNAME/stranger" "$BATS_TEST_TMPDIR/bin/srun"
}

# Both ranks ran, well and once, and nothing else was said.
both_ran() {
    run run_it -n 2 -- sh -c 'echo "$SLURM_PROCID"; env | grep ATELIER_RUN_; true'
    [ "$status" -eq 0 ]
    [ "$(printf '%s\n' "${lines[@]}" | sort | tr '\n' ';')" = '0;1;' ] || { echo "$output"; false; }
}

teardown() {
    for file in "$BATS_TEST_TMPDIR"/stranger.*; do
        [ ! -e "$file" ] || kill "$(cat "$file")" 2>/dev/null || true
    done
}

@test "what a stranger says is no rank's word" {
    before_the_ranks "$BATS_TEST_DIRNAME/stranger forge \$ATELIER_RUN_PORT >$BATS_TEST_TMPDIR/said 2>/dev/null \& echo \$! >$BATS_TEST_TMPDIR/stranger.1; until grep -qs ready $BATS_TEST_TMPDIR/said; do sleep 0.1; done"
    both_ran
}

@test "strangers who say nothing keep no rank out, however many they are" {
    before_the_ranks "for i in 1 2; do $BATS_TEST_DIRNAME/stranger flood \$ATELIER_RUN_PORT >/dev/null 2>\&1 \& echo \$! >$BATS_TEST_TMPDIR/stranger.\$i; done; sleep 2"
    local began=$SECONDS
    both_ran
    [ $((SECONDS - began)) -lt 5 ] # when those of the beginning are dropped in any case
}

@test "what a rank said is not heard from another, and the rank comes again" {
    before_the_ranks "$BATS_TEST_DIRNAME/stranger replay $((20000 + $$ % 10000)) \$ATELIER_RUN_PORT >/dev/null 2>\&1 \& echo \$! >$BATS_TEST_TMPDIR/stranger.1; sleep 1; export ATELIER_RUN_PORT=$((20000 + $$ % 10000))"
    both_ran
}

@test "a rank takes no orders from who has the port" {
    local port=$((30000 + $$ % 10000))
    "$BATS_TEST_DIRNAME/stranger" listen $port >/dev/null 2>&1 3>&- &
    echo $! >"$BATS_TEST_TMPDIR/stranger.1"
    within_5_s bash -c "echo >/dev/tcp/127.0.0.1/$port" 2>/dev/null
    export SLURM_LAUNCH_NODE_IPADDR=127.0.0.1 ATELIER_RUN_PORT=$port SLURM_PROCID=1 SLURMD_NODENAME=n1
    ATELIER_RUN_SECRET=$(printf 'ab%.0s' {1..32}) ATELIER_RUN_COOKIE=$(printf 'ab%.0s' {1..16}) \
        run timeout 20 "$built/atelier-rank" -- echo "was started"
    [ "$status" -eq 2 ]
    [ "$output" = "atelier: rank 1 on node n1: cannot reach \`atelier run\` at 127.0.0.1 port $port: another program answers" ]
}

@test "the secret is in no command line and no environment of the command" {
    before_the_ranks "echo \$ATELIER_RUN_SECRET >$BATS_TEST_TMPDIR/secret # $BATS_TEST_DIRNAME/stranger"
    run run_it -n 2 -- sh -c 'env; cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n"'
    [ "$status" -eq 0 ]
    [ "$(wc -c <"$BATS_TEST_TMPDIR/secret")" -eq 65 ]
    [[ $output != *"$(cat "$BATS_TEST_TMPDIR/secret")"* ]]
}
