#!/usr/bin/env bats
# Output, error and input files and working directories that are not there: a sentence, and where
# its user can read it.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    # A new name for each test: the file server keeps what it once knew of a directory.
    place=/mnt/atelier/results/files-$BATS_TEST_NUMBER
    kept=/results/files-$BATS_TEST_NUMBER
    # Where Slurm makes what is missing of an output file's directories, not here.
    no=$place/bobs/no
    on head sh -c "mkdir -m 1777 $kept && mkdir -p -m 755 $kept/bobs/other && chown bob $kept/bobs"
}
teardown() {
    on head sh -c "rm -rf $kept /tmp/files-*"
    invariant_end
}

# fails USER SBATCH-ARGUMENT...: the job, whose script says "ran", does not run.
fails() {
    local user=$1
    shift
    not submit "$user" --workspace=vision -w n1 "$@" --wrap 'echo ran >'"$place"'/ran'
    wait_until 10 eval "accounting $job State | tail -n 1 | grep -q FAILED"
    run on head test -e "$kept/ran"
    [ "$status" = 1 ]
    comment=$(accounting "$job" AdminComment)
    echo "$comment"
    [[ $comment == "atelier/1 workspace=vision"*" failure="* ]]
    failure=${comment#*failure=}
}

@test "an output file on a volume that is not there, or in a directory that is not" {
    fails alice -o '/mnt/atelier/reslts/%x-%j.out' -J 'two words'
    [[ $failure == "the output file /mnt/atelier/reslts/two words-$job.out cannot be written on node n1: there is no /mnt/atelier/reslts, the nearest that exists is /mnt/atelier; correct --output, or make the directory first" ]]
    on n1 grep -q "job $job: the output file /mnt/atelier/reslts/two words-$job.out cannot be written .* first; the nearest holds .*results" /var/log/slurmd.log
    fails alice -o "$no/%u/%A.out"
    [[ $failure == "the output file $no/alice/$job.out cannot be written on node n1: there is no $no, the nearest that exists is $place/bobs; correct --output, or make the directory first" ]]
    on n1 grep -q "job $job: the output file .* first; the nearest holds other" /var/log/slurmd.log
}

@test "a place where the user may not write, a volume that is read-only, a directory" {
    fails alice -o "$place/bobs/%j.out"
    [[ $failure == *"you have no right to; choose another place by --output" ]]
    on n1 grep -q "job $job: .*; the nearest is $place/bobs, belongs to bob, and has mode 755" /var/log/slurmd.log
    fails alice -o '/mnt/atelier/datasets/%j.out'
    [[ $failure == *"cannot be written on node n1: Read-only file system; "* ]]
    fails alice -o "$place"
    [[ $failure == *"the output file $place cannot be written on node n1: Is a directory; "* ]]
}

@test "an error or an input file: the sentence is in the output file, too" {
    fails alice -o "$place/%j.out" -e "$no/%j.err"
    [[ $failure == "the error file $no/$job.err cannot be written "* ]]
    [[ $(on head cat "$kept/$job.out") == "atelier: $failure; the nearest holds "* ]]
    [ "$(on head stat -c %U "$kept/$job.out")" = alice ]
    fails alice -o "$place/%j.out" -i "$place/no.in"
    [[ $failure == "the input file $place/no.in cannot be read on node n1: there is no $place/no.in, the nearest"* ]]
    [[ $(on head cat "$kept/$job.out") == "atelier: $failure; the nearest holds "* ]]
    fails alice -o "$no/%j.out" -e "$place/%j.err"
    [[ $(on head cat "$kept/$job.err") == "atelier: $failure; the nearest holds "* ]]
}

@test "a working directory: no job runs in /tmp in its place" {
    fails alice --chdir=/mnt/atelier/reslts -o "$place/%j.out"
    [[ $failure == "the working directory /mnt/atelier/reslts cannot be entered on node n1: there is no /mnt/atelier/reslts, the nearest"* ]]
    on head grep -qF "atelier: $failure" "$kept/$job.out"
    fails alice --chdir=/mnt/atelier/reslts
    [[ $failure == "the working directory /mnt/atelier/reslts cannot be entered "* ]]
    # What the node alone lacks is not our affair, and who asked for /tmp has it.
    submit alice --workspace=vision -w n1 --chdir=/nowhere -o "$place/%j.out" --wrap pwd
    on head grep -qx /tmp "$kept/$job.out"
    submit alice --workspace=vision -w n1 --chdir=/tmp -o "$place/%j.out" --wrap pwd
    [ "$(on head cat "$kept/$job.out")" = /tmp ]
}

@test "an array: each task has its own name and sentence" {
    not submit alice --workspace=vision --array=3-4 -o "$no-%3a/%A_%a.out" --wrap true
    for task in 3 4; do
        wait_until 10 eval "accounting ${job}_$task AdminComment | grep -q failure="
        accounting "${job}_$task" AdminComment | grep -qF "the output file $no-00$task/${job}_$task.out cannot"
    done
}

@test "a job whose files are right says nothing, and is asked about nothing" {
    submit alice --workspace=vision -o "$place/%j.out" --open-mode=append --wrap 'srun -o '"$place"'/%t.out hostname'
    silent on head cat "$kept/$job.out"
    without failure accounting "$job" AdminComment
}

@test "srun: a file on a volume that it opens itself, from the submit host" {
    cd /
    run as alice srun --workspace=vision -w n1 -o "$place/x.out" echo ran
    [ "$status" -ne 0 ]
    echo "$output"
    [[ ${lines[0]} == "srun: error: atelier: srun opens --output=$place/x.out itself on head, where the job's volumes are not: put %t into the name, so that each task's node opens a file of its own, or give it to sbatch" ]]
    [[ $output != *"Could not open"* ]]
    for words in "-e$place/x" "--err $place/x" "-lo $place/x" "--input=$place/x"; do
        # shellcheck disable=SC2086 # several words
        fails_saying "=$place/x itself on head" as alice srun --workspace=vision -w n1 $words echo ran
    done
    fails_saying "=$place/x itself on head" as alice env SLURM_STDOUTMODE="$place/x" srun --workspace=vision echo ran
    as alice srun --workspace=vision -w n1 -o "$place/%t.out" sh -c "echo ran -o $place/x"
    [ "$(on head cat "$kept/0.out")" = "ran -o $place/x" ]
    as alice srun --workspace=vision -w n1 --comment "-o $place/x" true # a word of another option
    as alice srun --workspace=vision -w n1 -o /tmp/files-%j true
}

@test "srun: files and directories that only the nodes can look at" {
    cd /
    run as alice srun --workspace=vision -w n1 -o "$no/%N-%t.out" echo ran
    echo "$output"
    [[ ${lines[1]} == "srun: error: atelier: the output file $no/n1-0.out cannot be written on node n1: "*"make the directory first" ]]
    on head scontrol --oneliner show job | grep -qF "failure=the output file $no/n1-0.out cannot"
    run as alice srun --workspace=vision -N2 -D /mnt/atelier/reslts sh -c 'echo ran; env'
    [ "$status" -ne 0 ]
    [[ $output == *"atelier: the working directory /mnt/atelier/reslts cannot be entered on node n"* ]]
    [ "$(grep -c 'atelier: the working directory' <<<"$output")" = 1 ]
    [[ $output != *ran* ]]
    run as alice srun --workspace=vision -n1 --export=NONE -D "$place" env
    [[ $output != *SLURM_ATELIER_* ]]
}

@test "srun of several components: each is looked at, none is accused by the name of another" {
    cd /
    run as alice "${without_pmix[@]}" srun --workspace=vision -w n1 -o "$place/%t.out" true : -w n2 -e "$place/no.err" echo ran
    echo "$output"
    [ "$status" -ne 0 ]
    [[ ${lines[0]} == *"srun opens --error=$place/no.err itself on head, "* ]]
    run as alice "${without_pmix[@]}" srun --workspace=vision -w n1 -o "$no/%t.out" true : -w n2 -o "$place/%t.out" true
    [[ $output != *"cannot be written"* ]]
}

@test "srun in a batch script says it before it starts" {
    submit alice --workspace=vision -N2 -o "$place/%j.out" --wrap '
        srun -o '"$no"'/x.out echo ran
        srun -o '"$no"'/%t.out echo ran
        srun -D '"$place"'/no echo ran
        srun -o '"$place"'/%t-of-step.out echo ran
        cd '"$place"' && srun -o relative.out echo ran && cat relative.out' || true
    run on head cat "$kept/$job.out"
    echo "$output"
    [[ ${lines[0]} == *"atelier: the output file $no/x.out cannot be written here: there is no $no, the nearest"* ]]
    [[ $output == *"the working directory $place/no cannot be entered here: there is no $place/no"* ]]
    [ "$(grep -c ran <<<"$output")" = 2 ]
    [ "$(on head cat "$kept/1-of-step.out")" = ran ]
}

@test "a job without a workspace whose output is on a volume: a warning where it is submitted" {
    run as alice sbatch -w n1 -o /mnt/atelier/results/%j.out --wrap true
    [ "$status" = 0 ]
    [[ $output == *"atelier: --output is on a volume (/mnt/atelier/), but the job has no workspace, so it will find no such path: submit it with --workspace"* ]]
    run as alice sbatch -w n1 -o /dev/null --wrap true
    [ "$status" = 0 ]
    [[ $output != *atelier* ]]
}

@test "srun in a batch script: directories that Slurm makes are not missing" {
    submit alice --workspace=vision -w n1 -o "$place/%j.out" --wrap '
        srun -o '"$place"'/made/x.out -e '"$place"'/made/too/x.err echo ran' || true
    run on head cat "$kept/$job.out"
    echo "$output"
    if slurm_has directories-of-output; then
        [ -z "$output" ]
        [ "$(on head cat "$kept/made/x.out")" = ran ]
        on head test -e "$kept/made/too/x.err"
    else
        [[ $output == *"there is no $place/made, the nearest that exists is $place; "* ]]
    fi
}
