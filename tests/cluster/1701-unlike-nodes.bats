#!/usr/bin/env bats
# Nodes of different kinds: n1 has 4 CPUs and 3 GPUs, n2 2 and 1, n3 8 and 4 of two types, n4 6 and
# none (unlike/nodes.conf). What is counted on one of them is true of no other.

load cluster

machines=(head n1 n2 n3 n4)

setup_file() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-unlike
    export ATELIER_SANDBOX_NODES=$BATS_TEST_DIRNAME/unlike
    cluster up --nodes 4 >&2
}
teardown_file() { cluster down >&2; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# What each process says: its node, its rank of all, its local rank of the node's, its node's GPUs
# by Slurm's and by our word, and those that it sees.
ranks='echo "$(hostname) $RANK/$WORLD_SIZE $LOCAL_RANK/$LOCAL_WORLD_SIZE $SLURM_GPUS_ON_NODE=$ATELIER_GPUS $CUDA_VISIBLE_DEVICES"'

# runs SBATCH-OPTION... : ARGUMENT... <<<WANTED: in such a job `atelier run ARGUMENT...` starts the
# processes that are wanted, in any order.
runs() {
    local allocation=() wanted found
    wanted=$(sort)
    while [ "$1" != : ]; do
        allocation+=("$1")
        shift
    done
    shift
    found=$(as alice salloc -Q --workspace=vision --framework=pytorch "${allocation[@]}" \
        atelier run "$@" -- bash -c "$ranks" 2>&1 | sort)
    [ "$found" = "$wanted" ] || {
        printf '%s\n' "salloc ${allocation[*]}, atelier run $*:" "$found"
        return 1
    }
}

# counts COMMAND...: its lines, each with its number, in one.
counts() {
    "$@" | sort | uniq -c | tr -s ' \n' ' '
}

@test "--gpus=4 on nodes with 3 and 1: a process for each, on its node" {
    local processes='n1 0/4 0/3 3=3 0,1,2
n1 1/4 1/3 3=3 0,1,2
n1 2/4 2/3 3=3 0,1,2
n2 3/4 0/1 1=1 0'
    runs --gpus=4 -w n1,n2 --cpus-per-gpu=1 : <<<"$processes"
    runs --gpus=4 -w n1,n2 -n4 --cpus-per-gpu=1 : -n 4 <<<"$processes"
}

@test "--gpus=3 on two nodes is three processes" {
    runs --gpus=3 -w n1,n3 --cpus-per-gpu=1 : <<'END'
n1 0/3 0/2 2=2 0,1
n1 1/3 1/2 2=2 0,1
n3 2/3 0/1 1=1 0
END
}

@test "--gpus-per-node and --gres, with and without a type" {
    local one='n1 0/3 0/1 1=1 0
n2 1/3 0/1 1=1 0
n3 2/3 0/1 1=1 0' two='n1 0/4 0/2 2=2 0,1
n1 1/4 1/2 2=2 0,1
n3 2/4 0/2 2=2 0,1
n3 3/4 1/2 2=2 0,1'
    runs --gpus-per-node=1 -w n[1-3] : <<<"$one"
    runs --gres=gpu:1 -w n[1-3] : <<<"$one"
    runs --gres=gpu:a100:2 -N2 --ntasks-per-node=2 : <<<"$two"
    runs --gpus-per-node=a100:2 -N2 --cpus-per-gpu=1 : <<<"$two"
}

@test "--gpus-per-task, --gpus-per-socket and --ntasks-per-gpu" {
    runs --gpus-per-task=1 -w n1,n3 -n7 : <<'END'
n1 0/7 0/3 3=3 0
n1 1/7 1/3 3=3 1
n1 2/7 2/3 3=3 2
n3 3/7 0/4 4=4 0
n3 4/7 1/4 4=4 1
n3 5/7 2/4 4=4 2
n3 6/7 3/4 4=4 3
END
    runs --gpus-per-task=2 -w n3 -n2 : <<'END'
n3 0/2 0/2 4=4 0,1
n3 1/2 1/2 4=4 2,3
END
    runs --gpus-per-socket=2 --sockets-per-node=2 -w n3 --exclusive : <<'END'
n3 0/4 0/4 4=4 0,1,2,3
n3 1/4 1/4 4=4 0,1,2,3
n3 2/4 2/4 4=4 0,1,2,3
n3 3/4 3/4 4=4 0,1,2,3
END
    runs --ntasks-per-gpu=2 --gpus=2 -w n1 : --prepare true <<'END'
n1 0/4 0/4 2=2 0
n1 1/4 1/4 2=2 0
n1 2/4 2/4 2=2 1
n1 3/4 3/4 2=2 1
END
}

@test "all of nodes that the job has alone, and fewer processes than GPUs" {
    runs --exclusive --gpus=4 -w n[1-3] : <<'END'
n1 0/8 0/3 3=3 0,1,2
n1 1/8 1/3 3=3 0,1,2
n1 2/8 2/3 3=3 0,1,2
n2 3/8 0/1 1=1 0
n3 4/8 0/4 4=4 0,1,2,3
n3 5/8 1/4 4=4 0,1,2,3
n3 6/8 2/4 4=4 0,1,2,3
n3 7/8 3/4 4=4 0,1,2,3
END
    runs --gpus=4 -w n1,n2 : -n 1 <<<'n1 0/1 0/1 3=3 0,1,2'
    runs --gpus=4 -w n1,n2 : -n 2 <<'END'
n1 0/2 0/1 3=3 0,1,2
n2 1/2 0/1 1=1 0
END
}

@test "without GPUs: as the job's tasks are, or as the nodes' CPUs allow" {
    local three=(as alice salloc -Q --workspace=vision --exclusive -p cpu -w n1,n2,n4)
    local five=(as alice salloc -Q --workspace=vision -w n2,n4 -n5)
    [ "$(counts "${three[@]}" atelier run -n 12 --srun=--gpus=0 -- hostname)" = ' 4 n1 2 n2 6 n4 ' ]
    [ "$(counts "${three[@]}" atelier run -n 7 --srun=--gpus=0 -- hostname)" = ' 3 n1 2 n2 2 n4 ' ]
    [ "$(counts "${five[@]}" atelier run -- hostname)" = "$(counts "${five[@]}" srun hostname)" ]
}

@test "fewer CPUs than GPUs are told with the node and the option that helps" {
    fails_saying '4 processes, one for each GPU, do not fit: node n1 has 3 GPUs, and CPUs for 1 of 1 CPU each: allocate --cpus-per-gpu=1 or --exclusive, or say --processes=N' \
        as alice salloc -Q --workspace=vision --gpus=4 -w n1,n2 atelier run -- true
}

@test "the components of a heterogeneous job, each on its own" {
    submit alice --workspace=vision --framework=pytorch -o /mnt/atelier/results/%j.out -w n1 --gpus=3 --cpus-per-gpu=1 : \
        --workspace=vision --framework=pytorch -w n2,n3 --gpus=5 --exclusive --wrap "
        atelier run -- bash -c '$ranks' | sort; atelier run --het-group=1 -- bash -c '$ranks' | sort"
    on head cat "/results/$job.out"
    [ "$(on head cat "/results/$job.out")" = 'n1 0/3 0/3 3=3 0,1,2
n1 1/3 1/3 3=3 0,1,2
n1 2/3 2/3 3=3 0,1,2
n2 0/5 0/1 1=1 0
n3 1/5 0/4 4=4 0,1,2,3
n3 2/5 1/4 4=4 0,1,2,3
n3 3/5 2/4 4=4 0,1,2,3
n3 4/5 3/4 4=4 0,1,2,3' ]
    on head rm "/results/$job.out"
}

@test "plain srun: every node's tasks have that node's numbers" {
    [ "$(counts as alice srun --workspace=vision --framework=pytorch --gpus=8 --gpus-per-task=1 -n8 -w n[1-3] \
        bash -c 'echo "$(hostname) $ATELIER_GPUS $LOCAL_WORLD_SIZE/$WORLD_SIZE"')" = \
        ' 3 n1 3 3/8 1 n2 1 1/8 4 n3 4 4/8 ' ]
}

# slots SBATCH-OPTION...: what the host file of such a job says, in one line.
slots() {
    submit alice --workspace=vision --framework=mpi -o /mnt/atelier/results/%j.out "$@" \
        --wrap 'cat "$ATELIER_MPI_HOST_FILE"' || return
    on head sh -c "tr '\n' ';' </results/$job.out; rm /results/$job.out"
}

@test "a host file has each node's own GPUs, and no node without" {
    [ "$(slots --gpus=4 -w n1,n2 --cpus-per-gpu=1)" = 'n1 slots=3 max-slots=3;n2 slots=1 max-slots=1;' ]
    [ "$(slots --gpus=3 -w n1,n3 --cpus-per-gpu=1)" = 'n1 slots=2 max-slots=2;n3 slots=1 max-slots=1;' ]
    [ "$(slots --exclusive -w n1,n2,n4)" = 'n1 slots=3 max-slots=3;n2 slots=1 max-slots=1;' ]
    [ "$(slots -w n2,n4 --ntasks-per-node=2)" = 'n2 slots=2 max-slots=2;n4 slots=2 max-slots=2;' ]
}

@test "so has each task of compat, of a batch script and of srun alone" {
    local line='cat "$AZ_BATCHAI_MPI_HOST_FILE"' wanted=' 2 n1 slots=3 max-slots=3 2 n2 slots=1 max-slots=1 '
    [ "$(counts as alice srun -Q --mpi=none --workspace=vision --compat=batchai --gpus=4 -w n1,n2 -n2 \
        --cpus-per-gpu=1 sh -c "$line")" = "$wanted" ]
    submit alice --workspace=vision --compat=batchai -o /mnt/atelier/results/%j.out --gpus=4 -w n1,n2 \
        --cpus-per-gpu=1 --wrap "srun -Q --mpi=none -n2 --gpus=2 sh -c '$line'"
    [ "$(counts on head cat "/results/$job.out")" = "$wanted" ]
    on head rm "/results/$job.out"
}
