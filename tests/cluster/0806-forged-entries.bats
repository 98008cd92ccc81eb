#!/usr/bin/env bats
# A job's SPANK environment is its user's: with a slurm.conf and a SPANK plugin of her own she
# writes what she wants into it. It goes into the exec of root's prolog, and two programs read it.

load cluster

setup_file() {
    cluster_up
    on head sh -c 'mkdir -p /tmp/forge && cd /tmp/forge && chmod 777 . &&
        gcc -shared -fPIC '"$(slurm_header)"' -o forge.so /mnt/src/tests/cluster/forge.c'
    on head sh -c 'sed /CliFilterPlugins/d /etc/slurm/slurm.conf >/tmp/forge/slurm.conf &&
        echo PlugStackConfig=/tmp/forge/plugstack.conf >>/tmp/forge/slurm.conf &&
        printf "required atelier.so\nrequired /tmp/forge/forge.so\n" >/tmp/forge/plugstack.conf'
}

teardown_file() { on head rm -rf /tmp/forge; }

setup() { invariant_begin; }

teardown() { invariant_end; }

# forge NAME VALUE-OR-BYTES COMMAND...: as alice, from the head.
forge() {
    local name=$1 value=$2
    shift 2
    as alice env SLURM_CONF=/tmp/forge/slurm.conf FORGE_NAME="$name" "$value" "$@"
}

@test "entries that no node could start a prolog with are refused at submission" {
    for command in "srun -N1 true" "sbatch --wrap true" "srun -N1 --workspace=vision true"; do
        # shellcheck disable=SC2086
        run forge FILLING FORGE_BYTES=200000 $command
        [ "$status" -ne 0 ]
        [[ "$output" == *"SPANK environment has 20"*" bytes in "*"shorten what options"* ]]
    done
    silent on head sinfo -h -t drain,down -N -o %N
}

@test "what is large but can be started runs" {
    forge FILLING FORGE_BYTES=100000 srun -N1 true
}

@test "the workspace of an entry with Slurm's word before it is refused, not obeyed" {
    run forge SPANK__SLURM_SPANK_OPTION_atelier_workspace FORGE_VALUE=vision \
        srun -N1 ls /mnt/atelier
    [ "$status" -ne 0 ]
    [[ "$output" == *"has an entry of Atelier's that Slurm's commands do not write"* ]]
}

@test "another workspace's entry beside the option is refused" {
    run forge SPANK__SLURM_SPANK_OPTION_atelier_workspace FORGE_VALUE=nlp \
        srun -N1 --workspace=vision ls /mnt/atelier
    [ "$status" -ne 0 ]
    [[ "$output" == *"do not write: submit with sbatch, salloc or srun"* ]]
}
