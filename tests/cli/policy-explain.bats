#!/usr/bin/env bats
# atelier policy explain: the decision for a job that need not exist, and for one that did.

load cli

setup() {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
    well_configured
    applied 'node=4' 10
}

# applied GRP-TRES GRP-SUBMIT: the account's limits in slurmdbd.
applied() {
    printf '%s\n' "sandbox|vision|||root|$1|||$2||std" 'sandbox|vision|alice||||||||' |
        slurm sacctmgr associations account=vision
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

@test "--columns shows these of the tables alone, and -o stays sbatch's" {
    run alice --mount=datasets/a/b:ab --columns value,what
    grep -qE '^vision +account$' <<<"$output"
    [[ $output != *policy.lua:* ]]
    run alice --mount=datasets/a/b:ab --columns what,why
    grep -qE '^  ab +asked for by the job$' <<<"$output"
    alice --columns=what --json | /usr/bin/python3 -c 'import json, sys
assert {"what": "account"} in json.load(sys.stdin)'
    says 2 '--columns=wy: there is no column `wy`: did you mean `why`?' explain --columns wy
    says 2 'there is no column `was`: choose ' explain --columns was
    run alice -o out.txt
    [[ $output == *"Of no effect on the decision: --output"* ]]
}

@test "nobody is said to enforce what he does not" {
    alice | grep -Eq '^  nodes +4 +policy.lua:6 .*: checked at submission, and Slurm counts all jobs$'
    well_configured 's/Enforce = .*/Enforce = associations,qos/; s/= lua/= (null)/'
    run alice
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "warning: slurm.conf: JobSubmitPlugins is not set: slurmctld does not ask the policy"* ]]
    grep -q '^warning: slurm.conf: AccountingStorageEnforce=associations,qos: nobody counts' <<<"$output"
    grep -Eq '^  submitted jobs .*: nobody counts all jobs: AccountingStorageEnforce in slurm.conf lacks limits$' <<<"$output"
    grep -Eq '^  nodes .*: nobody checks it at submission: JobSubmitPlugins .*, and nobody counts' <<<"$output"
    [ "$(alice --json | grep -c '"enforced_by": "nobody"')" -eq 2 ]
    well_configured
    applied '' ''
    alice | grep -Eq '^  submitted jobs .*: nobody counts all jobs: slurmdbd does not have it: `atelier policy apply` sets it$'
    applied '' 300
    alice | grep -Eq '^  submitted jobs .*: Slurm counts all jobs, up to 300: `atelier policy apply` sets it$'
}

@test "who enforces a limit is not known without Slurm's word" {
    rm "$BATS_TEST_TMPDIR"/slurm/rule.scontrol.*
    run alice
    [ "$status" -eq 0 ]
    grep -Eq '^  nodes .*: whether anybody enforces it is not known: scontrol failed .*no such thing$' <<<"$output"
    [[ $output != *"counts all jobs"* && $output != *"checked at submission"* ]]
    well_configured
    rm "$BATS_TEST_TMPDIR"/slurm/rule.sacctmgr.*
    alice | grep -q ': whether anybody enforces it is not known: sacctmgr failed .*no such thing$'
}

@test "route has its line too" {
    alice --nodes=3 | grep -Eq '^partition +cpu,debug +policy.lua:15'
    alice -N2 | grep -Eq '^partition +cpu '
}

@test "the environment of the first task and the last, and what starts them" {
    echo '#!/bin/sh' >"$BATS_TEST_TMPDIR/train.sh"
    run alice --framework=pytorch -N 3 --ntasks=7 -c 2 "$BATS_TEST_TMPDIR/train.sh" --epochs=3
    [ "$status" -eq 0 ]
    grep -qx 'Task 0, on node0:' <<<"$output"
    grep -qx 'Task 6, on node2:' <<<"$output"
    grep -qx '  RANK=6' <<<"$output"
    grep -qx '  LOCAL_RANK=1' <<<"$output"
    [ "$(grep -cx '  WORLD_SIZE=7' <<<"$output")" -eq 2 ]
    [ "${lines[*]: -2}" = "Launch:   srun --nodes=3 --ntasks=7 --cpus-per-task=2 PROGRAM" ]
    [ "$(alice --framework=pytorch | grep -c '^Task')" -eq 1 ]
}

@test "the policy's choice wins over a launcher's default" {
    sed -i 's/NCCL_DEBUG = "WARN"/HOROVOD_CPU_OPERATIONS = "ccl"/' "$policy"
    sed -i 's@frameworks = { "pytorch"@&, "horovod"@' "$policy"
    run alice --framework=horovod
    echo "$output"
    grep -q 'HOROVOD_CPU_OPERATIONS=ccl' <<<"$output"
    [ "$(grep -c 'HOROVOD_CPU_OPERATIONS' <<<"$output")" -eq 1 ]
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
    says 2 "is ambiguous" alice --n=2
    says 2 "unrecognized option '--nonsense'" alice --nonsense
}

@test "what decides nothing is taken, and said to be of no effect" {
    run alice -N4
    without=$output
    run alice -N4 --check -J name -o out --nice=5 -Hv
    [ "$status" -eq 0 ]
    [ "$output" = "$without

Of no effect on the decision: --check, --hold, --job-name, --nice, --output, --verbose" ]
}

# asked KEY OPTION...: what the request has under the key.
asked() {
    local key=$1
    shift
    alice --json "$@" | /usr/bin/python3 -c 'import json, sys
print(json.load(sys.stdin)["request"].get(sys.argv[1]))' "$key"
}

write_script() {
    script=$BATS_TEST_TMPDIR/train.sh
    cat >"$script"
}

@test "a script's lines, then the environment, then the command line" {
    write_script <<'END'
#!/bin/bash
# A comment, and an empty line:

#SBATCH -N 2-4 --job-name="two words" --comment='#1' # and so on
#SBATCH --time 1:30:00
  # indented
#SBATCH --mem=4G
echo begin
#SBATCH -N 4
END
    [ "$(asked nodes "$script")" = 2 ]
    [ "$(asked time_limit "$script")" = 90 ]
    [ "$(asked script "$script")" = True ]
    [ "$(asked memory "$script")" = 4096 ]
    [ "$(SBATCH_TIMELIMIT=60 asked time_limit "$script")" = 60 ]
    [ "$(SBATCH_TIMELIMIT=60 asked time_limit -t 30 "$script")" = 30 ]
    [ "$(SBATCH_MEM_PER_CPU=1G asked memory "$script")" = 4096 ] # the user's own word
    [ "$(ATELIER_EXPERIMENT=x asked experiment "$script")" = x ]
    [ "$(SLURM_JOB_ID=1 ATELIER_EXPERIMENT=x asked experiment "$script")" = x ]
    [ "$(SLURM_JOB_ID=1 SLURM_ATELIER_EXPERIMENT=x ATELIER_EXPERIMENT=x asked experiment "$script")" = None ]
    [ "$(ATELIER_EXPERIMENT=x asked experiment --experiment=y "$script")" = y ]
    says 2 "$BATS_TEST_TMPDIR/nosuch" alice "$BATS_TEST_TMPDIR/nosuch"
    cp "$script" "$BATS_TEST_TMPDIR/found"
    [ "$(PATH=$PATH:$BATS_TEST_TMPDIR asked nodes found)" = 2 ]
}

@test "lines that nobody can read, or that are not for explain, are named" {
    write_script <<<$'#!/bin/sh\n#SBATCH --container-image=x --nodes=9\n#SBATCH -N2'
    says 0 "train.sh:2: --container-image=x: no option of sbatch or of Atelier" alice "$script"
    [ "$(asked nodes "$script")" = 2 ]
    write_script <<<$'#!/bin/sh\n#SBATCH -N2\n#SBATCH hetjob\n#SBATCH -N9'
    says 0 "train.sh:3: heterogeneous job" alice "$script"
    [ "$(asked nodes "$script")" = 2 ]
    write_script <<<$'#!/bin/sh\n#PBS -l nodes=9'
    says 0 "train.sh:2: a line of another scheduler" alice "$script"
    for line in '--nodes' 'word' '-N' '"open' '--user=root' '--policy=x'; do
        write_script <<<$'#!/bin/sh\n#SBATCH '"$line"
        run alice "$script"
        [[ $output == *train.sh:2:* ]]
    done
    write_script <<<$'#!/bin/sh\n#SBATCH -N two'
    says 2 "train.sh:2: --nodes: \`two\` is no count" alice "$script"
    says 2 '$SBATCH_GPUS: --gpus: `many` is no count' env SBATCH_GPUS=many bash -c "
        $(declare -f atelier explain); policy='$policy' top='$top' built='$built'
        explain --user alice --workspace=vision"
}

@test "every way to ask for GPUs and tasks counts as Slurm counts it" {
    [ "$(asked gpus -N2 --gpus-per-node=a100:2)" = 4 ]
    [ "$(asked gpus -n3 --gpus-per-task=2)" = 6 ]
    [ "$(asked tasks -G8 --gpus-per-task=2)" = 4 ]
    [ "$(asked nodes -G8 --gpus-per-node=4)" = 2 ]
    [ "$(asked gpus -N2 --gres=gpu:a100:1,gpu:v100:2,shard:4)" = 6 ]
    [ "$(asked gpus -N2 --gres=gpu)" = 2 ]
    [ "$(asked gpus --gres=none)" = None ]
    [ "$(asked gpus -n8 --ntasks-per-gpu=2)" = 4 ]
    [ "$(asked gpus -n4 --tres-per-task=cpu:2,gres/gpu:1)" = 4 ]
    [ "$(asked cpus -n4 --tres-per-task=cpu:2)" = 8 ]
    [ "$(asked tasks -N2 --ntasks-per-node=3)" = 6 ] && [ "$(asked tasks --gpus=4 --gpus-per-node=2 --ntasks-per-node=3)" = 6 ]
    [ "$(asked nodes -n8 --tasks-per-node=4)" = 2 ]
    [ "$(asked tasks -N2 -B 2:4)" = 16 ]
    [ "$(asked cpus -N2 -n4 -c3)" = 12 ]
    [ "$(asked cpus -N2 -n4 -c3 --overcommit)" = 2 ]
    [ "$(asked nodes -w 'n[1-3],n7')" = 4 ]
    [ "$(asked nodes --nodelist=n1,n1)" = 1 ]
    # Where the list says where each task is, it says how many there are.
    [ "$(asked tasks --nodelist=n1,n1)" = None ]
    [ "$(asked tasks --nodelist=n[1-2],n1 -m Arbitrary)" = 3 ]
    [ "$(asked tasks --nodelist='n[1-3],n2' --distribution=hostfile,pack)" = 4 ]
    [ "$(asked nodes --nodelist='n[1-3],n2' --distribution=hostfile,pack)" = 3 ]
    [ "$(asked tasks --nodelist='n1,n1' -m arbitrary --ntasks-per-node=4)" = 2 ] && alice -N2 -m arbitrary -w n1,n1 --ntasks-per-node=4 | grep -q 'before Slurm 23.11 --ntasks-per-node does$'
    [ "$(asked tasks --nodelist=n1,n1 -m arbitrary -n 1)" = 1 ]
    [ "$(SBATCH_DISTRIBUTION=arbitrary asked tasks --nodelist=n1,n1)" = 2 ]
    printf 'n1\nn2*2 # twice\n' >"$BATS_TEST_TMPDIR/hosts"
    [ "$(SLURM_HOSTFILE=$BATS_TEST_TMPDIR/hosts asked tasks)" = 3 ]
    [ "$(SLURM_HOSTFILE=$BATS_TEST_TMPDIR/hosts asked nodes)" = 2 ]
    [ "$(SLURM_HOSTFILE=$BATS_TEST_TMPDIR/hosts asked tasks -w n1)" = None ]
    [ "$(asked tasks -m arbitrary -F "$BATS_TEST_TMPDIR/hosts")" = 3 ]
    SLURM_HOSTFILE=/nowhere/hosts says 2 '$SLURM_HOSTFILE: /nowhere/hosts cannot be read' alice
    alice -m block | grep -qx 'Of no effect on the decision: --distribution'
    [ "$(alice -m arbitrary -w n1 | grep -Ec 'Of no effect|Note:')" -eq 0 ]
    alice -m arbitrary -w n1,n1 | grep -qx 'Note: a node that the list has several times has so many tasks; before Slurm 23.11 sbatch counts it once'
    alice --gpus=4 --gpus-per-node=2 --ntasks-per-node=3 | grep -qx 'Note: as many nodes as --gpus needs have --ntasks-per-node tasks each; before Slurm 23.11 sbatch counts those of one node'
    printf 'n1\nn[2-4] # racks\n' >"$BATS_TEST_TMPDIR/hosts"
    [ "$(asked nodes -F "$BATS_TEST_TMPDIR/hosts")" = 4 ]
    [ "$(asked time_limit -t unlimited)" = 4294967295 ]
    [ "$(asked time_limit -t 0:30)" = 1 ]
    [ "$(asked memory -c2 --mem-per-cpu=1G)" = 2048 ]
    [ "$(asked licenses -L a:2)" = a:2 ]
    [ "$(asked script --wrap true)" = True ]
    says 2 "exclude each other" alice --mem=1 --mem-per-cpu=1
}

@test "all options of the sbatch that is here are taken" {
    command -v sbatch >/dev/null || skip "no sbatch here"
    local help option
    printf 'ClusterName=c\nSlurmctldHost=localhost\n' >"$BATS_TEST_TMPDIR/slurm.conf"
    help=$(SLURM_CONF=$BATS_TEST_TMPDIR/slurm.conf sbatch --help)
    grep -q -- --partition <<<"$help"
    for option in $(grep -oE -- '--[a-z][a-z-]*=?' <<<"$help" | sort -u); do
        case $option in
        --help | --usage | --version | --autocomplete=) continue ;;
        *=) alice "${option}1" >"$BATS_TEST_TMPDIR/said" 2>&1 || true ;;
        *) alice "$option" >"$BATS_TEST_TMPDIR/said" 2>&1 || true ;;
        esac
        if grep -E 'unrecognized|allow an argument|ambiguous' "$BATS_TEST_TMPDIR/said"; then
            return 1
        fi
    done
}

@test "a job without a workspace is left alone" {
    says 0 "the policy leaves the job as it is" explain --user alice
}

@test "the groups are those that this machine knows" {
    sed -i 's/users = { "alice" }/groups = { "root" }/' "$policy"
    says 0 "account" explain --user root --workspace=vision
    says 1 "refused" explain --user nobody --workspace=vision
}

# marked ROW: with its first twelve `|` as Slurm is asked to part the fields.
marked() {
    local row=$1 field
    for ((field = 0; field < 12; field++)); do row=${row/|/$'\x1f'}; done
    printf '%s\n' "$row"
}

# record ROW: of a job that slurmctld has forgotten.
record() {
    slurm squeue nothing </dev/null
    marked "$1" | slurm sacct 7
}

@test "a job that would be decided the same" {
    record '7|alice|vision|cpu|vision|std|60|1||||COMPLETED|atelier/1 workspace=vision cluster=cpu'
    says 0 "job 7: the policy of today decides the same" explain --job 7
    grep -qF '[-n] [-j] [7]' "$calls"
}

@test "a job that waits or runs is asked of slurmctld" {
    marked 'alice   |vision |cpu  |vision |std |1:00:00|1  |cpu=1| |(null) |1|PENDING |atelier/1 workspace=vision framework=pytorch cluster=cpu settings=init=file,directory=/tmp   ' |
        slurm squeue 7
    run explain --json --job 7
    [ "$status" -eq 0 ]
    grep -q '"framework": "pytorch:init=file,directory=/tmp"' <<<"$output"
    grep -q '"script": true' <<<"$output"
    grep -q '"time_limit": 60' <<<"$output"
    [ "$(grep -c '^sacct ' "$calls")" -eq 0 ]
}

@test "a job that would be decided otherwise, or refused" {
    record '7|alice|old|cpu|vision|std|60|1||||RUNNING|atelier/1 workspace=vision cluster=cpu'
    says 1 "job 7: the policy of today decides otherwise" explain --job 7
    grep -Eq '^  account +old +today: +vision$' <<<"$output"
    run explain --job 7 --columns is,what,was
    grep -qE '^  vision +account +old$' <<<"$output"
    record '7|bob|vision|cpu|vision|std|60|1||||FAILED|atelier/1 workspace=vision cluster=cpu failure=no|route'
    says 1 "job 7: the policy of today refuses it" explain --job 7
    grep -qx "what went wrong: no|route" <<<"$output"
}

@test "what a job has is not said to be what it asked for, nor where it was to be where it is" {
    record '7|alice|vision|cpu|vision|std|60|1||||RUNNING|atelier/1 workspace=vision cluster=cpu'
    run explain --job 7
    echo "$output"
    grep -Eq '^workspace +vision +of the job$' <<<"$output"
    grep -Eq '^partition +cpu +policy.lua:6 +of the job, and of the policy: the default cluster of workspace `vision`$' <<<"$output"
    [[ $output != *"asked for"* && $output != *"it was moved"* ]]
    record '7|alice|vision|cpu|vision|std|60|1||||RUNNING|atelier/1 workspace=vision cluster=small'
    says 0 "job 7: the policy of today decides the same" explain --job 7
    grep -qxF "it was submitted to cluster \`small\`, and its partition cpu is of cluster \`cpu\`: it was moved, or the policy has changed" <<<"$output"
    record '7|alice|vision|cpu|vision|std|60|1||||RUNNING|atelier/1 workspace=vision'
    says 0 "it was submitted to several clusters, and" explain --job 7
}

@test "a job that is not ours, or none" {
    record '7|alice|vision|cpu|||60|1||||RUNNING|'
    says 2 "job 7: it was submitted without a workspace" explain --job 7
    record '7|alice|vision|cpu|||60|1||||RUNNING|atelier-failure failure=volume results is down'
    says 2 "job 7: it has no record of a workspace, and a node said of it: volume results is down" \
        explain --job 7
    record ''
    says 2 "neither slurmctld nor Slurm's accounting knows job 7" explain --job 7
    says 2 "is no job id" explain --job '7;id'
    says 2 "leave the job's options out" explain --job 7 -N2
}

@test "a record that was replaced is found again, and words behind it are shown" {
    record '7|alice|vision|cpu|vision.digits|std|60|1||||CANCELLED|stop it'
    says 0 "its record was replaced by \`stop it\`: workspace and experiment are those of its wckey, framework and mounts are not known" \
        explain --job 7
    grep -Eq '^experiment +digits +' <<<"$output"
    record '7|alice|vision|cpu|vision|std|60|1||||FAILED|atelier/1 workspace=vision cluster=cpu comment=for review failure=full'
    says 0 "an administrator's comment: for review" explain --job 7
    grep -qx "what went wrong: full" <<<"$output"
}

@test "a word of the user's does not speak in Slurm's place" {
    u=$'\x1f'
    record "7|alice|vision|cpu|vision|std|60|1||a${u}b||COMPLETED|atelier/1 workspace=vision cluster=cpu"
    says 2 "what sacct says cannot be taken apart: a word that a user chose" explain --job 7
    record $'7|alice|vision|cpu|x\n7|std|60|1||||COMPLETED|atelier/1 workspace=vision cluster=cpu'
    says 2 "what sacct says cannot be taken apart: a word that a user chose" explain --job 7
    slurm sacct 7 <<<"7${u}alice${u}vision${u}cpu${u}vision${u}std${u}60${u}1${u}${u}amd|intel${u}${u}COMPLETED${u}atelier/1 workspace=vision cluster=cpu"
    says 0 "job 7: the policy of today decides the same" explain --job 7
}

@test "control characters of a record do not reach the terminal" {
    record "$(printf '7|alice|vision|cpu|vision|std|60|1||||FAILED|atelier/1 workspace=vision cluster=cpu failure=\033[31mred')"
    says 0 "what went wrong: ?[31mred" explain --job 7
}

@test "a policy that cannot be used is no decision" {
    echo 'workspce "x" { }' >>"$policy"
    says 2 "did you mean \`workspace\`?; \`atelier policy check\` says all that is wrong" alice
}
