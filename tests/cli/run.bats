#!/usr/bin/env bats
# atelier run: how many processes it starts and how, and how it ends. srun is a stand-in that
# starts the processes here; tests/cluster/0901-run.bats has the real one.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli
load run

@test "the launch check is asked for in a workspace's job, or as the user says" {
    unset ATELIER_WORKSPACE ATELIER_CHECK
    run_it -- true
    not_called_with --check
    ATELIER_WORKSPACE=vision ATELIER_CHECK=0 run_it -- true
    ATELIER_WORKSPACE=vision run_it --no-check -- true
    not_called_with --check
    run_it --check -- true
    called ' --check /'
    rm "$SRUN_CALLS"
    ATELIER_WORKSPACE=vision run_it -- true
    called ' --check /'
    rm "$SRUN_CALLS"
    SLURM_SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision run_it --prepare true -- true
    [ "$(grep -c -- --check "$SRUN_CALLS")" = 1 ]
    grep -v -- --check "$SRUN_CALLS" | grep -q atelier-prepare
}

@test "what srun is told of the framework" {
    run_it -f pytorch -- true
    called '--framework=pytorch /'
    ATELIER_FRAMEWORK=mpi run_it -- true
    called '--framework=mpi --mpi=pmix /'
    run_it -f horovod --mpi=pmi2 --srun=--exact --srun=--mem=1g -- true
    called '--framework=horovod --mpi=pmi2 --exact --mem=1g /'
    SRUN_SERVERS=1 run_it -f tensorflow:chief --workers 3 --parameter-servers 1 -- true
    called '--ntasks=4 '
    called '--framework=tensorflow:chief,ps=1 /'
    SRUN_SERVERS=2 run_it -f tensorflow:ps=2 -- true
    called '--framework=tensorflow:ps=2 /'
    SLURM_SPANK__SLURM_SPANK_OPTION_atelier_framework=jax run_it -- true
    called '--framework=jax /'
}

@test "numbers that do not fit are refused in one sentence, and nothing starts" {
    refused '3 parameter servers need as many nodes, and the allocation has 2' -f tensorflow --parameter-servers 3 --workers 4 -- true
    refused 'leave no worker beside 2 parameter servers' -f tensorflow:ps=2 -n 2 -- true
    refused 'the parameter servers are given twice' -f tensorflow:ps=1 --parameter-servers 1 -- true
    refused 'framework `pytorch` has no parameter servers' -f pytorch --parameter-servers 1 -- true
    refused 'without a framework there are no parameter servers' --parameter-servers 1 -- true
    refused '10 processes of 1 CPU each do not fit into the allocation, which has room for 8: allocate more, by --ntasks=10' -n 10 -- true
    refused 'give one of them' -n 2 --workers 2 -- true
}

@test "a Slurm without PMIx, and a program of MPICH, which has no use for it" {
    has_mpi pmi2
    says 0 'has no --mpi=pmix: trying --mpi=pmi2' run_it -f mpi -- true
    called '--framework=mpi --mpi=pmi2 /'
    rm "$SRUN_CALLS"
    for library in libmpi.so.40 libmpich.so.12; do
        { cat /bin/true && printf '\0%s\0' "$library"; } >"$BATS_TEST_TMPDIR/bin/of-$library"
        chmod +x "$BATS_TEST_TMPDIR/bin/of-$library"
    done
    says 0 '' run_it -f mpi -- of-libmpich.so.12
    [ -z "$output" ]
    called '--framework=mpi --mpi=pmi2 /'
    says 0 '' run_it -f mpi --mpi=pmi2 -- of-libmpi.so.40
    rm "$SRUN_CALLS"
    refused '`of-libmpi.so.40` is a program of Open MPI, which srun starts by PMIx, and the Slurm of this machine has no --mpi=pmix: start it by `mpirun of-libmpi.so.40` in the job' \
        -f mpi -- nice of-libmpi.so.40
    has_mpi pmix pmi2
    says 0 '' run_it -f mpi -- of-libmpi.so.40
    called '--framework=mpi --mpi=pmix /'
    says 0 '' run_it -f mpi -- nice of-libmpich.so.12
    [ -z "$output" ]
    called '--framework=mpi --mpi=pmi2 /'
    says 0 '' run_it -f mpi --mpi=pmix -- of-libmpich.so.12
    called '--framework=mpi --mpi=pmix /'
    has_mpi pmix
    says 0 '' run_it -f mpi -- of-libmpich.so.12
    called '--framework=mpi --mpi=pmix /'
    has_mpi
    says 0 '' run_it -f mpi --mpi=openmpi -- true
    run_it -f pytorch -- true
    rm "$SRUN_CALLS"
    refused 'has neither --mpi=pmix nor --mpi=pmi2: name what it has by --mpi=TYPE' -f mpi -- true
}

@test "what cannot be run is refused in one sentence, and nothing starts" {
    refused 'the program ./missing: there is no such file' -- ./missing
    refused '`no-such-program` is not in the PATH' -- no-such-program
    touch "$BATS_TEST_TMPDIR/plain"
    refused 'is not executable: chmod +x it' -- "$BATS_TEST_TMPDIR/plain"
    refused 'the script missing.py: there is no such file' -- python3 -u missing.py
    printf '#!/usr/bin/env no-such-python\n' >"$BATS_TEST_TMPDIR/script"
    chmod +x "$BATS_TEST_TMPDIR/script"
    refused 'the interpreter that' -- "$BATS_TEST_TMPDIR/script"
    refused 'framework `nosuch` is not known here: choose one of' -f nosuch -- true
    refused '--logs=rank needs --log-dir=DIR' --logs rank -- true
    refused 'cannot write logs to /dev/null/x/y: cannot make /dev/null/x: Not a directory' --log-dir /dev/null/x/y -- true
    [[ $output != *salloc* ]]
    SLURM_SPANK__SLURM_SPANK_OPTION_atelier_workspace=vision refused 'Not a directory; salloc runs this beside the job'"'"'s nodes, where its volumes are not: start it by sbatch, or name' --log-dir /dev/null/x -- true
    unset SLURM_JOB_ID
    refused 'there is no allocation here' -- true
}

@test "wrong usage is told, with status 125" {
    says 125 'say what to run, after --' run_it
    says 125 'a number from 1 to' run_it --workers 0 -- true
    says 125 "'merged', " run_it --logs all -- true || says 125 'is wanted' run_it --logs all -- true
    says 125 'ROLE=COMMAND is wanted' run_it --role ps -- true
    says 0 'Runs COMMAND as the processes of a framework' run_it --help
}

@test "the manual's examples are what a job script would say" {
    cd "$BATS_TEST_TMPDIR"
    printf 'import sys\nsys.stdout.write(" ".join(sys.argv[1:]) + "\\n")\n' >train.py
    page=$top/doc/atelier.1
    awk '/^\.Ss atelier run/ { inside = 1 } /^\.Ss atelier volume/ { exit }
        inside && /^\.Bd -literal/ { shown = 1; next } /^\.Ed/ { shown = 0 }
        shown { gsub(/\\e/, "\\"); print }' "$page" >script
    [ "$(grep -c '^atelier run' script)" = 2 ]
    atelier() { shift && run_it "$@"; }
    export SLURM_NTASKS=4 SLURM_TASKS_PER_NODE='2(x2)' SRUN_SERVERS=2
    . ./script >said
    [ "$(grep -v -e --serve said | sort | tr '\n' ';')" = \
        '--epochs 10;--epochs 10;--epochs 10;--epochs 10;--lr 0.1;--lr 0.1;--lr 0.1;--lr 0.1;' ] ||
        { cat said; false; }
    called '--ntasks=6 '
    called '--role=ps=python3 train.py --serve'
    rmdir /tmp/cache-7
}

@test "it ends as the processes do, and names the first that died" {
    says 0 '' run_it -n 4 -- true
    says 3 'rank 2 on node n2 died first, with exit code 3; the 3 that still ran were ended' \
        run_it -n 4 -- bash -c '[ $SLURM_PROCID = 2 ] && exit 3; sleep 60'
    says 137 'rank 1 on node n1 died first, killed by SIGKILL: the job' \
        run_it -n 4 -- bash -c '[ $SLURM_PROCID = 1 ] && kill -KILL $$; sleep 60'
    says 5 'rank 0 on node n1 died, with exit code 5' run_it -n 1 -- bash -c 'exit 5'
}

@test "one whose watcher dies too is named, and the rest ends" {
    says 137 'rank 1 on node n2 died first: it was killed together with what watched it' \
        run_it -n 2 -- bash -c 'echo $$ >"$0/$SLURM_PROCID"; [ $SLURM_PROCID = 1 ] && kill -KILL $PPID; sleep 60' "$BATS_TEST_TMPDIR"
    within_5_s is_gone "$(cat "$BATS_TEST_TMPDIR/0")"
    within_5_s is_gone "$(cat "$BATS_TEST_TMPDIR/1")"
}

@test "processes that ignore SIGTERM end within 10 seconds" {
    local began=$SECONDS
    says 9 'rank 0 on node n1 died first, with exit code 9' \
        run_it -n 2 -- bash -c '[ $SLURM_PROCID = 0 ] && exit 9; trap "" TERM; while :; do sleep 1; done'
    [ $((SECONDS - began)) -lt 10 ]
}

@test "one that cannot even be told to end is cancelled" {
    local began=$SECONDS
    says 3 'rank 0 on node n1 died first, with exit code 3' \
        run_it -n 2 -- bash -c '[ $SLURM_PROCID = 1 ] && kill -STOP $PPID && exec sleep 60; sleep 1; exit 3'
    [ $((SECONDS - began)) -lt 12 ]
    called 'scancel --signal=KILL 7.0'
}

@test "parameter servers that wait for ever end with the last worker, and are no failure" {
    SRUN_SERVERS=1 says 0 'worker 1' run_it -f tensorflow --workers 2 --parameter-servers 1 --srun=--exclusive \
        --role ps='sleep 1000' --role worker='echo worker $ATELIER_TASK_INDEX'
    [ "$(printf '%s\n' "${lines[@]}" | sort | tr '\n' ';')" = 'worker 0;worker 1;' ]
    SRUN_SERVERS=1 says 0 chief run_it -f tensorflow:chief --workers 2 --parameter-servers 1 \
        --role ps='sleep 1000' --role chief='echo chief' -- sleep 1000 # as of TensorFlow 2
    SRUN_SERVERS=1 says 4 '(ps-0) on node n1 died first, with exit code 4' \
        run_it -f tensorflow --workers 1 --parameter-servers 1 --role ps='sh -c "exit 4"' -- sleep 60
}

@test "output by rank, by role, or merged into two files" {
    run_it -f pytorch -n 2 --log-dir "$logs/deep/er" -- sh -c 'echo out $SLURM_PROCID; echo err $SLURM_PROCID >&2'
    [ "$(cat "$logs/deep/er/stdout-1.txt" "$logs/deep/er/stderr-0.txt" | tr '\n' ';')" = 'out 1;err 0;' ]
    SRUN_SERVERS=1 run_it -f tensorflow:ps=1 -n 3 --log-dir "$logs" \
        --role ps='echo ps; sleep 60' -- sh -c 'until [ -s "$0" ]; do sleep 0.1; done; echo $ATELIER_ROLE' "$logs/stdout-ps-0.txt"
    [ "$(cat "$logs/stdout-ps-0.txt" "$logs/stdout-wk-0.txt" "$logs/stdout-wk-1.txt" | tr '\n' ';')" = 'ps;worker;worker;' ]
    run_it -n 2 --log-dir "$logs" -- sh -c 'echo out; echo err >&2'
    [ "$(cat "$logs/stdout.txt" "$logs/stderr.txt" | tr '\n' ';')" = 'out;out;err;err;' ]
    run_it -n 2 --log-dir "$logs" --logs rank -- sh -c 'echo again'
    [ "$(cat "$logs/stdout-1.txt")" = again ]
    grep -q 'job 7: 2 processes on 2 nodes, framework none$' "$logs/execution.log"
    grep -q 'ended with status 0$' "$logs/execution.log"
}

@test "who looks for output where it is not is told where it is" {
    says 0 "atelier run: output goes to $logs/stdout-RANK.txt, errors to stderr likewise" run_it -n 1 --log-dir "$logs" --logs rank -- echo hidden
    [ "${#lines[@]}" -eq 1 ]
    says 0 "output goes to $logs/stdout.txt," run_it -n 1 --log-dir "$logs" -- echo hidden
    says 3 "rank 1 on node n2 died first, with exit code 3; the 1 that still ran was ended: see $logs/stderr-1.txt" \
        run_it -n 2 --log-dir "$logs" --logs rank -- bash -c '[ $SLURM_PROCID = 1 ] && exit 3; sleep 60'
    says 4 "with exit code 4: see $logs/stderr.txt" run_it -n 1 --log-dir "$logs" -- bash -c 'exit 4'
    says 7 "the preparation on node n2 failed, with exit code 7: see $logs/stderr-job_prep-n2.txt" \
        run_it --log-dir "$logs" --prepare '[ $SLURMD_NODENAME = n1 ] || exit 7' -- true
    SRUN_REFUSES='Unable to create step' says 125 "what it said is in $logs/stderr.txt" run_it --log-dir "$logs" -- true
    says 5 "died, with exit code 5" run_it -n 1 -- bash -c 'exit 5'
    [[ $output != *": see "* ]]
}

@test "a job of the managed service finds its files where it had them" {
    export ATELIER_COMPAT=batchai ATELIER_STDOUTERR_DIR=$logs
    run_it -f pytorch -n 2 --prepare 'echo prepared' -- sh -c 'echo $SLURM_PROCID'
    [ "$(cat "$logs/stdout-0.txt" "$logs/stdout-job_prep-n2.txt" | tr '\n' ';')" = '0;prepared;' ]
    has_gpus n1 '(null)'
    SLURM_JOB_NODELIST=n1 SLURM_JOB_CPUS_PER_NODE=4 run_it --prepare 'echo alone' -- true
    [ "$(cat "$logs/stdout-job_prep.txt")" = alone ]
}

@test "the preparation runs once a node before all else, and its failure names the node" {
    run run_it -n 4 --prepare 'echo prepared >>'"$BATS_TEST_TMPDIR/list; echo seen" -- sh -c 'cat '"$BATS_TEST_TMPDIR/list"
    [ "$status" -eq 0 ]
    [ "$(printf '%s\n' "${lines[@]}" | grep -c '^prepared$')" -eq 8 ]
    [ "$(printf '%s\n' "${lines[@]}" | grep -c '^n[12]: seen$')" -eq 2 ]
    called '--nodes=2 --ntasks=2 --ntasks-per-node=1 --input=none --kill-on-bad-exit=0 --wait=0 '
    rm "$SRUN_CALLS"
    says 7 'the preparation on node n2 failed, with exit code 7' \
        run_it --prepare '[ $SLURMD_NODENAME = n1 ] || exit 7' -- touch "$BATS_TEST_TMPDIR/ran"
    [ ! -e "$BATS_TEST_TMPDIR/ran" ]
    [ "$(wc -l <"$SRUN_CALLS")" -eq 1 ]
    local began=$SECONDS
    run_it -n 1 --prepare 'sleep 20 & echo on' -- true
    [ $((SECONDS - began)) -lt 10 ] # what a preparation leaves behind is not waited for
}

@test "what a node lacks is told with its name before anything runs" {
    printf '#!/bin/sh\ntouch %s/ran\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/program"
    chmod +x "$BATS_TEST_TMPDIR/program"
    # The stand-in's second process finds it gone.
    sed -i 's|^    SLURM_PROCID=|    [[ $rank -eq 0 ]] \|\| mv '"$BATS_TEST_TMPDIR/program $BATS_TEST_TMPDIR/gone"'\n&|' \
        "$BATS_TEST_TMPDIR/bin/srun"
    says 125 'there is no such file' run_it -n 2 -- "$BATS_TEST_TMPDIR/program"
    [[ $output == *"cannot start on node n"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

@test "a role without a command is told" {
    SRUN_SERVERS=1 says 125 'there is no command for the role `worker`: give it by --role=worker=COMMAND' \
        run_it -f tensorflow:ps=1 -n 2 --role ps=true
}

@test "a framework's server is there before its rank begins, and ends with it" {
    export ATELIER_SERVICE='echo "$0" >"$FILES/program"; sleep 0.5; sleep 60 & echo $! >"$FILES/server"; echo ready; wait'
    FILES=$BATS_TEST_TMPDIR run_it -n 1 -- sh -c 'kill -0 "$(cat "$FILES/server")"'
    [ "$(cat "$BATS_TEST_TMPDIR/program")" = sh ]
    within_5_s is_gone "$(cat "$BATS_TEST_TMPDIR/server")"
    ATELIER_SERVICE='echo no horovod >&2' says 125 'before it was ready, the framework'\''s server, $ATELIER_SERVICE, ended by itself with success: what it said is above' run_it -n 1 -- true
    [[ $output == *'no horovod'* ]]
}

@test "an srun that cannot start the step, or is not there" {
    SRUN_REFUSES='Unable to create step' says 125 'before the processes had started, srun failed with exit code ' run_it -- true
    [[ $output == *'Unable to create step'* ]]
    mkdir "$BATS_TEST_TMPDIR/other"
    ln -s /usr/bin/* "$BATS_TEST_TMPDIR/other/"
    rm -f "$BATS_TEST_TMPDIR/other/srun"
    ln -sf "$BATS_TEST_TMPDIR/bin/scontrol" "$BATS_TEST_TMPDIR/other/scontrol"
    PATH=$BATS_TEST_TMPDIR/other says 125 'srun could not be run: it is not in the PATH' run_it -- true
}

@test "SIGTERM and SIGINT end everything" {
    local signal long=$((100000 + $$)) # seconds, of this test alone
    for signal in TERM INT; do
        run_it -n 2 -- sleep $long >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
        local running=$!
        for _ in {1..200}; do
            [ "$(pgrep -cf "^sleep $long")" -lt 2 ] || break
            sleep 0.1
        done
        # Not to timeout(1), which in some versions does not hear what a shell's background ignores.
        kill -"$signal" "$(pgrep -P "$(pgrep -P "$running")")"
        wait "$running" || status=$?
        [ "$(pgrep -cf "^sleep $long")" -eq 0 ]
        grep -q "ended by SIG$signal" "$BATS_TEST_TMPDIR/said"
    done
}

@test "while srun waits for the nodes, a signal ends it at once" {
    local began=$SECONDS
    SRUN_WAITS=1 run_it -n 2 -- true >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
    local running=$!
    within_5_s test -s "$SRUN_CALLS"
    kill "$(pgrep -P "$running")"
    wait "$running" || status=$?
    grep -q "ended by SIGTERM" "$BATS_TEST_TMPDIR/said"
    [ $((SECONDS - began)) -lt 5 ]
}

@test "inputs and outputs are told to every process, and outputs are made" {
    export PLACE=$BATS_TEST_TMPDIR/made
    says 0 "" run_it -n 2 --input DATA=/etc --output 'MODEL=$PLACE/${SLURM_JOB_ID}' --output 'LOGS=$ATELIER_OUTPUT_MODEL/logs' \
        -- sh -c 'echo "$ATELIER_INPUT_DATA $ATELIER_OUTPUT_LOGS $AZ_BATCHAI_INPUT_DATA"; test -d $ATELIER_OUTPUT_LOGS'
    [ "${lines[*]}" = "/etc $PLACE/7/logs  /etc $PLACE/7/logs " ]
    ATELIER_COMPAT=batchai says 0 "/etc $PLACE/x" run_it -n 1 --input DATA=/etc --output 'MODEL=$PLACE/x' \
        -- sh -c 'echo "$AZ_BATCHAI_INPUT_DATA $AZ_BATCHAI_OUTPUT_MODEL"'
}

@test "each node makes the outputs, before its preparation" {
    export PLACE=$BATS_TEST_TMPDIR/made
    says 0 "" run_it -n 2 --output 'MODEL=$PLACE' --prepare 'rmdir $ATELIER_OUTPUT_MODEL || :' \
        -- sh -c 'test -d $ATELIER_OUTPUT_MODEL'
}

@test "directories that cannot be are said before anything starts" {
    refused '--input=1=/x: an ID is made of' --input 1=/x -- true
    refused '--output=A=x: the path does not begin with /' --output A=x -- true
    refused '--output gives the ID A twice' --output A=/tmp --output A=/x -- true
    refused '--output=A=...: the variable AZ_BATCHAI_NOTHING is not set here' --output 'A=$AZ_BATCHAI_NOTHING/x' -- true
    refused '--output=A=...: cannot make the directory /dev/null/x: Not a directory' --output A=/dev/null/x -- true
    ATELIER_INPUT_A=/job refused '--input=A=...: the job has ATELIER_INPUT_A already' --input A=/mine -- true
}
