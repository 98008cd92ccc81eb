#!/usr/bin/env bats
# atelier volume test against the real file server, from a node, as root and as a user, and from
# all nodes.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head /usr/local/sbin/start-file-server
    invariant_end
}

@test "root on a node: every volume answers, and nothing is mounted" {
    run on n1 atelier volume test
    [ "$status" -eq 0 ]
    [ "$(grep -Ec '^(datasets|home|results) .* [0-9]+ ms$' <<<"$output")" = 3 ]
}

@test "a user has no reserved port, and is told what that means" {
    run cluster run -u alice -n n1 -- atelier volume test results
    [ "$status" -eq 1 ]
    [[ $output == *"asked from an unreserved port"*"have root ask"* ]]
}

@test "all nodes, from outside and from inside an allocation, server up and down" {
    run as root atelier volume test --all-nodes results
    [ "$status" -eq 0 ]
    [ "$(grep -Ec '^n[123] +results .* ms$' <<<"$output")" = 3 ]
    run as root salloc -Q -N2 atelier volume test --all-nodes results home
    [ "$status" -eq 0 ]
    [ "$(grep -Ec '^n[123] .* ms$' <<<"$output")" = 4 ]
    on head /usr/local/sbin/stop-file-server
    run as root atelier volume test --all-nodes results
    [ "$status" -eq 1 ]
    [ "$(grep -c 'refused the connection' <<<"$output")" = 3 ]
}

@test "a policy that users may not read" {
    on head chmod 600 /etc/atelier/policy.lua
    run as alice atelier volume test
    on head chmod 644 /etc/atelier/policy.lua
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" = 1 ]
    [[ $output == *"policy.lua"*"Permission denied"* ]]
}
