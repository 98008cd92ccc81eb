#!/usr/bin/env bats
# What becomes of a running job when the plugin is taken out of plugstack.conf, and when other files
# are installed over those that it began with.

load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on head cp -p /etc/slurm/plugstack.conf /root/plugstack.saved
}
teardown() {
    on head sh -c 'cat /root/plugstack.saved >/etc/slurm/plugstack.conf && rm /root/plugstack.saved'
    invariant_end
}

# begin_job OPTION... SCRIPT: of two nodes; `go` lets it go on, and $output_file has what it said.
begin_job() {
    local script=${!#} name=$BATS_TEST_NUMBER-$RANDOM
    output_file=/results/vision/taken-$name go=/results/vision/go-$name
    running=$(as alice sbatch --parsable "${@:1:$#-1}" -N2 --overcommit --chdir=/tmp \
        -o "/mnt/atelier$output_file" --wrap "while ! [ -e /mnt/atelier$go ]; do sleep 0.3; done; $script")
    wait_until 20 eval "on head test -e $output_file"
}

let_go() {
    on head touch "$go"
    wait_until 60 eval "[ -z \"\$(on head squeue -h -j $running 2>/dev/null)\" ]"
    on head cat "$output_file"
}

no_keepers() {
    not on n1 pgrep atelier- && not on n2 pgrep atelier-
}

@test "the next srun of the job fails with a sentence; keepers and NFS clients end with the job" {
    begin_job --workspace=vision --framework=pytorch 'srun -n2 sh -c "echo rank=\$RANK"'
    on n2 pgrep -x atelier-nfs
    on head sh -c ': >/etc/slurm/plugstack.conf'
    run let_go
    echo "$output"
    [[ $output == *"atelier: node n"[12]": this step of job $running would have neither the volumes nor the ranks of workspace vision, since Slurm loads Atelier no more"* ]]
    [[ $output != *rank=* ]]
    wait_until 20 eval "[ \"\$(accounting $running State)\" = FAILED ]"
    [ "$(as alice srun -Q -N2 sh -c 'echo "${RANK-none}"' | xargs)" = "none none" ] # others run
    wait_until 120 no_keepers
    on n2 grep -q " atelier: no-epilog job=$running .*reason=\"the job is over\"" /var/log/atelier.log
}

@test "so does the next srun in salloc's shell; a job that is submitted from there is not told so" {
    as alice salloc -Q --workspace=vision -N2 --chdir=/tmp sh -c "srun -n2 true || exit 9
        echo begun
        while ! [ -e /tmp/line-is-gone ]; do sleep 0.3; done
        srun -n2 sh -c 'echo rank=[\$RANK]'; echo \"srun: \$?\"
        sbatch --wait -o /home/alice/inner.out --overcommit --wrap 'srun -n1 echo inner'; cat /home/alice/inner.out" \
        >"$BATS_TEST_TMPDIR/shell" 2>&1 3>&- &
    shell=$!
    wait_until 30 grep -q begun "$BATS_TEST_TMPDIR/shell"
    on head sh -c ': >/etc/slurm/plugstack.conf; touch /tmp/line-is-gone'
    wait "$shell" || true
    on head rm -f /tmp/line-is-gone /home/alice/inner.out
    cat "$BATS_TEST_TMPDIR/shell"
    grep -q 'this step of job [0-9]* would have neither the volumes nor the ranks of workspace vision' "$BATS_TEST_TMPDIR/shell"
    grep -q '^srun: 1$' "$BATS_TEST_TMPDIR/shell"
    grep -qx inner "$BATS_TEST_TMPDIR/shell"
    not grep -q 'rank=' "$BATS_TEST_TMPDIR/shell"
    wait_until 120 no_keepers
}

@test "a task prolog of the user's own is run, and ours is not while the plugin is there" {
    begin_job --workspace=vision 'export SLURM_TASK_PROLOG=/bin/false; srun -n1 -N1 true || echo "its own: $?"'
    run let_go
    [[ $output == *"its own: 1"* ]]
    on n1 sh -c 'mv /usr/libexec/atelier/atelier-guard /root/guard
        printf "#!/bin/sh\nexit 9\n" >/usr/libexec/atelier/atelier-guard; chmod +x /usr/libexec/atelier/atelier-guard'
    run as alice sbatch --wait --workspace=vision -w n1 --chdir=/tmp -o /dev/null --wrap 'srun true && srun srun --overlap true'
    on n1 mv /root/guard /usr/libexec/atelier/atelier-guard
    [ "$status" -eq 0 ]
}

@test "files that are installed over the older ones: no job that starts meanwhile fails" {
    build=${ATELIER_BUILD:-$repo/build}
    on n1 test -e "$build/Makefile" || skip "the machines do not see the build in $build"
    begin_job --workspace=vision --framework=pytorch 'srun -n2 sh -c "echo rank=\$RANK"'
    for ((i = 0; i < 12; i++)); do
        as carol srun -Q --overcommit --workspace=vision -w n1 --chdir=/tmp test -d /mnt/atelier/datasets/digits || echo failed
    done >"$BATS_TEST_TMPDIR/failed" 2>&1 &
    jobs=$!
    on n1 make -s -C "$build" install >/dev/null
    wait "$jobs"
    cat "$BATS_TEST_TMPDIR/failed"
    [ ! -s "$BATS_TEST_TMPDIR/failed" ]
    run let_go
    [[ $output == *rank=0* && $output == *rank=1* ]]
}
