#!/usr/bin/env bats
# shellcheck disable=SC2154 # top_srcdir and top_builddir come from the Makefile
#
# Releases of Slurm that are not here: all that includes Slurm's headers compiles without a warning
# against what slurm_facts.h says of each, and the plugin does what it does here. agreement.bats
# holds that against the one that is here.
# Long: eight releases, each compiled and played.

# played PROGRAM MANY: it passes, with more tests than that.
played() {
    run "$top_builddir/tests/headers/$release/$1"
    echo "$output" | grep -A 5 '^not ok' || true
    [ "$status" -eq 0 ]
    [ "$(grep -c '^ok ' <<<"$output")" -gt "$2" ]
}

# Compiles against the headers of release $1, and plays tests/hooks.
plays_on() {
    release=$1
    make -s -C "$top_builddir" "headers-$release"
    played replay 200
    played test_files 8
    played recorded_spank 80
}

@test "the plugin against Slurm 22.05" {
    plays_on 22.05.8
}

@test "the plugin against Slurm 23.02" {
    plays_on 23.02.8
}

@test "the plugin against Slurm 23.11" {
    plays_on 23.11.11
}

@test "the plugin against Slurm 24.05" {
    plays_on 24.05.8
}

@test "the plugin against Slurm 24.11" {
    plays_on 24.11.5
}

@test "the plugin against Slurm 25.05" {
    plays_on 25.05.8
}

@test "the plugin against Slurm 25.11" {
    plays_on 25.11.7
}

@test "the plugin against Slurm 26.05" {
    plays_on 26.05.3
}
