#!/usr/bin/env bats
# atelier policy explain: the decision for a job that need not exist, and for one that did.

load cli

setup() {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
}

explain() {
    atelier policy explain --policy "$policy" "$@"
}

alice() {
    explain --user alice --workspace=vision "$@"
}

@test "each part of the decision stands with the line that decided it" {
    run alice
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "workspace "*" vision "*"asked for by the job" ]]
    grep -Eq '^account +vision +policy.lua:6 +the account of workspace `vision`$' <<<"$output"
    grep -Eq '^qos +std +policy.lua:6 +the QOS .* priority `normal`$' <<<"$output"
    grep -Eq '^time limit +1-00:00:00 +policy.lua:6 ' <<<"$output"
    grep -Eq '^  datasets +head:/datasets ro by auto +policy.lua:2 ' <<<"$output"
    grep -Eq '^  submitted jobs +10 +policy.lua:6 .*Slurm counts all jobs$' <<<"$output"
    grep -Eq '^  NCCL_DEBUG=WARN +policy.lua:6 ' <<<"$output"
    [ "$(grep -c ' $' <<<"$output")" -eq 0 ]
}

@test "route has its line too" {
    alice --nodes=3 | grep -Eq '^partition +cpu,debug +policy.lua:15'
    alice -N2 | grep -Eq '^partition +cpu '
}

@test "the environment of the first task and the last, and what starts them" {
    run alice --framework=pytorch -N 3 --ntasks=7 -c 2 train.sh --epochs=3
    [ "$status" -eq 0 ]
    grep -qx 'Task 0, on node0:' <<<"$output"
    grep -qx 'Task 6, on node2:' <<<"$output"
    grep -qx '  RANK=6' <<<"$output"
    grep -qx '  LOCAL_RANK=1' <<<"$output"
    [ "$(grep -cx '  WORLD_SIZE=7' <<<"$output")" -eq 2 ]
    [ "$(grep -cx '  OMP_NUM_THREADS=2' <<<"$output")" -eq 2 ]
    [ "${lines[-1]}" = "  srun --nodes=3 --ntasks=7 --cpus-per-task=2 PROGRAM" ]
    [ "$(alice --framework=pytorch | grep -c '^Task')" -eq 1 ]
}

@test "the policy's number of threads wins over a launcher's" {
    sed -i 's/NCCL_DEBUG = "WARN"/OMP_NUM_THREADS = "6"/' "$policy"
    run alice --framework=pytorch
    echo "$output"
    grep -q 'OMP_NUM_THREADS=6' <<<"$output"
    [ "$(grep -c 'OMP_NUM_THREADS' <<<"$output")" -eq 1 ]
}

@test "each use of --mount counts, and stands with what it shows" {
    printf 'volume "shelf" { server = "store", export = "/shelf",\n    subdirectories = { "train" } }\n' >>"$policy"
    sed -i 's/volumes = { "datasets" }/volumes = { "datasets", "shelf" }/' "$policy"
    run alice --mount=datasets/a/b:ab --mount shelf/train:t:ro,datasets:all
    [ "$status" -eq 0 ]
    grep -Eq '^  ab +datasets/a/b ro +asked for by the job$' <<<"$output"
    grep -Eq '^  t +shelf/train ro ' <<<"$output"
    grep -Eq '^  all +datasets ro ' <<<"$output"
    grep -Eq '^  shelf +head:/shelf .*; only --mount shows train$' <<<"$output"
    run alice
    [[ $output != *Mounts:* && $output != *shelf* ]] # nothing of it would be mounted
    alice --json --mount=datasets/a:x | grep -q '"path": "a"'
    says 1 "refused: volume \`shelf\` has \`x\` for nobody: choose train below it (policy.lua:" \
        alice --mount=shelf/x:x
    says 1 "refused: --mount=a;b:x: \`a;b\` is no volume's name" alice --mount='a;b:x'
}

@test "a refusal is sbatch's sentence, with its place and exit status 1" {
    says 1 "refused: partition \`gpu\` is not one of workspace \`vision\`" alice -p gpu
    says 1 "(policy.lua:6)" alice -p gpu
    says 1 "refused: 5 nodes are over the limit" alice --nodes 5
    says 1 "does not allow framework \`jax\`" alice --framework=jax
    run explain --user mallory --workspace=vision
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output != *policy.lua* ]] # a stranger learns nothing
}

@test "the options mean what sbatch means by them" {
    alice --json -N2 --gres=gpu:a100:4 --mem=4G -t 90 --array=0-9 -C fast -q high >"$BATS_TEST_TMPDIR/json"
    jq_is() {
        [ "$(/usr/bin/python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."):
    value = value[key]
print(value)' "$BATS_TEST_TMPDIR/json" "$1")" = "$2" ]
    }
    jq_is request.gpus 8
    jq_is request.memory 4096
    jq_is request.time_limit 90
    jq_is request.array True
    jq_is request.features fast
    jq_is decision.qos fast
    jq_is decision.account vision
    says 2 "\`two\` is no count" alice -N two
    says 2 "\`4X\` is no size" alice --mem=4X
    says 2 "is no wall time" alice --time=soon
    says 2 "unrecognized option '--nonsense'" alice --nonsense
}

@test "the launch check is no matter of the policy" {
    run alice -N4
    without=$output
    run alice -N4 --check
    [ "$status" -eq 0 ]
    [ "$output" = "$without" ]
}

@test "a job without a workspace is left alone" {
    says 0 "the policy leaves the job as it is" explain --user alice
}

@test "the groups are those that this machine knows" {
    sed -i 's/users = { "alice" }/groups = { "root" }/' "$policy"
    says 0 "account" explain --user root --workspace=vision
    says 1 "refused" explain --user nobody --workspace=vision
}

record() {
    slurm sacct 7 <<<"$1"
}

@test "a job that would be decided the same" {
    record 'alice|vision|cpu|vision|std|60|1|COMPLETED|atelier/1 workspace=vision cluster=cpu'
    says 0 "job 7: the policy of today decides the same" explain --job 7
    grep -qF 'sacct [-X] [-P] [-n] [-j] [7]' "$calls"
}

@test "a job that would be decided otherwise, or refused" {
    record 'alice|old|cpu|vision|std|60|1|RUNNING|atelier/1 workspace=vision cluster=cpu'
    says 1 "job 7: the policy of today decides otherwise" explain --job 7
    grep -Eq '^  account +old +today: +vision$' <<<"$output"
    record 'bob|vision|cpu|vision|std|60|1|FAILED|atelier/1 workspace=vision cluster=cpu failure=no|route'
    says 1 "job 7: the policy of today refuses it" explain --job 7
    grep -qx "it did not start: no|route" <<<"$output"
}

@test "a job that is not ours, or none" {
    record 'alice|vision|cpu|||60|1|RUNNING|'
    says 2 "job 7: it was submitted without a workspace" explain --job 7
    record ''
    says 2 "Slurm's accounting has no job 7" explain --job 7
    says 2 "is no job id" explain --job '7;id'
    says 2 "leave the job's options out" explain --job 7 -N2
}

@test "control characters of a record do not reach the terminal" {
    record "$(printf 'alice|vision|cpu|vision|std|60|1|FAILED|atelier/1 workspace=vision cluster=cpu failure=\033[31mred')"
    says 0 "it did not start: ?[31mred" explain --job 7
}

@test "a policy that cannot be used is no decision" {
    echo 'workspce "x" { }' >>"$policy"
    says 2 "did you mean \`workspace\`?; \`atelier policy check\` says all that is wrong" alice
}
