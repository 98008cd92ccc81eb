#!/usr/bin/env bats
# atelier policy test: the site's cases as TAP.

load cli

setup() {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
    cat >"$BATS_TEST_TMPDIR/cases.lua" <<'END'
case "alice on two nodes" {
    user = "alice", workspace = "vision", nodes = 2,
    expect = { account = "vision", partition = "cpu", qos = "std" },
}
case "a stranger" { user = "mallory", workspace = "vision", expect = { refused = "not one of yours" } }
END
}

cases() {
    atelier policy test --policy "$policy" "$@"
}

@test "cases that pass, from the file beside the policy" {
    run cases
    [ "$status" -eq 0 ]
    [ "$output" = "$(printf '%s\n' '1..2' 'ok 1 - alice on two nodes' 'ok 2 - a stranger')" ]
}

@test "a case that fails says where it stands and what differs" {
    sed -i 's/qos = "std"/qos = "high"/' "$BATS_TEST_TMPDIR/cases.lua"
    run cases "$BATS_TEST_TMPDIR/cases.lua"
    [ "$status" -eq 1 ]
    [ "${lines[1]}" = "not ok 1 - alice on two nodes" ]
    [ "${lines[2]}" = "# cases.lua:1: qos is std, not high" ]
    [ "${lines[3]}" = "ok 2 - a stranger" ]
}

@test "prove reads it" {
    run prove --exec "$built/atelier --set lua=$top/lua policy test --policy $policy" "$BATS_TEST_TMPDIR/cases.lua"
    [ "$status" -eq 0 ]
    [[ $output == *"Result: PASS"* ]]
}

@test "a title with a number sign is no directive" {
    echo 'case "a # SKIP" { user = "alice", expect = { qos = "x" } }' >"$BATS_TEST_TMPDIR/cases.lua"
    says 1 "not ok 1 - a ? SKIP" cases
}

@test "a file of cases that cannot be used" {
    echo 'case "x" { usr = 1 }' >"$BATS_TEST_TMPDIR/cases.lua"
    says 2 "did you mean \`user\`?" cases
    rm "$BATS_TEST_TMPDIR/cases.lua"
    says 2 "cannot open" cases
    [ "${#lines[@]}" -eq 1 ]
}
