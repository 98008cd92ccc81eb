#!/usr/bin/env bats
# Every example of every manual page and of README.md, as examples/table says how. It has a sandbox
# of its own, since some are an administrator's, who takes Atelier away in the end.

load cluster

setup_file() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-examples
    cluster up >&2
    on head install -d -o alice /results/run7 /results/examples
    for machine in "${machines[@]}"; do on "$machine" install -d -o alice /tmp/examples; done
    on head mkdir -p /datasets/train
    on head sh -c 'printf "import sys, time\nprint(sys.argv)\nif \"--serve\" in sys.argv: time.sleep(60)\n" >/results/examples/train.py
        for script in train job; do printf "#!/bin/sh\ntest -d /mnt/atelier/results\n" >/tmp/examples/$script.sh; done'
}
teardown_file() { cluster down >&2; }
setup() { invariant_begin; }
teardown() { invariant_end; }

blocks=$BATS_TEST_DIRNAME/examples/blocks
table=$BATS_TEST_DIRNAME/examples/table

# rows HOW: the rows of that kind: page, number in the page, and what is after "HOW: ".
rows() {
    awk -F '\t' -v how="$1" '/^#/ { next } { number[$1]++ }
        $2 == how || index($2, how ": ") == 1 {
            print $1 "\t" number[$1] "\t" substr($2, length(how) + 3) }' "$table"
}

# each HOW FUNCTION: calls FUNCTION with what follows HOW, and the example on its input.
each() {
    local page number rest count=0
    while IFS=$'\t' read -r page number rest <&4; do
        "$blocks" "$page" "$number" >"$BATS_TEST_TMPDIR/example"
        "$2" "$rest" <"$BATS_TEST_TMPDIR/example" || {
            echo "$page, example $number ($1):"
            cat "$BATS_TEST_TMPDIR/example"
            return 1
        }
        count=$((count + 1))
    done 4< <(rows "$1")
    [ "$count" -gt 0 ]
}

@test "each example has a row of the table, in order, and each row an example" {
    "$blocks" >"$BATS_TEST_TMPDIR/examples"
    grep -v '^#' "$table" | cut -f 1,3 | diff - "$BATS_TEST_TMPDIR/examples"
    ! grep -vE $'^#|\t(user|policy|python|script|root|output|form|(job|root|line|test|not): .+)\t' "$table"
}

names_page() { # FILE
    grep -q "$(basename "$page")" "$repo/$1"
}

@test "the tests that run the others name their page" {
    each test names_page
}

by_alice() {
    as alice env -C /tmp/examples SBATCH_WAIT=1 SBATCH_OUTPUT=/dev/null bash -euo pipefail -c "$(cat)"
}

@test "a user's lines" {
    each user by_alice
}

as_job() { # OPTIONS
    { printf '#!/bin/bash\nset -e\n' && cat; } >"$BATS_TEST_TMPDIR/script"
    # shellcheck disable=SC2086 # words
    as alice sbatch --wait --workspace=vision --chdir=/mnt/atelier/results/examples \
        -o /mnt/atelier/results/examples/%j.out $1 <"$BATS_TEST_TMPDIR/script" || {
        on head sh -c 'tail -n 20 /results/examples/*.out'
        return 1
    }
}

@test "a job's lines" {
    each job as_job
}

is_policy() {
    as root sh -c 'cat >/tmp/policy.lua && atelier policy check --offline /tmp/policy.lua'
}

@test "policies" {
    each policy is_policy
}

in_python() {
    echo '{"cluster":{}}' >"$BATS_TEST_TMPDIR/file"
    { cat && echo 'assert os.environ["TF_CONFIG"].startswith("{")'; } >"$BATS_TEST_TMPDIR/program.py"
    TF_CONFIG_FILE=$BATS_TEST_TMPDIR/file python3 "$BATS_TEST_TMPDIR/program.py"
}

@test "Python's lines" {
    each python in_python
}

is_line() { # FILE
    on head grep -qFx -- "$(cat)" "$1"
}

@test "lines of Slurm's files" {
    each line is_line
}

# The keeper is there after the first, and gone after the second.
as_script() {
    local was now
    was=$(on n1 sh -c 'pgrep -cx atelier-keeper || true')
    on n1 env SLURM_JOB_ID=77 SLURM_JOB_UID="$(on n1 id -u alice)" \
        SLURM_JOB_GID="$(on n1 id -g alice)" SLURM_JOB_ACCOUNT=vision SLURM_JOB_PARTITION=cpu \
        SLURM_CLUSTER_NAME=sandbox SLURM_NODELIST=n1 SLURMD_NODENAME=n1 \
        SLURM_JOB_RESTART_COUNT=0 SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision \
        sh -c "$(cat)"
    now=$(on n1 sh -c 'pgrep -cx atelier-keeper || true')
    [ "$((was + now))" -eq 1 ]
}

@test "Slurm's scripts" {
    each script as_script
}

by_root() { # EXIT-CODE
    local code=0
    as root bash -euo pipefail -c "$(cat)" || code=$?
    [ "$code" -eq "${1:-0}" ]
}

@test "an administrator's lines, from the first on" {
    on head rm /etc/slurm/plugstack.conf # slurmctld runs as it would after the page's restarts
    each root by_root
}
