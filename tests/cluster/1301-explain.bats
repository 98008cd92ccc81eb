#!/usr/bin/env bats
# explain, policy test and slurmctld look at the same job: its size, its words, its user's groups.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() {
    cluster_up
    on head cp -p "$policy" /root/policy.1301
}

teardown_file() {
    on head sh -c "cat /root/policy.1301 >$policy; rm /root/policy.1301"
    sleep 1.1
}

setup() { invariant_begin; }

teardown() {
    on head sh -c 'if [ -e /root/id ]; then mv /root/id /usr/bin/id; fi
        if getent group students >/dev/null; then groupdel students; fi'
    forget_groups
    invariant_end
}

# with_policy TEXT: the sandbox's policy, and this.
with_policy() {
    on head sh -c "cat /root/policy.1301 - >$policy; : >/var/log/slurmctld.log" <<<"$1"
    sleep 1.1
}

# slurmctld loads a script that is newer, by whole seconds, and with it forgets what id said.
forget_groups() {
    sleep 1.1
    on head touch /etc/slurm/job_submit.lua
}

tell_all='route = function(job)
    local words = {}
    for key, one in pairs(job) do
        if type(one) == "table" then
            table.sort(one)
            one = table.concat(one, "+")
        end
        words[#words + 1] = key .. "=" .. tostring(one)
    end
    table.sort(words)
    refuse("sees: " .. table.concat(words, " "))
end'

@test "200 random jobs: slurmctld sees of each what explain sees" {
    with_policy "$tell_all"
    local seed=$RANDOM
    run as alice /mnt/src/tests/cluster/compare-random-jobs "$seed" 200
    echo "seed $seed"
    echo "$output"
    [ "${#lines[@]}" -eq 1 ]
    [[ ${lines[0]} =~ ^compared\ ([0-9]+), ]]
    [ "${BASH_REMATCH[1]}" -gt 150 ]
}

# given USER: "workspace minutes" of a held job without any option; nothing when it is not ours.
given() {
    local id
    id=$(as "$1" sbatch --parsable --hold -o /dev/null --wrap true)
    on head squeue -h -j "$id" -O 'admin_comment:200|,TimeLimit:20' |
        sed -nE 's/^atelier\/1 workspace=([^ ]*) .*\|([0-9]*):00.*/\1 \2/p'
}

@test "a default workspace by Unix group is given as it is explained" {
    on head sh -c 'groupadd students && gpasswd -a bob students >/dev/null'
    forget_groups
    with_policy 'workspace "course" { account = "nlp", clusters = { "debug" }, groups = { "students" },
        default_wall_time = 20 }
    default_workspace = function(user)
        for _, group in ipairs(user.groups) do
            if group == "students" then return "course" end
        end
    end'
    [ "$(as bob atelier policy explain --wrap true | grep -c '^time limit *00:20:00')" -eq 1 ]
    [ "$(given bob)" = "course 20" ]
    [ "$(given carol)" = "" ]
    fails_saying 'workspace `course` is not one of yours: choose vision' \
        as alice sbatch --workspace=course -o /dev/null --wrap true
    fails_saying 'workspace `course` is not one of yours: choose vision' \
        as alice atelier policy explain --workspace=course
}

# slurmctld holds locks while it waits: 1 s a question, and soon none at all.
@test "a user database that hangs stops slurmctld for a second, and not for each job" {
    on head sh -c 'cp -p /usr/bin/id /root/id && printf "#!/bin/sh\nsleep 60\n" >/usr/bin/id.new &&
        chmod 755 /usr/bin/id.new && mv /usr/bin/id.new /usr/bin/id'
    forget_groups
    with_policy 'route = function(job) job.features = job.groups and "known" or "unknown" end'
    local began=$SECONDS user
    for user in alice bob carol alice bob carol alice bob carol; do
        as "$user" sbatch --test-only --workspace="$([ $user = alice ] && echo vision || echo nlp)" \
            -o /dev/null --wrap true || true
    done
    echo "9 submissions took $((SECONDS - began)) s"
    ((SECONDS - began < 20))
    [ "$(on head grep -c 'id does not tell the groups of user' /var/log/slurmctld.log)" -eq 3 ]
}

@test "explain --job finds a job that waits, and one that runs, with settings and mounts" {
    local id
    with_policy ''
    id=$(as alice sbatch --parsable --hold --workspace=vision --framework=pytorch:init=file,directory=/tmp \
        --mount=results/a:x -t 30 -o /dev/null --wrap true)
    run as alice atelier policy explain --job "$id"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "job $id: the policy of today decides the same" ]
    grep -Eq '^  x +results/a ' <<<"$output"
    [[ $(on head squeue -h -j "$id" -O admin_comment:300) == *" settings=init=file,directory=/tmp mounts=results/a:x "* ]]
    # Moved: Slurm keeps the record from being made anew.
    as alice scontrol update job "$id" partition=debug
    run as alice atelier policy explain --job "$id"
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "it was submitted to cluster \`cpu\`, and its partition debug is of cluster \`debug\`: it was moved, or the policy has changed" ]
    grep -Eq '^partition +debug +of the job$' <<<"$output"
    id=$(as alice sbatch --parsable --workspace=vision -o /dev/null --wrap 'sleep 60')
    wait_until 20 eval "[ \"\$(on head squeue -h -j $id -o %T)\" = RUNNING ]"
    run as alice atelier policy explain --job "$id"
    echo "$output"
    [ "$status" -eq 0 ]
    id=$(as mallory sbatch --parsable --hold -o /dev/null --wrap true)
    fails_saying "submitted without a workspace" as mallory atelier policy explain --job "$id"
    fails_saying "neither slurmctld nor Slurm's accounting knows job 999999" \
        as mallory atelier policy explain --job 999999
}
