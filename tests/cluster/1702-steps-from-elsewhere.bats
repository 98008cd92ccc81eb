#!/usr/bin/env bats
# Steps that do not have their job's environment: from a login node, and of the components of a
# heterogeneous job.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() { invariant_end; }

# from_login_node JOB SRUN-ARGUMENT...: as `srun --jobid` from a shell that knows nothing of the job.
from_login_node() {
    local job=$1
    shift
    as alice srun --jobid="$job" "$@"
}

@test "a step from a login node is told all nodes of its job" {
    job=$(as alice sbatch --parsable --workspace=vision -N3 -o /dev/null --wrap 'sleep 60')
    wait_until 30 eval '[ "$(on head squeue -h -j "$job" -o %T)" = RUNNING ]'
    [ "$(from_login_node "$job" -N1 -w n2 bash -c 'echo "$ATELIER_HOST_LIST"')" = n1,n2,n3 ]
    [ "$(from_login_node "$job" -N2 -n2 -w n[2-3] --workspace=vision --compat=batchai bash -c 'echo "$AZ_BATCH_HOST_LIST"' | sort -u)" = n1,n2,n3 ]
    [ "$(from_login_node "$job" -N3 -n3 bash -c 'echo "$ATELIER_HOST_LIST"' | sort -u)" = n1,n2,n3 ]
    as alice scancel "$job"
}

@test "the components of a job may be of two workspaces, each with a step of its own" {
    submit carol --workspace=nlp --experiment=one --framework=pytorch -w n1 -o /mnt/atelier/results/%j.out : \
        --workspace=vision --experiment=two --framework=custom -w n[2-3] --wrap '
        for group in 0 1; do
            srun --het-group=$group bash -c "echo \$(hostname) \$ATELIER_WORKSPACE \$ATELIER_EXPERIMENT \$ATELIER_FRAMEWORK \$WORLD_SIZE\$ATELIER_WORLD_SIZE \$ATELIER_HOST_LIST" | sort
        done
        '"${without_pmix[*]}"' srun --het-group=0,1 bash -c "echo \$(hostname) \$ATELIER_WORKSPACE" | sort'
    on head cat "/results/$job.out"
    [ "$(on head grep -v error: "/results/$job.out" | head -n 6)" = 'n1 nlp one pytorch 1 n1
n2 vision two custom 2 n2,n3
n3 vision two custom 2 n2,n3
n1 nlp
n2 vision
n3 vision' ]
    on head rm "/results/$job.out"
}

@test "a step of all components is told the nodes of all" {
    submit alice --workspace=vision -w n1 -o /mnt/atelier/results/%j.out : --workspace=vision -w n[2-3] --wrap '
        '"${without_pmix[*]}"' srun --het-group=0,1 bash -c "echo \$ATELIER_HOST_LIST" | sort -u'
    [ "$(on head cat "/results/$job.out")" = n1,n2,n3 ]
    on head rm "/results/$job.out"
}
