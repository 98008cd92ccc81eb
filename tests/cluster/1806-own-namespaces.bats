#!/usr/bin/env bats
# A site with a plugin for mount namespaces that Atelier does not know: whoever submits is told so, doctor
# and policy check name it, and the task that was taken out of its job's namespace says why it ends.

load cluster
load namespaces

setup_file() {
    local key=JobContainerType kind=job_container
    slurm_has job_container/tmpfs || { key=NamespaceType && kind=namespace; }
    export ATELIER_SANDBOX=${ATELIER_SANDBOX:-/run/atelier-sandbox}-own
    export ATELIER_SANDBOX_CONF=$BATS_FILE_TMPDIR/conf setting=$key=$kind/own
    mkdir "$ATELIER_SANDBOX_CONF"
    # shellcheck disable=SC2046
    gcc -Wall -shared -fPIC $(slurm_header) $([ "$kind" = job_container ] || echo -DOF_25_11) \
        -o "$ATELIER_SANDBOX_CONF/${kind}_own.so" "$BATS_TEST_DIRNAME/namespace_plugin.c"
    printf '%s\n' "$setting" PrologFlags=Alloc,Contain \
        "PluginDir=/etc/slurm:$(sed -n 's/^plugindir = //p' "${ATELIER_BUILD:-$repo/build}/Makefile")" \
        >"$ATELIER_SANDBOX_CONF/slurm.conf"
    cluster up --nodes 2 >&2
}
teardown_file() { cluster down >&2; }
setup() { invariant_begin; }
teardown() { invariant_end; }

told="slurm.conf has $setting, of a kind that Atelier does not know: where it makes a mount namespace of its own, the job's tasks cannot have their volumes and end; tell your administrator"

@test "sbatch and srun tell, and the task says why it ends" {
    run as alice sbatch --wait --parsable --workspace=vision -o /home/alice/own.out --wrap 'echo ran'
    echo "$output"
    [ "$status" -ne 0 ]
    [ "$(grep -c "sbatch: .*$told" <<<"$output")" = 1 ]
    output=$(on head cat /home/alice/own.out)
    [[ $output == *"another plugin took the task out of its job's mount namespace"* && $output != *ran* ]]
    run as alice srun -w n1 --workspace=vision true
    [ "$status" -ne 0 ]
    [[ $output == *"srun: "*"$told"* && $output == *"another plugin took the task out"* ]]
    [ "$(on head sinfo -h -o %T | sort -u)" != drained ]
}

@test "who has no workspace is told nothing, and runs" {
    run as alice srun -Q -w n1 echo ran
    echo "$output"
    [ "$output" = ran ]
    run as alice srun -Q -w n1 --workspace=none echo ran
    echo "$output"
    [ "$output" = ran ]
}

@test "doctor and policy check name it" {
    local sentence="slurm.conf: $setting: Atelier does not know this kind"
    fails_saying "$sentence" on head atelier doctor
    fails_saying "$sentence" on head atelier policy check
}
