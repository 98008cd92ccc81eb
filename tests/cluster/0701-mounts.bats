#!/usr/bin/env bats
# --mount through Slurm: every way of submission, the list as a whole on every node, refusals at the
# submit host, in slurmctld and on the node.

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head sh -c '
        mkdir -p /results/mounts/alice/deep /results/mounts/closed/inner /results/shelf/open/a /results/shelf/kept
        echo data >/results/mounts/alice/deep/file
        ln -s /etc /results/mounts/alice/leaving
        chmod 700 /results/mounts/closed
        chown -Rh alice /results/mounts/alice /results/shelf/open'
    # One more volume, of which jobs see parts alone.
    on head cp -p "$policy" /root/policy.saved
    on head sed -i -e 's/"results", "home" }/"results", "home", "shelf" }/' \
        -e '/^volume "home"/a volume "shelf" { server = "store", export = "/results", subdirectories = { "shelf/open" } }' \
        "$policy"
    sleep 2.2 # until slurmctld has looked at it again
}

teardown_file() {
    on head sh -c "cat /root/policy.saved >$policy && rm /root/policy.saved"
    on head rm -rf /results/mounts /results/shelf
    sleep 2.2
}

setup() { invariant_begin; }
teardown() { invariant_end; }

deep=results/mounts/alice/deep:deep:ro
places='ls /mnt/atelier | tr "\n" " "'

@test "srun: each use counts, on every node" {
    run as alice srun -N3 --workspace=vision --mount="$deep" --mount=results/mounts/alice:mine,datasets:sets \
        sh -c "cat /mnt/atelier/deep/file && touch /mnt/atelier/mine/\$SLURMD_NODENAME && $places"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c 'data$' <<<"$output")" -eq 3 ]
    [ "$(grep -o 'datasets deep home mine results sets ' <<<"$output" | wc -l)" -eq 3 ]
    [ "$(on head sh -c 'ls /results/mounts/alice/n?' | wc -l)" -eq 3 ]
    on head sh -c 'rm /results/mounts/alice/n?'
}

@test "sbatch: the script's, the command's, an output file in a mount, its steps" {
    as alice sh -c 'cat >/home/alice/job' <<END
#!/bin/sh
#SBATCH --workspace=vision --mount=$deep
#SBATCH --mount=results/mounts/alice:mine
$places
srun -N2 sh -c '$places; echo "[\$ATELIER_MOUNT]"'
exit 0
END
    submit alice -N2 --mount=home:again:ro -o /mnt/atelier/mine/out /home/alice/job
    run on head cat /results/mounts/alice/out
    echo "$output"
    [ "$(grep -o 'again datasets deep home mine results ' <<<"$output" | wc -l)" -eq 3 ]
    [ "$(grep -c "\[$deep,results/mounts/alice:mine,home:again:ro\]$" <<<"$output")" -eq 2 ]
    # The batch step of 22.05 loses what is not exported.
    submit alice --export=NONE -o /mnt/atelier/mine/out2 /home/alice/job || true
    on head head -n 1 /results/mounts/alice/out2 | grep -q '^datasets deep home mine results '
    on head rm /home/alice/job
}

@test "salloc, an array and the default by ATELIER_MOUNT" {
    run as alice salloc -N2 --workspace=vision --mount="$deep" srun cat /mnt/atelier/deep/file
    [ "$(grep -c '^data' <<<"$output")" -eq 2 ]
    submit alice --workspace=vision --array=1-3 --mount="$deep" --mount=results/mounts/alice:mine \
        -o /mnt/atelier/mine/array-%a --wrap 'cat /mnt/atelier/deep/file'
    [ "$(on head sh -c 'cat /results/mounts/alice/array-?')" = $'data\ndata\ndata' ]
    run as alice env ATELIER_MOUNT="$deep" srun --workspace=vision cat /mnt/atelier/deep/file
    [ "$output" = data ]
    run as alice env ATELIER_MOUNT="$deep" srun --workspace=vision --mount=datasets:d ls /mnt/atelier
    [[ $output != *deep* && $output == *d* ]]
}

@test "each component of a heterogeneous job has its own" {
    run as alice "${without_pmix[@]}" srun -N1 --workspace=vision --mount="$deep" sh -c "$places" : \
        -N1 --workspace=vision --mount=datasets:deep --mount=home:more sh -c "$places"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"datasets deep home results "* && $output == *"datasets deep home more results "* ]]
    run as alice salloc -N1 --workspace=vision --mount="$deep" --mount=results/mounts/alice:mine : \
        -N1 --workspace=vision --mount=home:more "${without_pmix[@]}" srun --het-group=0,1 sh -c "$places"
    echo "$output"
    [[ $output == *"datasets deep home mine results "* && $output == *"datasets home more results "* ]]
}

# key: volume.subdirectories
@test "a read-only mount is read-only, and a volume of parts shows those alone" {
    run as alice srun --workspace=vision --mount="$deep" --mount=shelf/shelf/open:open sh -c "
        touch /mnt/atelier/deep/x || echo refused
        touch /mnt/atelier/open/x && ls /mnt/atelier/open/..; grep -c shelf/kept /proc/self/mountinfo"
    echo "$output"
    [[ $output == *refused* && $output == *"Read-only file system"* ]]
    [[ $output == *"datasets"*"deep"*"home"*"open"*"results"* && $output != *shelf* ]]
    on head test -e /results/shelf/open/x
}

@test "a step has its job's mounts and no others" {
    run as alice salloc --workspace=vision --mount="$deep" --mount=home:also \
        sh -c "srun --mount=$deep echo same; srun --mount=datasets:other echo more"
    echo "$output"
    [[ $output == *same* && $output != *more* ]]
    [[ $output == *"the step asks for --mount=datasets:other, which job "*" was submitted without"* ]]
}

@test "the submit host refuses what is no mount" {
    local word
    for word in results results/../x:y 'results/$(id):y' $'results/a\nb:y' results:x:suid results:x,rw ../etc:x /etc:x; do
        fails_saying "atelier: --mount=" as alice sbatch --wrap true -o /dev/null --workspace=vision "--mount=$word"
    done
    fails_saying 'needs --workspace' as alice srun --mount=results:x true
    fails_saying 'longer than 8192 bytes' as alice salloc --workspace=vision \
        --mount="results/$(printf 'a%.0s' {1..10000}):x" true
}

@test "slurmctld refuses what the policy does not give" {
    fails_saying "workspace \`vision\` has no volume \`nosuch\`" as alice srun --workspace=vision --mount=nosuch:x true
    fails_saying "\`results\` is the name of a volume" as alice sbatch --wrap true --workspace=vision \
        --mount=datasets:results
    fails_saying "the name \`x\` twice" as alice sbatch --wrap true --workspace=vision --mount=datasets:x --mount=results:x
    fails_saying "has \`shelf/kept\` for nobody: choose shelf/open below it" as alice salloc --workspace=vision \
        --mount=shelf/shelf/kept:x true
    # Forged past the submit host.
    fails_saying "is no path below a volume" as alice \
        env SLURM_SPANK__SLURM_SPANK_OPTION_atelier_mount=results/../x:y sbatch --wrap true --workspace=vision
    silent as root squeue -h
}

@test "the node refuses a link out, a missing directory and another user's, and stays up" {
    local mount
    for mount in results/mounts/alice/leaving:x results/mounts/alice/gone:x results/mounts/closed/inner:x; do
        run as alice srun --workspace=vision --mount="$mount" echo ran
        echo "$output"
        [ "$status" -ne 0 ]
        [[ $output == *"atelier: node n"?": --mount=$mount: "* && $output != *ran* ]]
        [ "$(grep -c atelier: <<<"$output")" -eq 1 ]
    done
    # The output file that was to be in the mount does not keep the job from saying why.
    submit alice --workspace=vision --mount=results/mounts/alice/gone:x -o /mnt/atelier/x/out --wrap true || true
    [ "$(on head sinfo -h -o %T | sort -u)" = idle ] || wait_until 10 nodes_idle
    accounting_says() { accounting "$job" AdminComment%200 | grep -q "there is no such directory"; }
    wait_until 15 accounting_says
}

nodes_idle() {
    [ "$(on head sinfo -h -o %T | sort -u)" = idle ]
}

@test "explain says the same" {
    run as alice atelier policy explain --workspace=vision --mount="$deep" --mount=shelf/shelf/open:o
    [ "$status" -eq 0 ]
    grep -Eq '^  deep +results/mounts/alice/deep ro ' <<<"$output"
    run as alice atelier policy explain --workspace=vision --mount=nosuch:x
    [ "$status" -eq 1 ]
    [[ $output == *"has no volume \`nosuch\`"* ]]
}
