#!/usr/bin/env bats
# What the user has set himself, processes below a task, and launchers inside of ours.

# shellcheck disable=SC2016 # what is in single quotes is for the job's shell
load cluster

python=/usr/bin/python3 # Debian's, where Debian's PyTorch is

# The file server remembers a directory that was removed behind its back: each run has another.
setup_file() {
    cluster_up
    export there=/results/programs-$$ own=/mnt/atelier/results/programs-$$
    on head sh -c "mkdir $there; cat >$there/ddp.py; chmod -R a+rX $there" <<'EOF'
import os
import torch
import torch.distributed as dist

os.environ.setdefault("MASTER_PORT", "29511")
dist.init_process_group("gloo")
total = torch.ones(1) * (dist.get_rank() + 1)
dist.all_reduce(total)
print("ddp %d of %d, sum %d, threads %s" % (dist.get_rank(), dist.get_world_size(), total,
    os.environ.get("OMP_NUM_THREADS", "-")), flush=True)
EOF
    on head sh -c "cat >$there/show; chmod a+rx $there/show" <<'EOF'
#!/bin/sh
echo "$1 ${OMPI_COMM_WORLD_RANK-} rank=${RANK-}/${WORLD_SIZE-} local=${LOCAL_RANK-} index=${ATELIER_TASK_INDEX-} threads=${OMP_NUM_THREADS-}"
EOF
    on head sh -c "cat >$there/ranks; chmod a+rx $there/ranks" <<'EOF'
#!/bin/sh
echo "ranks $RANK/$WORLD_SIZE $OMP_NUM_THREADS"
EOF
    on head sh -c "cat >$there/script; chmod a+rx $there/script" <<EOF
#!/bin/sh
mpirun --oversubscribe -np 2 $own/show script
EOF
}
teardown_file() { on head rm -r "$there"; }
setup() { invariant_begin; }
teardown() {
    on head sh -c 'rm -f /results/own-*'
    invariant_end
}

# Debian's PyTorch 2 is built without libuv.
#
# job_of SBATCH-ARGUMENT... SCRIPT: what it said is in $said.
job_of() {
    local status=0
    submit alice --export=ALL,USE_LIBUV=0 --workspace=vision -o /mnt/atelier/results/own-%j.out "${@:1:$#-1}" \
        --wrap "${@: -1}" || status=$?
    said=$(on head cat "/results/own-$job.out")
    echo "$said"
    return "$status"
}

# step [NAME=VALUE...] SRUN-ARGUMENT...: one of alice with PyTorch's ranks.
step() {
    local given=()
    while [[ $1 == [A-Z]*=* ]]; do
        given+=("$1")
        shift
    done
    as alice env USE_LIBUV=0 "${given[@]}" srun -Q --mpi=none --workspace=vision --framework=pytorch "$@" 2>&1
}

# display N: an example of the manual, as a reader sees it.
display() {
    awk -v wanted="$1" '/^\.Bd -literal/ { shown = ++count == wanted; next }
        /^\.Ed/ { shown = 0 } shown { gsub(/\\e/, "\\"); print }' "$repo/doc/atelier-launcher.7"
}

needs_torch() {
    "$python" -c 'import importlib.util as util, sys; sys.exit(util.find_spec("torch") is None)' ||
        skip "PyTorch is missing (Debian: python3-torch)"
}

@test "ranks that are exported for each step by hand are one world: the manual's line" {
    needs_torch
    line=$(display 1 | sed "s|ddp.py|$own/ddp.py|; s|n\$i|n\$((i + 1))|")
    job_of --framework=pytorch -N2 --ntasks-per-node=1 "for i in 0 1; do
        $line
    done; wait"
    [ "$(grep ^ddp <<<"$said" | sort | tr '\n' ';')" = \
        "ddp 0 of 2, sum 3, threads -;ddp 1 of 2, sum 3, threads -;" ]
}

@test "what contradicts the layout ends the step with both, and what agrees changes nothing" {
    for wrong in RANK=0 WORLD_SIZE=5 LOCAL_RANK=0 NODE_RANK=0 MASTER_ADDR=n2 MASTER_PORT=x; do
        run step "$wrong" -w n1,n2 -n4 echo started
        echo "$output"
        [ "$status" -ne 0 ]
        [[ $output == *"$wrong is set"*"unset ${wrong%%=*}"* ]]
        [[ $output != *started* ]]
    done
    # Once, by the first node, since it is true for all; and by one that is asked in the task.
    [ "$(step RANK=0 -w n1,n2 -n8 -O true | grep -c 'atelier: node n1: RANK=0 is set')" = 1 ]
    [ "$(step WORLD_SIZE=9 -w n1 -n4 true | grep -c 'atelier: node n1: WORLD_SIZE=9 is set')" = 1 ]
    [ "$(step WORLD_SIZE=4 MASTER_ADDR=n1 MASTER_PORT=29500 -w n1,n2 -n4 sh -c \
        'echo $RANK/$WORLD_SIZE $MASTER_ADDR:$MASTER_PORT $ATELIER_INIT_METHOD' | sort | tr '\n' ';')" = \
        "0/4 n1:29500 tcp://n1:29500;1/4 n1:29500 tcp://n1:29500;2/4 n1:29500 tcp://n1:29500;3/4 n1:29500 tcp://n1:29500;" ]
    # What is his stays his in a step of that step.
    [ "$(step MASTER_ADDR=10.0.0.7 -w n1 -n1 sh -c 'srun --mpi=none --overlap -n1 sh -c "echo \$MASTER_ADDR"')" = 10.0.0.7 ]
    step MASTER_PORT=29500 --check -N2 -n4 true
}

# In Slurm 25.11 an srun of the inner job refuses what the outer one's -c left beside its own
# SLURM_CPUS_PER_TASK, with and without Atelier.
@test "what an outer step of ours left is nobody's word: nested steps, jobs, salloc" {
    job_of --framework=pytorch -N2 --ntasks-per-node=2 -c2 'cd '"$own"'
        echo batch [$RANK] [$OMP_NUM_THREADS]
        srun --mpi=none -n1 -N1 -w n1 sh -c "srun --mpi=none --overlap -N2 -n4 -c2 ./ranks"
        srun --mpi=none -n1 -N1 -w n1 env -u SLURM_TRES_PER_TASK sbatch --wait --workspace=vision \
            --framework=pytorch -N1 -n2 \
            -o /mnt/atelier/results/own-inner-%j.out --wrap "srun --mpi=none ./ranks"'
    [ "$(grep ^batch <<<"$said")" = "batch [] []" ]
    [ "$(grep ^ranks <<<"$said" | sort | tr '\n' ';')" = "ranks 0/4 ;ranks 1/4 ;ranks 2/4 ;ranks 3/4 ;" ]
    [ "$(on head sh -c 'sort /results/own-inner-*.out' | tr '\n' ';')" = "ranks 0/2 ;ranks 1/2 ;" ]
    [ "$(step -n1 bash -c "RANK=1 WORLD_SIZE=2 srun --mpi=none --overlap -n1 bash -c 'echo \$RANK/\$WORLD_SIZE'")" = 1/2 ]
}

@test "below a task no rank of the task misleads mpirun's ranks" {
    for command in "mpirun --oversubscribe -np 2 $own/show inner" \
        "bash -c 'exec mpirun --oversubscribe -np 2 $own/show inner'" "$own/script"; do
        said=$(eval "step -n1 -c4 $command" | sort)
        echo "$said"
        [ "$(sed 's/^[a-z]* //' <<<"$said" | tr '\n' ';')" = \
            "0 rank=/ local= index= threads=;1 rank=/ local= index= threads=;" ]
    done
    [[ $(step -n1 sh -c "$own/show") == *"rank=0/1 local=0 index=0 threads=" ]]
    [[ $(step -n2 sh -c "$own/show" | sort | tail -n 1) == *"rank=1/2 local=1 index=1 threads=" ]]
}

@test "a shell that is typed in is no rank, and one that reads a script is" {
    said=$(printf '%s/show typed\nexit\n' "$own" | script -qec "'$repo/sandbox/cluster' run -u alice -- \
        timeout --foreground 60 srun -Q --mpi=none --workspace=vision --framework=pytorch --pty bash" /dev/null)
    echo "$said"
    grep -q "typed  rank=/ local= index= threads=" <<<"$said"
    [[ $(step -n1 bash <<<"$own/show read") == *"read  rank=0/1"* ]]
}

# Its own logs, for a fault that PyTorch 1.13 has with Python 3.11 where there are none.
@test "torchrun on two nodes, as published: the world and the threads of plain Slurm" {
    needs_torch
    script=$(display 2 | sed "s|torchrun|torchrun -r 1 -t 1|; s|train.py|$own/ddp.py|")
    for framework in "" pytorch; do
        job_of ${framework:+--framework=$framework} -N2 --ntasks-per-node=1 -c4 "$script"
        [ "$(grep -o 'ddp.*' <<<"$said" | sort | tr '\n' ';')" = "$(for rank in 0 1 2 3; do
            printf 'ddp %d of 4, sum 10, threads 1;' "$rank"
        done)" ]
    done
    said=$(step WORLD_SIZE=4 -N2 --ntasks-per-node=1 -c4 bash -c "exec \$0 -m torch.distributed.run \
        -r 1 -t 1 --nnodes 2 --nproc_per_node 2 --node_rank \$SLURM_NODEID --master_addr n1 \
        --master_port 29533 $own/ddp.py" "$python")
    echo "$said"
    [ "$(grep -c 'ddp . of 4, sum 10, threads 1' <<<"$said")" = 4 ]
}

@test "two torchruns of a script on one node: the threads of plain Slurm" {
    needs_torch
    printf '%s\n' '#!/bin/sh' "$python -m torch.distributed.run -r 1 -t 1 --nproc_per_node 2 \\" \
        "    --master_port \$((29541 + SLURM_LOCALID)) $own/ddp.py" |
        on head sh -c "cat >$there/inner; chmod a+rx $there/inner"
    said=$(step -N1 -n2 -c2 "$own/inner")
    echo "$said"
    [ "$(grep -c 'ddp . of 2, sum 3, threads 1' <<<"$said")" = 4 ]
}

@test "a host file is a file of the job's directory, also for who closes descriptors" {
    job_of -N2 --ntasks-per-node=2 '
        echo "$ATELIER_MPI_HOST_FILE $(stat -c "%U %F" "$ATELIER_MPI_HOST_FILE")"
        /usr/bin/python3 -c "import subprocess; subprocess.run([\"sh\", \"-c\", \"cat \$ATELIER_MPI_HOST_FILE\"], close_fds=True, check=True)"
        srun --mpi=none -N1 -n1 -w n2 sh -c "echo step \$ATELIER_MPI_HOST_FILE"'
    [ "$(head -n 1 <<<"$said")" = "/mnt/atelier/.job-temp/.hostfile alice regular file" ]
    [ "$(sed -n 2,3p <<<"$said" | tr '\n' ';')" = "n1 slots=2 max-slots=2;n2 slots=2 max-slots=2;" ]
    [ "$(tail -n 1 <<<"$said")" = step ]
    silent on n1 find /var/lib/atelier/temp -name .hostfile
}
