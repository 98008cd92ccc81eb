#!/usr/bin/env bats
# The digits example: the data set, and two processes of this machine that train on it.

examples=${top_srcdir:-.}/examples/digits
python=/usr/bin/python3

# Looks only: importing PyTorch takes seconds.
has_module() {
    "$python" -c 'import sys, importlib.util as util
sys.exit(util.find_spec(sys.argv[1]) is None)' "$1"
}

setup_file() {
    ! has_module sklearn ||
        "$python" "$examples/make_dataset.py" "$BATS_FILE_TMPDIR/datasets/digits"
}

setup() {
    has_module sklearn || skip "scikit-learn is missing (Debian: python3-sklearn)"
    root=$BATS_TEST_TMPDIR
    mkdir "$root/results"
    cp -r "$BATS_FILE_TMPDIR/datasets" "$root/"
}

needs_torch() {
    has_module torch || skip "PyTorch is missing (Debian: python3-torch)"
}

# train PROGRAM: two ranks of it, as the launcher and srun would start them; sets `failed`
# to how many of them did. The port was free a moment ago.
train() {
    local program=$1 port rank pid pids=()
    port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
    for rank in 0 1; do
        env PYTHONDONTWRITEBYTECODE=1 ATELIER_MOUNT_ROOT="$root" SLURM_JOB_ID=7 \
            GLOO_SOCKET_IFNAME=lo MASTER_ADDR=127.0.0.1 MASTER_PORT="$port" RANK="$rank" \
            WORLD_SIZE=2 OMP_NUM_THREADS=1 \
            timeout $((120 * ${CHECK_PATIENCE:-1})) "$python" "$program" >"$root/out.$rank" 2>&1 3>&- &
        pids+=($!)
    done
    failed=0
    for pid in "${pids[@]}"; do
        wait "$pid" || failed=$((failed + 1))
    done
    cat "$root"/out.*
}

@test "the data set has the same bytes every time, and says what they are" {
    "$python" "$examples/make_dataset.py" "$root/again"
    diff -r "$root/datasets/digits" "$root/again"
    (cd "$root/again" && sha256sum --check --strict SHA256SUMS)
    [ "$(ls "$root/again")" = "$(printf '%s\n' SHA256SUMS test.npz train.npz)" ]
}

@test "two ranks learn the digits and leave a checkpoint and a summary" {
    needs_torch
    train "$examples/train.py"
    [ "$failed" -eq 0 ]
    grep -q "rank 0 on $(hostname), world size 2" "$root/out.0"
    grep -q "rank 1 on $(hostname), world size 2" "$root/out.1"
    grep -q "epoch 10: loss 0" "$root/out.0"
    [ "$(ls "$root/results/digits-7")" = "$(printf '%s\n' checkpoint.pt summary.json)" ]
    "$python" - "$root/results/digits-7" <<'END'
import json, sys, torch
summary = json.load(open(sys.argv[1] + "/summary.json"))
assert summary["accuracy"] > 0.9 and summary["ranks_agree"], summary
assert summary["world_size"] == 2 and len(summary["losses"]) == 10, summary
assert summary["losses"][-1] < summary["losses"][0] / 5, summary
checkpoint = torch.load(sys.argv[1] + "/checkpoint.pt")
assert checkpoint["epoch"] == 10 and len(checkpoint["model"]) == 6, checkpoint.keys()
END
}

# Seen under load: "terminate called without an active exception", exit status 134, when all was
# done. A thread's lateness cannot be had at will; whether there is an end to be late for can.
@test "no thread of Gloo's is met by the interpreter's end" {
    needs_torch
    cp "$examples"/*.py "$root"
    sed -i 's/^EPOCHS = .*/EPOCHS = 1/; s/^GOOD_ACCURACY = .*/GOOD_ACCURACY = 0/' "$root/train.py"
    echo 'import atexit, sys; atexit.register(lambda: "torch" in sys.modules and print("interpreter ends"))' \
        >"$root/sitecustomize.py"
    PYTHONPATH=$root train "$root/train.py"
    [ "$failed" -eq 0 ]
    grep -q "^accuracy 0" "$root/out.0"
    not_ended=$(grep -L "interpreter ends" "$root"/out.* | wc -l)
    [ "$not_ended" -eq 2 ]
}

@test "ranks that end with different parameters fail" {
    needs_torch
    cp "$examples"/*.py "$root"
    sed -i 's/^EPOCHS = .*/EPOCHS = 1/
        s/^    accuracy = /    if rank == 1: model.module[0].weight.data[0] += 1e-6\n&/' \
        "$root/train.py"
    train "$root/train.py"
    [ "$failed" -eq 2 ]
    grep -q "rank 0: the ranks ended with different parameters" "$root/out.0"
}

@test "ranks that learn nothing fail" {
    needs_torch
    cp "$examples"/*.py "$root"
    sed -i 's/^EPOCHS = .*/EPOCHS = 1/; s/^LEARNING_RATE = .*/LEARNING_RATE = 0.0/' \
        "$root/train.py"
    train "$root/train.py"
    [ "$failed" -eq 2 ]
    grep -q "rank 1: accuracy 0.[0-9]* is under 0.9" "$root/out.1"
}

@test "a damaged data set is refused at once, by every rank" {
    needs_torch
    printf x >>"$root/datasets/digits/test.npz"
    train "$examples/train.py"
    [ "$failed" -eq 2 ]
    for rank in 0 1; do
        [ "$(wc -l <"$root/out.$rank")" -eq 1 ]
        grep -q "digits/test.npz is not what SHA256SUMS says" "$root/out.$rank"
    done
}

@test "outside a workspace or a framework one sentence says what is missing" {
    needs_torch
    run env -u ATELIER_MOUNT_ROOT "$examples/train.sh"
    [ "$status" -eq 1 ]
    [ "$output" = "digits: there are no volumes; submit the job with --workspace=NAME" ]
    run env -u RANK PYTHONDONTWRITEBYTECODE=1 ATELIER_MOUNT_ROOT="$root" \
        "$python" "$examples/train.py"
    [ "$status" -eq 1 ]
    [[ $output == "digits: there are no ranks; submit the job with --framework="* ]]
}
