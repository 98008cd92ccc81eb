#!/usr/bin/env bats
# A policy that slurmctld's own user cannot read: it keeps the one of before, and that is said.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

policy=/etc/atelier/policy.lua

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on head sh -c "chgrp root $policy; chmod 644 $policy; chmod 755 /etc/atelier
        if [ -e /root/policy.1111 ]; then cat /root/policy.1111 >$policy; rm -f /root/policy.1111 /etc/atelier/more.lua; fi"
    invariant_end
}

# said_of PATH VERB: by all commands that look.
said_of() {
    local command
    for command in "policy check" doctor "policy explain --user alice --workspace=vision -N1"; do
        # shellcheck disable=SC2086 # of several words
        run on head atelier $command
        echo "$output"
        [[ $output == *"$1: slurm, as whom slurmctld runs (SlurmUser), cannot $2 it"*"chgrp slurm $1"* ]]
        [[ $command == *explain* ]] || [ "$status" -eq 1 ]
    done
}

@test "mode 0600: the path and what to do; and what is advised helps" {
    on head atelier policy check
    on head chmod 600 $policy
    said_of $policy read
    on head sh -c "chgrp slurm $policy && chmod g+r $policy"
    on head atelier policy check
}

@test "a directory that may not be searched, and an included file" {
    on head chmod 700 /etc/atelier
    said_of /etc/atelier search
    [[ $output != *"$policy: slurm"* ]]
    on head sh -c "chmod 755 /etc/atelier; cp -p $policy /root/policy.1111
        echo '-- nothing' >/etc/atelier/more.lua; chmod 600 /etc/atelier/more.lua; echo 'include \"more.lua\"' >>$policy"
    said_of /etc/atelier/more.lua read
}

@test "a node needs no other reader than root, and a user is told what he can do" {
    on head chmod 600 $policy
    without "as whom slurmctld runs" on n1 atelier doctor
    fails_saying "the site keeps its policy" as alice atelier policy check
}
