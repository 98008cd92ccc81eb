#!/usr/bin/env bats
# Who reads the policy: users see what is theirs, and a site may keep the file from them; what
# happens to their jobs is the same.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head sh -c "chown root:root $policy; chmod 644 $policy"
    invariant_end
}

@test "show tells users of their own workspaces and of nothing else" {
    [ "$(as alice atelier policy show workspace | awk '{ print $1 }' | xargs)" = "workspace vision" ]
    [ "$(as carol atelier policy show workspace | awk '{ print $1 }' | xargs)" = "workspace nlp vision" ]
    as alice atelier policy show workspace vision | grep -Eqx 'users +alice, carol'
    fails_saying 'the policy has no workspace `nlp` of yours' as alice atelier policy show workspace nlp
    fails_saying 'the policy has no workspace `gone` of yours' as alice atelier policy show workspace gone
    fails_saying 'no workspace of yours: ask your administrator' as mallory atelier policy show workspace
    fails_saying 'no volume of yours' as mallory atelier policy show volume
    [ "$(on head atelier policy show workspace | wc -l)" -eq 3 ]
    as alice cp "$policy" /tmp/draft.lua
    [ "$(as alice atelier policy show --policy /tmp/draft.lua workspace | wc -l)" -eq 3 ]
    as alice rm /tmp/draft.lua
}

@test "a policy that users cannot read decides their jobs all the same" {
    on head sh -c "chgrp slurm $policy; chmod 640 $policy"
    submit alice --workspace=vision -o /mnt/atelier/results/readers-%j --wrap 'ls /mnt/atelier'
    on head grep -q datasets "/results/readers-$job"
    [ "$(as alice srun -Q --workspace=vision --framework=mpi sh -c 'echo $SLURM_JOB_ACCOUNT')" = vision ]
    [ "$(as alice salloc -Q --workspace=vision sh -c 'echo $SLURM_JOB_ACCOUNT')" = vision ]
    fails_saying 'workspace `nlp` is not one of yours: choose vision' as alice srun --workspace=nlp true
    fails_saying 'workspace `gone` is not one of yours: choose vision' as alice sbatch --workspace=gone -o /dev/null --wrap true
    for command in "policy show workspace" "policy explain --workspace=vision" "policy check --offline" \
        "volume test" "policy test /dev/null"; do
        # shellcheck disable=SC2086
        run as alice atelier $command
        echo "$command: $output"
        [ "$status" -ne 0 ]
        [[ $output == *"the site keeps its policy, $policy, from its users: ask your administrator, or do this as root"* ]]
        [[ $output != *older* ]]
    done
    on head atelier policy explain --user alice --workspace=vision
}
