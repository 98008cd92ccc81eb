#!/usr/bin/env bats
# atelier framework list and show; and the examples of doc/atelier-launcher.7.

load cli

page=${top_srcdir:-$BATS_TEST_DIRNAME/../..}/doc/atelier-launcher.7

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# own_launchers: a copy of the launchers, which a test adds to.
own_launchers() {
    cp -r "$top/launchers" launchers
}

own() {
    atelier --set "launchers=$PWD/launchers" "$@"
}

# display N: the Nth literal display of the page.
display() {
    awk -v wanted="$1" '
        /^\.Bd -literal/ { shown = ++count == wanted; next }
        /^\.Ed/ { shown = 0 }
        shown { gsub(/\\e/, "\\"); print }' "$page"
}

@test "the list has every launcher with its title" {
    run atelier framework list
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq "$(find "$top/launchers" -maxdepth 1 -name '*.lua' | wc -l)" ]
    [ "${lines[0]}" = "accelerate  Hugging Face Accelerate, through PyTorch's variables" ]
    [ "${lines[-1]}" = "tensorflow  TensorFlow distributed" ]
}

@test "a broken launcher is listed with what is wrong with it" {
    own_launchers
    echo 'return {' >launchers/broken.lua
    says 1 "broken      launcher \`broken\` failed: broken.lua:" own framework list
    [[ $output == *"jax         JAX distributed"* ]]
    says 2 "no launcher is installed" atelier --set "launchers=$PWD/launchers/support/.." \
        --set "launchers=$BATS_TEST_TMPDIR" framework list
}

@test "JSON has the same" {
    atelier framework list --json | /usr/bin/python3 -c 'import json, sys
names = {entry["name"]: entry["title"] for entry in json.load(sys.stdin)}
assert names["mpi"] == "MPI, by srun or mpirun" and "support" not in names, names'
    atelier framework show tensorflow:ps=1 --nodes 3 --tasks-per-node 2 --gpus 4 --json |
        /usr/bin/python3 -c 'import json, sys
shown = json.load(sys.stdin)
assert len(shown["tasks"]) == 6 and shown["nodes"] == 3, shown
first, second, last = (shown["tasks"][rank] for rank in (0, 1, 5))
assert first["variables"]["ATELIER_ROLE"] == "ps", first
assert first["variables"]["CUDA_VISIBLE_DEVICES"] == "", first
assert "CUDA_VISIBLE_DEVICES" not in second["variables"], second
assert last["node"] == "node2" and last["variables"]["CUDA_VISIBLE_DEVICES"] == "2,3", last
config = json.loads(last["variables"]["TF_CONFIG"])
assert config["task"] == {"type": "worker", "index": 4}, config
assert len(config["cluster"]["worker"]) == 5 and len(config["cluster"]["ps"]) == 1, config
assert ["ps=N"] == [form for form, about in shown["settings"] if form.startswith("ps")]'
}

@test "-o shows the columns that are named, in their order, also as JSON" {
    run atelier framework list -o title,name
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} =~ ^TensorFlow\ distributed\ +tensorflow$ ]]
    run atelier framework list -o name
    [ "${lines[-1]}" = tensorflow ]
    atelier framework list --output=Title --json | /usr/bin/python3 -c 'import json, sys
assert {"title": "JAX distributed"} in json.load(sys.stdin)'
    says 2 'there is no column `nam`: did you mean `name`?' atelier framework list -o nam
    run atelier framework show tensorflow -o about,form
    grep -qE '^    [a-z].*  ps=N$' <<<"$output"
    run atelier framework show tensorflow --json -o form
    [[ $output == *'"form": "ps='* && $output != *'"about"'* ]]
    says 2 'there is no column `from`: did you mean `form`?' atelier framework show tensorflow -o from
}

@test "mistyped words of the command get the nearest" {
    says 2 'atelier has no command `framwork`: did you mean `framework`?' atelier framwork list
    says 2 'atelier framework has no command `shwo`: did you mean `show`?' atelier framework shwo mpi
    says 2 'did you mean `--gpus`?' atelier framework show mpi --gpsu=1
    says 2 'atelier framework needs a command: list show' atelier framework
}

@test "--help has each command in a line, and after a noun its own alone" {
    run atelier --help
    [ "$(grep -cE '^  [a-z]+ .{28,34} [a-z]' <<<"${output##*Commands:}")" -eq 11 ]
    [ "$(sed '1,/^Commands:/d' <<<"$output" | grep -c '^[^ ]')" -eq 0 ]
    says 0 "policy check [FILE] " atelier policy --help
    [ "${#lines[@]}" -eq 6 ]
    says 0 "framework list " atelier framework '-?'
}

@test "what a line may become, for the shell's completion" {
    [ "$(atelier --complete fra)" = framework ]
    [ "$(atelier --complete framework "")" = "$(printf 'list\nshow')" ]
    [ "$(atelier --complete framework show --g)" = --gpus= ]
    # As bash asks, by the file that is installed.
    export -f atelier
    export built top
    run bash -c 'compopt() { :; }; . "$top/cli/completion.bash"
        COMP_WORDS=(atelier policy show wor) COMP_CWORD=3; _atelier; echo "${COMPREPLY[*]}"'
    [ "$output" = workspace ]
    run bash -c 'compopt() { :; }; . "$top/cli/completion.bash"
        COMP_WORDS=(atelier policy show --policy = draft wor) COMP_CWORD=6; _atelier; echo "${COMPREPLY[*]}"'
    [ "$output" = workspace ]
}

@test "one framework: title, settings, example, and each rank" {
    run atelier framework show pytorch --nodes 1 --tasks-per-node 2 --cpus-per-task 3
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "pytorch: PyTorch distributed" ]
    [[ $output == *"    init=tcp|file   meet at a port of rank 0's node, or at a file (default tcp)"* ]]
    [[ $output == *"For example:"*"    srun --ntasks-per-node=4"* ]]
    [[ $output == *"Task 1, on node0:"*"  RANK=1"* ]]
}

@test "what the launcher refuses is one sentence, after what it is" {
    says 1 "has no setting \`servers\`: choose one of chief, master, ps" \
        atelier framework show tensorflow:servers=1
    says 1 "3 parameter servers need as many nodes, and the step has 2" \
        atelier framework show tensorflow:ps=3
    [[ $output == *"tensorflow: TensorFlow distributed"* ]]
    says 1 "framework \`torch\` is not known here: choose one of accelerate" \
        atelier framework show torch
    says 1 "framework \`mpi\` has no settings: leave out \`:x\`" atelier framework show mpi:x
}

@test "wrong usage says what is right" {
    says 2 "say which framework" atelier framework show
    says 2 "one framework at a time" atelier framework show mpi jax
    says 2 "is not the name of a framework" atelier framework show ../mpi
    says 2 "--nodes=0: a number from 1 to 4096 is wanted" atelier framework show mpi --nodes 0
    says 2 "--gpus=1x: a number from 1 to 64 is wanted" atelier framework show mpi --gpus 1x
    says 2 "a step of more than 4096 tasks" atelier framework show mpi -N 4096 --tasks-per-node 2
    says 2 "choose one of list show" atelier framework explain
}

@test "settings that exclude each other are refused wherever a framework is named" {
    local sentence='settings `chief` and `master` of framework `tensorflow` exclude each other: leave one out'
    says 1 "$sentence" atelier framework show tensorflow:chief,master
}

@test "the explanation of a job takes the settings too" {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
    sed -i 's/"pytorch", "mpi"/"tensorflow"/' "$policy"
    run atelier policy explain --policy "$policy" --user alice --workspace=vision \
        --framework=tensorflow:ps=1 -N2 -n4
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"ATELIER_ROLE=ps"* ]]
}

@test "the manual's launcher is one, and its command shows what it says" {
    own_launchers
    display 6 >launchers/dask.lua
    grep -q scheduler launchers/dask.lua
    display 7 >command
    export -f own atelier
    export built top
    run bash -e <(sed 's/^atelier/own/' command)
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"dask: Dask: a scheduler, and workers"* ]]
    [[ $output == *"Task 0, on node0:"*"ATELIER_ROLE=scheduler"* ]]
    [[ $output == *"Task 2, on node2:"*"ATELIER_ROLE=worker"*"DASK_SCHEDULER_ADDRESS=tls://node0:20524"* ]]
    says 1 "a scheduler alone computes nothing" own framework show dask -N 1 --tasks-per-node 1
}

# Those for Horovod need Horovod: tests/frameworks/0203-horovod.bats runs a program with them.
@test "the manual's lines for a long variable read it, and those for Horovod are run elsewhere" {
    display 4 >long.py
    printf '{"long": 1}' >config
    TF_CONFIG_FILE=$PWD/config /usr/bin/python3 -c 'import os
exec(open("long.py").read())
assert os.environ["TF_CONFIG"] == "{\"long\": 1}"'
    display 8 >gloo.py
    grep -q RendezvousHTTPServer gloo.py
    /usr/bin/python3 -m py_compile gloo.py
    while read -r line; do
        grep -qF -- "$line" "$top/tests/frameworks/train_horovod.py"
    done <gloo.py
}

@test "the page names every launcher and is well-formed" {
    for file in "$top"/launchers/*.lua; do
        grep -Eq "^\.It Cm .*\b$(basename "$file" .lua)\b" "$page"
    done
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W warning "$page"
    elif command -v groff >/dev/null; then
        [ -z "$(groff -mdoc -Tutf8 -ww "$page" 2>&1 >/dev/null)" ]
    fi
}
