#!/usr/bin/env bats
# Options without --workspace: they are the default workspace's where the policy has one for the
# user, on the submit host, in slurmctld and on the node, whatever the plugin's line says of
# defaults; and refused where it has none.

# shellcheck disable=SC2016 # backquotes are in the sentences, variables are for the jobs

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1211
    on head sh -c "cat >>$policy" <<'END'
default_workspace = function(user)
    if user.name == "bob" then return "nlp" end
    if user.name == "carol" then return user.nmae .. "x" end
end
END
    on head sh -c 'cp -r /etc/slurm /tmp/unfiltered && sed -i /CliFilter/d /tmp/unfiltered/slurm.conf'
    sleep 2
}
teardown_file() {
    on head sh -c "cat /root/policy.1211 >$policy; rm -r /root/policy.1211 /tmp/unfiltered"
    sleep 2
}
setup() { invariant_begin; }
teardown() { invariant_end; }

@test "each option alone is the default workspace's, on the node too" {
    run as bob srun -Q --experiment=digits sh -c 'echo $ATELIER_WORKSPACE $ATELIER_EXPERIMENT; ls /mnt/atelier'
    [[ $output == "nlp digits"*datasets* ]]
    [ "$(as bob srun -Q -n2 --framework=pytorch sh -c 'echo $WORLD_SIZE' | sort -u)" = 2 ]
    as bob srun -Q --mount=datasets:mine ls /mnt/atelier | grep -qx mine
    as bob srun -Q --check true
    as bob salloc -Q --experiment=digits srun -Q sh -c 'echo $ATELIER_WORKSPACE' | grep -qx nlp
    submit bob --framework=pytorch -o /mnt/atelier/results/%j.out --wrap 'echo $ATELIER_WORKSPACE'
    [ "$(on head cat "/results/$job.out")" = nlp ]
    wait_until 5 eval 'accounting "$job" AdminComment | grep -q "workspace=nlp framework=pytorch"'
    # What asks for nothing has no volumes: the plugin's line has no defaults=on here.
    silent as bob srun -Q sh -c 'ls /mnt/atelier 2>/dev/null || true'
}

@test "where a user has no default workspace, the option says what it needs" {
    for option in --experiment=x --framework=pytorch --mount=results:x --compat=batchai \
        --with-input=A=/a --with-output=A=/a --check; do
        for command in 'sbatch -o /dev/null --wrap true' 'salloc true' 'srun true'; do
            read -r -a words <<<"$command"
            fails_saying "atelier: $option needs --workspace" as alice "${words[0]}" "$option" "${words[@]:1}"
        done
    done
    fails_saying "atelier: --check needs a workspace, which --workspace=none refuses" as bob srun --workspace=none --check true
    silent as root squeue -h
}

@test "slurmctld says so too, to a client without a filter" {
    fails_saying "atelier: --with-input=A=/a needs --workspace" as alice \
        env SLURM_CONF=/tmp/unfiltered/slurm.conf sbatch --with-input=A=/a -o /dev/null --wrap true
}

@test "where slurmctld does not ask the policy, the node says so in the job" {
    on head sh -c 'sed -i "s/^JobSubmitPlugins/#&/" /etc/slurm/slurm.conf && scontrol reconfigure'
    sleep 2
    run as alice srun --experiment=x true
    run_of_bob=$(as bob srun -A nlp -Q --experiment=digits sh -c 'echo $ATELIER_WORKSPACE' 2>&1) || true
    on head sh -c 'sed -i "s/^#JobSubmitPlugins/JobSubmitPlugins/" /etc/slurm/slurm.conf && scontrol reconfigure'
    sleep 2
    echo "$output $run_of_bob"
    [[ $output == *"slurmctld has recorded no workspace for this job: submit it again;"* ]]
    [[ $run_of_bob == *"slurmctld does not ask the policy, or somebody has changed the job's AdminComment: tell your administrator"* ]]
}

@test "with defaults=on, a default_workspace that fails is a line of the node's log" {
    on head sh -c "sed -i 's/atelier.so/& defaults=on/' /etc/slurm/plugstack.conf"
    log=$(on head sed -n 's/.*atelier.so.* log=\([^ ]*\).*/\1/p' /etc/slurm/plugstack.conf)
    run as carol srun -Q -w n1 sh -c 'echo "ran[$ATELIER_WORKSPACE]"'
    on head sh -c "sed -i 's/ defaults=on//' /etc/slurm/plugstack.conf"
    [ "$output" = 'ran[]' ]
    on n1 grep -F 'default_workspace failed, so jobs without options of ours are left alone' "$log" |
        grep 'atelier: left-alone job=[0-9]* node=n1 .*error="policy.lua:'
}
