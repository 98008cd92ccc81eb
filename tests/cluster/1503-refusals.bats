#!/usr/bin/env bats
# How a refusal looks: one line of ours, whoever refuses, and none of Slurm's about its plugins.

# shellcheck disable=SC2016 # backquotes are in the sentences
load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# one_line COMMAND...: fails as alice, saying one line, which begins as sbatch's errors do.
one_line() {
    run as alice "$@"
    echo "$output"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *": error: atelier: "* && $output != *lua:* ]]
}

@test "what the plugin or the filter refuses is one line" {
    one_line sbatch --workspace=vi/sion --wrap true
    one_line srun --workspace=vision --framework=pytroch true
    one_line salloc --experiment=digits true
    one_line sbatch --workspace=visoin --wrap true
    one_line srun --workspace=nlp true
    [[ $output == "srun: error: atelier: workspace \`nlp\` is not one of yours: choose vision" ]]
    run as alice env SLURM_EXIT_ERROR=7 sbatch --workspace=vi/sion --wrap true
    [ "$status" -eq 7 ]
    run as alice env SLURM_EXIT_ERROR=7 sbatch --workspace=visoin --wrap true
    [ "$status" -eq 7 ]
    silent as root squeue -h
}

@test "what slurmctld refuses has our name, and Slurm's own line" {
    run as alice env USER=nobody sbatch --workspace=visoin --wrap true
    echo "$output"
    [ "$status" -eq 1 ]
    # As doc/atelier.7 shows it.
    [ "$output" = "$("$repo/tests/cluster/examples/blocks" doc/atelier.7 1)" ]
}

@test "a change that is refused: the reason reaches the user where Slurm lets it" {
    held=$(as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true)
    run as carol scontrol update "job=$held" account=nlp
    echo "$output"
    [ "$status" -ne 0 ]
    # It is in slurmctld's log of every release.
    if slurm_has reason-of-refused-change; then
        [[ $output == *"atelier: the account follows the job's workspace"* ]]
    fi
    on head grep -q "atelier: refused user=.*the account follows the job's workspace" /var/log/slurmctld.log
    # and it is in nobody else's next answer
    run as carol sbatch --parsable --hold --workspace=vision -o /dev/null --wrap true
    [[ $output =~ ^[0-9]+$ ]]
}

@test "a job that Slurm runs again is not told to submit it again" {
    on head sh -c 'cat /etc/atelier/policy.lua >/tmp/refusals.lua; sed "s/driver = .libnfs./&, on_failure = \"requeue\"/" /tmp/refusals.lua >/etc/atelier/policy.lua'
    sleep 2.5
    on head /usr/local/sbin/stop-file-server
    waiting=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap true)
    wait_until 20 eval "on head scontrol show job $waiting | grep -q Restarts=1"
    requeued=$(on head scontrol show job "$waiting" | grep AdminComment)
    run as alice sbatch --parsable --wait --no-requeue --workspace=vision -w n2 -o /dev/null --wrap true
    failed=$(accounting "${lines[0]}" AdminComment)
    on head /usr/local/sbin/start-file-server
    on head sh -c 'cat /tmp/refusals.lua >/etc/atelier/policy.lua; rm /tmp/refusals.lua'
    sleep 2.5
    echo "$requeued"
    echo "$failed"
    [[ $requeued == *"; Slurm runs the job again by itself"* && $requeued != *"submit the job again"* ]]
    [[ $failed == *"; submit the job again later, or tell the site's administrators"* ]]
}
