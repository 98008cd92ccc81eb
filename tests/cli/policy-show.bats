#!/usr/bin/env bats
# atelier policy show: what the policy declares.

load cli

setup() {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
}

show() {
    atelier policy show --policy "$policy" "$@"
}

@test "a list has a head and aligned columns" {
    run show cluster
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "cluster  partition  kind  size" ]
    [ "${lines[1]}" = "cpu      cpu" ]
    [ "${lines[2]}" = "debug    debug" ]
}

@test "one entry has a line for each key, and its place" {
    run show workspace vision
    [ "$status" -eq 0 ]
    grep -Eqx 'limits +nodes=4, submitted_jobs=10' <<<"$output"
    grep -Eqx 'declared +policy.lua:6' <<<"$output"
    says 0 "1-00:00:00" show workspace vision
    says 0 "/datasets" show volume
    says 0 "head" show file-server store
}

@test "-o shows the columns of the kind" {
    run show volume -o place,volume
    [ "${lines[0]}" = "place  volume" ]
    says 2 'there is no column `palce`: did you mean `place`?' show volume -o palce
    show volume --json -o volume | /usr/bin/python3 -c 'import json, sys
assert all(list(one) == ["volume"] for one in json.load(sys.stdin))'
}

@test "JSON has the same entries" {
    show --json workspace | /usr/bin/python3 -c 'import json, sys
[one] = json.load(sys.stdin)
assert one["name"] == "vision" and one["limits"]["nodes"] == 4, one
assert one["groups"] == [] and one["environment"] == {"NCCL_DEBUG": "WARN"}, one'
}

@test "an unknown name gets the nearest, an unknown kind the list" {
    says 1 "the policy has no workspace \`visoin\`: did you mean \`vision\`?" show workspace visoin
    says 2 "choose workspace, cluster, volume or file-server" show everything
    says 2 "did you mean \`workspace\`?" show workspaces
    says 2 "say what" show
    says 2 "one name at a time" show workspace vision nlp
}
