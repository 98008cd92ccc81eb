#!/usr/bin/env bats
# `atelier run` and ranks of nodes where another release of Atelier is installed.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli
load run

run_foreign() { # PROTOCOL
    FOREIGN_PROTOCOL=$1 timeout 30 "$built/atelier" --set "launchers=$top/launchers" \
        --set "rank=$BATS_TEST_DIRNAME/foreign-rank" run -n 2 -- true
}

@test "a rank that says nothing of its release runs, and so does one of a newer" {
    run run_foreign ''
    echo "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run run_foreign 1
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "a rank that follows another protocol: one sentence with both releases" {
    run run_foreign 77
    echo "$output"
    [ "$status" -eq 125 ]
    [[ $output =~ ^'atelier run: rank '[01]' cannot start on node n1: what is installed there is '\
"Atelier 9.9.9's (protocol 77), and this \`atelier run\` Atelier "[0-9.]+\
"'s (protocol 1), which do not understand each other: install one release on all nodes"$ ]]
}

@test "a rank that does not know an option of a newer atelier run" {
    ATELIER_RUN_RELEASE=9.9.9 run "$built/atelier-rank" --colour=red -- true
    [ "$status" -eq 2 ]
    [[ ${lines[-1]} =~ ^'atelier-rank on node '[^[:blank:]]+': started with options that it does not know: it is of Atelier '[0-9.]+', and `atelier run` of 9.9.9'$ ]]
}
