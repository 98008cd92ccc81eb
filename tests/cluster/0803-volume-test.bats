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

@test "a user has no reserved port: what can be asked is, and what cannot is said" {
    run cluster run -u alice -n n1 -- atelier volume test results
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output =~ results\ .*\ [0-9]+\ ms,\ service\ and\ export\ alone ]]
    [[ $output == *"is asked by root on a node, or by \`srun --workspace=NAME atelier volume test\`"* ]]
    on n1 sh -c 'sed "s#/results#/no-such-place#" /etc/atelier/policy.lua >/tmp/draft.lua; chmod 644 /tmp/draft.lua'
    run cluster run -u alice -n n1 -- atelier volume test --policy /tmp/draft.lua results
    on n1 rm /tmp/draft.lua
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"has no export /no-such-place in its list"* ]]
    on head /usr/local/sbin/stop-file-server
    run cluster run -u alice -n n1 -- atelier volume test results
    [ "$status" -eq 1 ]
    [[ $output == *"refused the connection"* ]]
}

@test "a user in a job asks by the job's own mounts, and in salloc's shell the job's nodes do" {
    run as alice srun --workspace=vision -w n1 atelier volume test results datasets
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -Ec '^(results|datasets) .* [0-9]+ ms, by this job.s mount$' <<<"$output")" = 2 ]
    run as alice salloc -Q --workspace=vision -N2 atelier volume test results
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -Ec '^n[123] +results .* [0-9]+ ms, by this job.s mount$' <<<"$output")" = 2 ]
}

@test "a job that its nodes cannot start: in salloc's shell it is told as the node tells it" {
    on head /usr/local/sbin/stop-file-server
    run as alice salloc -Q --workspace=vision -N2 atelier volume test results
    on head /usr/local/sbin/start-file-server
    echo "$output"
    [ "$status" -eq 2 ]
    [[ $output == "atelier volume test: srun failed with exit code 1: workspace \`vision\` on node n"*"refused the connection"* ]]
    [[ $output != *all-nodes* ]]
    on n1 chmod -x /usr/libexec/atelier/atelier-nfs
    run as alice salloc -Q --workspace=vision -w n1 atelier volume test results
    on n1 chmod +x /usr/libexec/atelier/atelier-nfs
    echo "$output"
    [[ $output == *"on node n1 "*"atelier-nfs could not be run: it is not executable"* && $output != *all-nodes* ]]
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
    [[ $output == *"the site keeps its policy, /etc/atelier/policy.lua, from its users"* ]]
}
