#!/usr/bin/env bats
# shellcheck disable=SC2154 # top_builddir comes from the Makefile
#
# What replay itself cannot play: it says so, and the test is red.

@test "more variables of the host than it can keep are an error of the test, in a sentence" {
    sequence=$BATS_TEST_TMPDIR/long.hooks
    printf '%s\n' '  test a long variable' '    host ATELIER_LONG=\*20000x' '    expect exit 0' \
        '  test a short one' '    host ATELIER_SHORT=x' '    expect host ATELIER_SHORT=x' >"$sequence"
    run "$top_builddir/tests/hooks/replay" "$sequence"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"#   the variables that name atelier are longer than 16383 bytes, with ATELIER_LONG=x"* ]]
    [[ $output == *"not ok 1 - a long variable"* ]]
    [[ $output == *$'\nok 2 - a short one'* ]]
}
