#!/usr/bin/env bats
# What the stand-ins of Slurm's commands say has the form of what the commands said on each release
# (tests/recordings).

# shellcheck disable=SC2016 # what is in single quotes is for the tasks

recordings=$BATS_TEST_DIRNAME/../recordings
releases=(22.05 24.11 26.05)

# said RELEASE COMMAND-PREFIX: what the commands that begin so said, without blanks at the ends.
said() {
    awk -v start="\$ $2" '/^\$ / { on = index($0, start) == 1; next } on' \
        "$recordings/$1"/{commands,questions}.text
}

# A line of squeue's in kinds of words: N for a number of a job, and B for 0 or 1.
shapes() {
    awk '{
        number = "^(N|[0-9]+)$"
        for (i = 1; i <= NF; i++)
            kind[i] = i == 2 ? ($i ~ /^[A-Z_]+$/ ? "STATE" : $i) : i == 4 || i == 5 \
                ? ($i ~ /^[01]$/ ? "B" : $i) : $i ~ number ? "N" : $i
        line = NF
        for (i = 1; i <= NF; i++) line = line " " kind[i]
        print line
    }' | sort -u
}

@test "squeue tells of a job in the same eight words" {
    for release in "${releases[@]}"; do
        said "$release" "squeue --noheader --all --states=all --Format=" | grep -v 'error' |
            shapes >"$BATS_TEST_TMPDIR/recorded"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/recorded")" -ge 4 ]
        for job in 5 6 7 8 9; do
            "$BATS_TEST_DIRNAME/squeue" --jobs "$job" | shapes
        done | sort -u >"$BATS_TEST_TMPDIR/own"
        run grep -Fxv -f "$BATS_TEST_TMPDIR/recorded" "$BATS_TEST_TMPDIR/own"
        echo "$release never said: $output"
        [ "$status" = 1 ]
    done
}

@test "a job's record is behind sixteen columns, and (null) where there is none" {
    for release in "${releases[@]}"; do
        run said "$release" "squeue --noheader --all --states=all --Format JobID:16,admin_comment"
        echo "$release: $output"
        [[ ${lines[0]} =~ ^N\ +atelier/1\ workspace=vision$ && ${lines[1]} =~ ^N\ +\(null\)$ ]]
    done
    [[ $("$BATS_TEST_DIRNAME/squeue" admin_comment --jobs 9) == "9               atelier/1 "* ]]
}

@test "scontrol refuses in the words that we look for" {
    for release in "${releases[@]}"; do
        echo "$release"
        said "$release" "scontrol update JobId=N AdminComment=late" | grep -q "Job has already finished"
        said "$release" "scontrol update JobId=999999" | grep -q "Invalid job id"
        said "$release" "scontrol requeue 999999" | grep -q "Invalid job id"
        said "$release" "runuser -u alice -- scontrol update" | grep -Eq "Access/permission denied|Invalid user id"
        said "$release" "sh -c scontrol show config" | grep -Eq '^RequeueExit +='
        said "$release" "sh -c scontrol show job" | grep -Eq '^JobId=N '
    done
    run "$BATS_TEST_DIRNAME/fake-scontrol" update JobId=5 AdminComment=late
    [[ $status = 1 && $output == "Job has already finished"* ]]
    "$BATS_TEST_DIRNAME/fake-scontrol" show config | grep -Eq '^RequeueExit +='
}

@test "the settings of the stand-ins' configurations are Slurm's, on one release at least" {
    for release in "${releases[@]}"; do
        said "$release" "sh -c scontrol show config | sed -n"
    done | sort -u >"$BATS_TEST_TMPDIR/known"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/known")" -gt 100 ]
    sed -n '/^well_configured()/,/^}/s/^\([A-Za-z]*\) *= .*/\1/p' "$BATS_TEST_DIRNAME/../cli/cli.bash" \
        >"$BATS_TEST_TMPDIR/own"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/own")" -gt 10 ]
    run grep -Fxv -f "$BATS_TEST_TMPDIR/known" "$BATS_TEST_TMPDIR/own"
    echo "no settings of Slurm: $output"
    [ "$status" = 1 ]
}

@test "sacct and squeue print thirteen fields of a job, as explain asks them" {
    for release in "${releases[@]}"; do
        echo "$release"
        [ "$(said "$release" "sacct -P" | head -n 1 | awk -F '|' '{ print NF, $2, $12, $13 }')" = "13 root COMPLETED later" ]
        [ "$(said "$release" "squeue --noheader --states=all --jobs N --Format UserName" |
            awk -F ' *[|]' '{ print NF, $1, $11, $12, $13 }')" = "13 root 1 PENDING atelier/1 workspace=vision" ]
    done
}

# tests/cli/stand-in refuses to say what has another form.
@test "the answers of the commands' stand-ins have the fields of Slurm's" {
    local call answers=0
    for release in "${releases[@]}"; do
        while read -r call; do
            # shellcheck disable=SC2086 # a word has no blank
            said "$release" "$call" | "$BATS_TEST_DIRNAME/../cli/forms" $call
            answers=$((answers + 1))
        done < <(sed -n 's/^\$ //p' "$recordings/$release/questions.text" | grep -E ' format=| -o ')
    done
    [ "$answers" = 27 ]
    fails() { ! "$BATS_TEST_DIRNAME/../cli/forms" "$@"; }
    fails sacctmgr -nP show user format=User,DefaultAccount <<<'alice'
    fails sinfo -h -a -o %R <<<'cpu|idle'
}

@test "the words of the commands' stand-ins are Slurm's" {
    for release in "${releases[@]}"; do
        echo "$release"
        said "$release" "sacctmgr -i add" | grep -qx ' Adding QOS(s)'
        said "$release" "sacctmgr -i modify" | grep -q '^ Modified qos'
        said "$release" "sh -c sacctmgr -n show configuration" | grep -qx 'SlurmDBD configuration:'
        [ "$(said "$release" "sh -c sacctmgr -n show configuration" | grep -Ec '^TrackWCKey += ')" = 2 ]
        said "$release" "sh -c sbatch --help" | grep -Eq '^ +--workspace=NAME'
        said "$release" "srun -A nobodys" |
            grep -qx 'srun: error: Unable to allocate resources: Invalid account or account/partition combination specified'
        said "$release" "srun --immediate" | grep -q '^srun: error: Unable to allocate resources: '
    done
}

# The stand-in starts the processes itself; srun's own variables and status are these.
@test "srun gives a task its numbers, and ends with the worst status" {
    PATH=$BATS_TEST_DIRNAME/../cli:$PATH
    export SRUN_CALLS=$BATS_TEST_TMPDIR/calls
    names() { sed 's/=.*//' | sort | xargs; }
    own=$(srun-stand-in --ntasks=1 sh -c 'env' |
        grep -E '^SLURM_(LAUNCH_NODE_IPADDR|STEP_ID|NTASKS|PROCID)=|^SLURMD_NODENAME=' | names)
    status=0
    srun-stand-in --ntasks=2 sh -c 'exit $((SLURM_PROCID + 2))' || status=$?
    for release in "${releases[@]}"; do
        recorded=$(said "$release" "salloc -Q srun -n 1 sh" | names)
        echo "$release: $recorded; the stand-in: $own"
        for name in $own; do [[ " $recorded " == *" $name "* ]]; done
        said "$release" "salloc -Q -n 2 srun" | grep -qx "(ended with $status)"
        [ "$(said "$release" "salloc -Q srun --mpi=none-such" | tail -n 1)" = "(ended with 1)" ]
    done
}
