#!/usr/bin/env bats
# Jobs under each of slurm.conf's PrologFlags: Contain, and RunInJob, where Slurm has it and
# the scripts of atelier-keeper(8) start and stop the keeper. Alloc is what all other tests have.

load cluster
load namespaces

# flags_up LINE...: a cluster with these lines of slurm.conf.
flags_up() {
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-flags
    export ATELIER_SANDBOX_CONF=$BATS_TEST_TMPDIR/conf
    mkdir "$ATELIER_SANDBOX_CONF"
    printf '%s\n' "$@" >"$ATELIER_SANDBOX_CONF/slurm.conf"
    (cd "$ATELIER_SANDBOX_CONF" && write_scripts)
    cluster up --nodes 2 >&2
}

teardown() {
    [ -z "${ATELIER_SANDBOX_CONF:-}" ] || cluster down >&2
}

# shellcheck disable=SC2016 # for the job's shell
inside='grep -q " /mnt/atelier/results fuse.atelier" /proc/mounts && echo "$SLURMD_NODENAME $1 $ATELIER_HOST_LIST"'

# In every task of every way to start one; and nothing is left.
all_is_inside() {
    invariant_begin
    submit alice --workspace=vision -N2 -o /mnt/atelier/results/%j.out --wrap "
        sh -c '$inside' - batch
        srun sh -c '$inside' - step
        srun -N1 -n1 -w n2 --overlap sh -c '$inside' - overlap" || {
        echo "$said"
        on head cat "/results/$job.out"
        return 1
    }
    diff <(on head sort "/results/$job.out") - <<TEXT
n1 batch n1,n2
n1 step n1,n2
n2 overlap n1,n2
n2 step n1,n2
TEXT
    on head rm "/results/$job.out"
    diff <(as alice srun -Q -N2 --workspace=vision sh -c "$inside" - srun | sort) - <<TEXT
n1 srun n1,n2
n2 srun n1,n2
TEXT
    diff <(as alice salloc -Q -N2 --workspace=vision srun sh -c "$inside" - salloc | sort) - <<TEXT
n1 salloc n1,n2
n2 salloc n1,n2
TEXT
    [ "$(as alice srun -Q -w n1 sh -c 'grep -c /mnt/atelier /proc/mounts; true')" = 0 ]
    invariant_end
}

@test "Contain" {
    flags_up PrologFlags=Contain
    on head scontrol show config | grep -q '^PrologFlags.*Contain'
    all_is_inside
}

@test "RunInJob, with the scripts of the manual page, and a sentence without them" {
    ! lacks RunInJob || skip "$missing"
    flags_up PrologFlags=RunInJob
    use_scripts
    on head scontrol show config | grep -q '^PrologFlags.*RunInJob'
    all_is_inside
    on head sh -c 'printf "#!/bin/sh\n" | tee /etc/slurm/prolog >/etc/slurm/epilog'
    fails_saying 'no keeper for job ' as alice srun -w n1 --workspace=vision true
    wait_until 20 eval '[ "$(on head sinfo -h -N -n n1 -o %T | sort -u)" = idle ]'
}
