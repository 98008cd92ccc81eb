#!/usr/bin/env bats
# doc/atelier.7: its examples run as they stand, and it has all options and variables.

load cluster

page=$repo/doc/atelier.7

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head sh -c 'rm -rf /results/train-* /results/script-* /results/model-* /results/array-* \
        /results/het-* /results/task-* /results/again-* /results/first-* /results/next-*'
    for machine in "${machines[@]}"; do
        on "$machine" rm -rf /tmp/manual
    done
    invariant_end
}

# displays: each a script in the work directory, 1, 2, ...
displays() {
    awk -v directory="$BATS_TEST_TMPDIR" '
        /^\.Sh EXAMPLES/ { inside = 1 }
        inside && /^\.Ed/ { shown = 0 }
        shown { gsub(/\\e/, "\\"); print >file }
        inside && /^\.Bd -literal/ { shown = 1; file = directory "/display-" ++count }' "$page"
}

all_over() {
    silent on head squeue -h
}

says() { # NAME LINE...: the one file of that name on the volume
    local name=$1
    shift
    found=$(on head sh -c "sort /results/$name")
    echo "$name: $found"
    [ "$found" = "$(printf '%s\n' "$@")" ]
}

@test "every example runs as it stands" {
    displays
    [ "$(find "$BATS_TEST_TMPDIR" -name 'display-*' | wc -l)" -eq 9 ]
    for machine in "${machines[@]}"; do # as a shared home directory would be
        on "$machine" install -d -o alice /tmp/manual
    done
    for number in {1..9}; do
        echo "== $number"
        # Not by standard input, which an srun would read.
        as alice "${without_pmix[@]}" bash -e -c "cd /tmp/manual
$(cat "$BATS_TEST_TMPDIR/display-$number")" >"$BATS_TEST_TMPDIR/said-$number" 2>&1 ||
            { cat "$BATS_TEST_TMPDIR/said-$number"; false; }
        cat "$BATS_TEST_TMPDIR/said-$number"
    done
    wait_until 60 all_over
    says 'train-*.out' 'rank 0 of 2' 'rank 1 of 2'
    [ "$(on head sh -c 'sort -u /results/model-*/[01]' | grep -cx 'n[1-3]')" = 2 ]
    says 'array-*_*.out' 'part '{1..3}' of /mnt/atelier/datasets'
    says 'het-*.out' vision vision vision
    [ "$(on head sh -c 'cat /results/task-[01].out' | grep -cx 'n[1-3]')" = 2 ]
    says 'again-*.out' 'run 0'
    on head sh -c 'cat /results/next-*.out' | grep -x 'n[1-3]'
    on head sh -c 'grep -c Submitted /results/first-*.out' | grep -qx 2
    grep -qx results "$BATS_TEST_TMPDIR/said-5"
    grep -q '/mnt/atelier/data:' "$BATS_TEST_TMPDIR/said-6"
    grep -qx 'ended with 3' "$BATS_TEST_TMPDIR/said-9"
    first=$(grep -oE '[0-9]+' "$BATS_TEST_TMPDIR/said-1")
    failed=$(on head sacct -X -n -P -u alice -o jobid,state | awk -F'[|_+]' -v first="$first" '$1 >= first && !/COMPLETED/')
    echo "$failed"
    [ "$(wc -l <<<"$failed")" -eq 1 ] # the salloc whose command fails
}

@test "all options of the plugin are in the page, and no other" {
    for option in $(on head srun --help | grep -oE -- '--(workspace|experiment|framework|mount|check|compat|with-input|with-output)\b' | sort -u); do
        grep -qF -- ".It Fl ${option#-}" <(sed 's/ , Fl/\n.It Fl/g; s/Fl -/Fl --/g; s/Fl --/Fl -/g' "$page") || {
            echo "$option is missing"
            return 1
        }
    done
    grep -oE '"ATELIER_[A-Z_]+"' "$repo"/plugin/{options,job_variables}.c | grep -oE 'ATELIER_[A-Z_]+' | sort -u |
        while read -r variable; do
            case $variable in
            # Names of launchers', of the site's and of the plugin's own use.
            ATELIER_ROLE | ATELIER_TASKS_PER_NODE | ATELIER_HOST_LIST_FILE | ATELIER_JOB_MOUNT_ROOT) continue ;;
            esac
            grep -q "$variable" "$page" || {
                echo "$variable is missing"
                exit 1
            }
        done
}

@test "what is said of KillOnBadExit is so" {
    not submit alice --workspace=vision -N2 --ntasks-per-node=1 -o /dev/null \
        --wrap 'srun sh -c "[ \$SLURM_PROCID = 0 ] && exec sleep 60; exit 3"'
    [ "$(accounting "$job" ExitCode)" = 15:0 ] || [ "$(accounting "$job" ExitCode)" = 143:0 ]
    not submit alice --workspace=vision -N2 --ntasks-per-node=1 -o /dev/null \
        --wrap 'srun --kill-on-bad-exit=0 sh -c "exit \$((SLURM_PROCID * 3))"'
    [ "$(accounting "$job" ExitCode)" = 3:0 ]
    not submit alice --workspace=vision --framework=pytorch -N2 --ntasks-per-node=1 -o /dev/null \
        --wrap 'atelier run -- sh -c "[ \$RANK = 0 ] && exec sleep 60; exit 3"'
    [ "$(accounting "$job" ExitCode)" = 3:0 ]
}

@test "the page, README, NEWS and the examples are installed" {
    on head man -w 7 atelier || on head test -e /usr/share/man/man7/atelier.7
    for file in README.md NEWS.md examples/digits/train.sh examples/mpi/shards.c; do
        on head test -r "/usr/share/doc/atelier/$file"
    done
}
