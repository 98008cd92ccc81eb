#!/usr/bin/env bats
# What is typed inside of a job or an allocation: whose workspace it has, and who says so.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head rm -rf "/results/inside-$BATS_TEST_NUMBER.out"
    invariant_end
}

# runs SCRIPT SBATCH-ARGUMENT...: in a job of alice's; what it says is in $output.
runs() {
    local script=$1
    shift
    submit alice --workspace=vision -w n1 -o "/mnt/atelier/results/inside-$BATS_TEST_NUMBER.out" "$@" --wrap "$script" || true
    run on head cat "/results/inside-$BATS_TEST_NUMBER.out"
    echo "$output"
}

@test "a step cannot give a workspace to a job that has none" {
    run as alice salloc -w n1 -A vision srun --workspace=vision echo it-did
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"atelier: job "*" was submitted without --workspace, and a step cannot give it one: give --workspace=vision to salloc or sbatch, or to an srun outside of a job"* ]]
    [[ $output != *administrator* && $output != *it-did* ]]
    # What all nodes have to say, the first one says.
    run as alice salloc -Q -N3 -A vision srun -l --workspace=vision echo it-did
    echo "$output"
    [ "$(grep -c 'submitted without --workspace' <<<"$output")" = 1 ]
    [ "$(grep -c '^0: .*submitted without --workspace' <<<"$output")" = 1 ]
    run as alice salloc -Q -N3 --workspace=vision srun --mount=datasets:x echo it-did
    echo "$output"
    [ "$(grep -c 'a step cannot mount anything' <<<"$output")" = 1 ]
    [[ $output != *it-did* ]]
    # A keeper that should be there is another matter.
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 60')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    on n1 pkill -KILL -x atelier-keeper
    fails_saying "it died" as alice srun --jobid="$running" --overlap --workspace=vision true
    as root scancel "$running"
}

@test "salloc says where the volumes are, and srun in it has them" {
    run as alice salloc --workspace=vision -w n1 sh -c 'env | grep -c ^ATELIER_; srun ls /mnt/atelier'
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"salloc: atelier: the volumes of workspace \`vision\` are where srun runs, not here"$'\n'* ]]
    grep -qx results <<<"$output"
    run as alice salloc -Q --workspace=vision -w n1 true
    [ -z "$output" ]
    fails_saying ": Permission denied; salloc runs this beside the job's nodes" \
        as alice salloc -Q --workspace=vision -w n1 atelier run --log-dir /mnt/atelier/results/logs -- true
    run as alice salloc -A vision -w n1 true
    [[ $output != *atelier* ]]
}

@test "salloc is told when its allocation cannot work" {
    on head /usr/local/sbin/stop-file-server
    run as alice salloc --workspace=vision -w n1 sleep 3
    on head /usr/local/sbin/start-file-server
    echo "$output"
    [[ $output == *"salloc: atelier: workspace \`vision\` on node n1"*"\`store\`"* ]]
}

@test "sbatch in a job: the variable counts when it was set there, and the job's own does not" {
    runs 'ATELIER_WORKSPACE=vision sbatch -H -o /dev/null --wrap true
        ATELIER_WORKSPACE=nlp sbatch -H -o /dev/null --wrap true
        ATELIER_EXPERIMENT=digits sbatch -H -o /dev/null --workspace=vision --wrap true
        export ATELIER_WORKSPACE=vision
        printf "#!/bin/sh\n#SBATCH --workspace=nlp\n" | sbatch -H -o /dev/null
        sbatch -H -o /dev/null --workspace=none --wrap true'
    # The first and the last have none; alice may not use nlp.
    [[ ${lines[0]} == "sbatch: atelier: a job that is submitted inside of another one does not inherit its workspace \`vision\`: say --workspace=vision, or --workspace=none to submit without these words" ]]
    [ "$(grep -c 'Submitted' <<<"$output")" = 3 ]
    [ "$(grep -c 'workspace `nlp`\|workspace nlp' <<<"$output")" -ge 2 ]
    [ "$(grep -c 'does not inherit' <<<"$output")" = 1 ]
    run on head squeue -h -u alice -t pending -o '%i %w' # the outer job may still be ending
    [ "$(grep -c ' vision' <<<"$output")" = 1 ] # a user's own wckey has a star
    grep -q 'vision.digits' <<<"$output"
}

@test "srun in a job: a framework that was set there is the step's" {
    runs 'ATELIER_FRAMEWORK=pytorch srun sh -c "echo rank \$RANK"; ATELIER_FRAMEWORK=pytroch srun echo ran; srun sh -c "echo none \$RANK"'
    [ "${lines[0]}" = "rank 0" ]
    [[ $output == *pytroch* && $output != *ran$'\n'* ]]
    [ "${lines[-1]}" = "none" ]
}

@test "no workspace, though there is a default" {
    submit alice --workspace=none -w n1 -o /tmp/inside-none.out --wrap 'env | grep -c ^ATELIER_' || true
    [ "$(on n1 cat /tmp/inside-none.out)" = 0 ]
    on n1 rm /tmp/inside-none.out
    [ -z "$(accounting "$job" AdminComment)" ]
    as alice env ATELIER_WORKSPACE=vision srun --workspace=none -w n1 sh -c '! test -e /mnt/atelier/results'
    [ "$(as alice env ATELIER_WORKSPACE=vision srun -Q --workspace=none -w n1 sh -c 'echo "[$ATELIER_WORKSPACE]"')" = "[]" ]
    [ "$(as alice env ATELIER_WORKSPACE=vision salloc -Q --workspace=none -w n1 sh -c 'echo "[$ATELIER_WORKSPACE]"')" = "[]" ]
    as alice env ATELIER_WORKSPACE=vision sbatch --wait --workspace=none -w n1 -o /tmp/inside-none.out --wrap 'echo [$ATELIER_WORKSPACE]'
    [ "$(on n1 sh -c 'cat /tmp/inside-none.out; rm /tmp/inside-none.out')" = "[]" ]
    as alice env ATELIER_WORKSPACE=none srun -w n1 true
    as alice env ATELIER_CHECK=1 ATELIER_FRAMEWORK=pytorch ATELIER_MOUNT=results:x \
        srun --workspace=none -w n1 true
    fails_saying "--workspace= names no workspace: for a job without one, say --workspace=none" as alice srun --workspace= true
    run as alice srun --workspace=none --mount=results:x true
    [[ $output == *"--mount=results:x needs a workspace, which --workspace=none refuses"* ]]

    # A default of the policy's, too, in slurmctld and on the nodes.
    on head cp /etc/atelier/policy.lua /tmp/inside-policy.lua
    on head sh -c 'printf "function default_workspace() return \"vision\" end\n" >>/etc/atelier/policy.lua; sed -i "s/^function default_workspace/default_workspace = function/" /etc/atelier/policy.lua'
    sleep 2.5
    submit alice -w n1 -o /dev/null --wrap true
    [[ $(accounting "$job" AdminComment) == *workspace=vision* ]]
    submit alice --workspace=none -w n1 -o /dev/null --wrap true
    none=$(accounting "$job" AdminComment)
    on head sh -c 'cat /tmp/inside-policy.lua >/etc/atelier/policy.lua; rm /tmp/inside-policy.lua'
    sleep 2.5
    [ -z "$none" ]
}

@test "a heterogeneous job of two workspaces has steps in both" {
    job=$(as carol sbatch --parsable --wait -o /tmp/inside-het.out -w n1 --workspace=vision : -w n2 --workspace=nlp \
        --wrap 'srun --het-group=0 printenv ATELIER_WORKSPACE; srun --het-group=1 printenv ATELIER_WORKSPACE') || true
    run on n1 cat /tmp/inside-het.out
    on n1 rm /tmp/inside-het.out
    echo "$output"
    [ "$output" = $'vision\nnlp' ]
}
