#!/usr/bin/env bats
# A job that must not start: all or nothing, one sentence, within the deadlines.

# shellcheck disable=SC2154,SC2016 # keeper.bash sets them; backquotes are in the sentences
load keeper

setup() { setup_keeper; }
teardown() { teardown_keeper; }

# The failed job sees scratch directories of its user where its volumes would be, and no
# volume; and the sentence.
failed_with() {
    local sentence=$1
    [[ "$output" == *"$sentence"* ]]
    [ -z "$(client_pids)" ]
    run in_job 7 cat /proc/self/mountinfo
    [[ "$output" == *"state=failed"* && "$output" == *"$sentence"* ]]
    [[ "$output" != *fuse.atelier* ]]
}

scratch_is_users() { # DIRECTORY...
    local directory
    for directory in "$@"; do
        in_job 7 stat -c '%u:%g %a' "$directory" | grep -qx "$uid:$gid 700"
        in_job 7 findmnt -no FSTYPE,SIZE,OPTIONS "$directory" >"$dir/scratch"
        grep -Eq '^tmpfs +16M +rw,nosuid,nodev' "$dir/scratch"
    done
}

end() {
    within 2 0 stop 7
    nothing_left
}

@test "a volume that is refused: scratch directories and the client's sentence" {
    plan well refused
    within 2 1 start 7
    [[ "$output" == "atelier-keeper: workspace \`vision\` on node n1 after 0."* ]]
    failed_with 'file server `store` (refused) exports no /volume'
    scratch_is_users "$dir/mnt/one" "$dir/mnt/two"
    in_job 7 setpriv --reuid "$uid" --regid "$gid" --clear-groups touch "$dir/mnt/one/slurm-7.out"
    grep -q 'atelier: failed job=7 .* error="workspace' "$dir/log"
    end
}

@test "the second volume of a server fails: the first one is undone" {
    engine "local function volume(name) return { name = name, server = 'store',
        host = 'fails-2', export = '/' .. name, driver = 'libnfs', mode = 'rw',
        port = 0, mount_port = 0, deadline = 1 } end
        return { workspace = 'vision', volumes = { volume('one'), volume('two') },
            environment = {} }"
    within 2 1 start 7
    failed_with 'refuses volume `two`'
    scratch_is_users "$dir/mnt/one" "$dir/mnt/two"
    end
}

@test "a client that is silent or hangs fails the job at the volume's deadline" {
    local host
    for host in silent stopped; do
        plan $host well
        within 3 1 start 7
        failed_with "volume \`one\` of file server \`store1\` ($host) did not answer within 1.0 s"
        [[ "$output" == *"submit the job again later"* ]]
        end
    done
}

@test "a preflight has two seconds, whatever the policy's deadline" {
    deadline=6 plan silent well
    within 3 1 start 7
    failed_with 'did not answer within 2.0 s'
    [[ "$output" == *"on node n1 after 2."* ]]
    end
}

@test "a fault of a server whose policy says requeue has a status of its own" {
    plan well refused
    sed -i "s/mode = 'ro'/mode = 'ro', on_failure = 'requeue'/" "$dir/lua/atelier/engine.lua"
    within 2 3 start 7
    failed_with 'file server `store` (refused) exports no /volume'
    [[ "$output" == *"on_failure=requeue"* ]]
    end
    plan refused well # it is the other server that says so
    sed -i "s/mode = 'ro'/mode = 'ro', on_failure = 'requeue'/" "$dir/lua/atelier/engine.lua"
    within 2 1 start 7
    end
    plan well gone # a fault of the node, while it asks a server that says so
    sed -i "s/mode = '/on_failure = 'requeue', mode = '/" "$dir/lua/atelier/engine.lua"
    within 2 1 start 7
    end
    chmod 777 "$dir/mnt" # and another
    plan well well
    sed -i "s/mode = '/on_failure = 'requeue', mode = '/" "$dir/lua/atelier/engine.lua"
    within 2 1 start 7
    end
    chmod 755 "$dir/mnt"
}

@test "three servers that are silent take no longer than one" {
    plan silent silent silent
    within 2 1 start 7
    end
}

@test "a long deadline is cut to what a prolog may take" {
    deadline=60 plan silent
    within 7 1 start 7
    failed_with 'volume `one` of file server `store1`'
    end
}

@test "a keeper that hangs at its start is killed with its clients" {
    deadline=60 plan silent
    (
        soon client_pids
        kill -STOP "$(keeper_pid 7 | tail -n 1)" # the older is the start command
    ) >/dev/null 3>&- &
    within 7 2 start 7
    [[ "$output" == *"was not ready in time"* ]]
    nothing_left
}

@test "a name that is none fails the job, not the node" {
    local name
    for name in ../.. a/b 'x,rw,suid' '$(id)' %n -x .hidden 'two words' $'new\nline' \
        "$(printf 'a%.0s' {1..9999})" naïve; do
        within 2 1 start 7 "workspace=$name"
        [ "${#lines[@]}" = 3 ] # the others are for the prolog: who can act, what everybody may read
        [ "${lines[1]}" = party=user ]
        within 2 1 start 7 "experiment=$name"
    done
    failed_with 'is not a name'
    scratch_is_users "$dir/mnt"
    end
}

@test "a refusal of the policy is the sentence of the job" {
    engine "return nil, 'workspace \`vision\` is not yours'"
    within 2 1 start 7
    [ "$output" != "${output#atelier-keeper: workspace \`vision\` is not yours}" ]
    failed_with 'is not yours'
    [[ "$output" == *party=user* ]]
    scratch_is_users "$dir/mnt"
    end
}

@test "a broken, missing or untrusted policy is the site's fault" {
    engine 'error("broken")'
    within 2 1 start 7
    failed_with 'broken'
    chmod 666 "$dir/policy.lua"
    within 2 1 start 7
    failed_with "$dir/policy.lua"
    rm "$dir/policy.lua"
    within 2 1 start 7
    failed_with "$dir/policy.lua"
    [[ "$output" == *party=site* ]]
    scratch_is_users "$dir/mnt"
    end
}

# The engine of this test obeys the policy's text and what that includes.
@test "a broken policy: the last good one decides, with all its files" {
    cat >"$dir/lua/atelier/engine.lua" <<'END'
return {
    load = function(text, name, read)
        local chunk, fault = load(text, "@" .. name, "t", { include = function(file)
            return load(assert(read(file)))()
        end })
        if not chunk then return nil, { fault } end
        return chunk()
    end,
    on_node = function(policy) return { workspace = policy, environment = {}, volumes = {} } end,
}
END
    echo 'return include "names.lua"' >"$dir/policy.lua"
    echo 'return "first"' >"$dir/names.lua"
    within 2 0 start 7
    stop 7
    [ "$(stat -c %a "$dir/state/policy/policy.lua")" = 600 ]
    [ "$(find "$dir/state" -type f | wc -l)" = 2 ]
    before=$(stat -c %y%i "$dir/state/policy/"*)
    within 2 0 start 7
    stop 7
    [ "$(stat -c %y%i "$dir/state/policy/"*)" = "$before" ] # nothing is written without need
    echo 'return "second"' >"$dir/names.lua"
    within 2 0 start 7
    stop 7

    echo 'return include "names.lua" {{{' >"$dir/policy.lua"
    echo 'return "third"' >"$dir/names.lua"
    within 2 0 start 7
    run status 7
    [[ $output == *workspace=second* ]]
    grep -q "broken-policy job=7 .*policy.lua:[12]: " "$dir/log"
    stop 7
    rm "$dir/policy.lua"
    within 2 0 start 7
    stop 7

    echo 'return "fourth"' >"$dir/policy.lua"
    chmod 666 "$dir/policy.lua"
    within 2 1 start 7
    failed_with 'policy.lua'
    stop 7
    chmod 644 "$dir/policy.lua"
    echo 'return include "names.lua"' >"$dir/policy.lua"
    chmod 666 "$dir/names.lua"
    within 2 1 start 7
    stop 7
    chmod 666 "$dir/state/policy/policy.lua" "$dir/names.lua"
    echo '{{{' >"$dir/policy.lua"
    within 2 1 start 7
    failed_with 'policy.lua:1'
    end
}

@test "a copy of the policy that cannot be kept: the job runs, and the log says so" {
    mkdir "$dir/state"
    touch "$dir/state/policy"
    within 2 0 start 7
    grep -q "no-policy-copy job=7 .*$dir/state" "$dir/log"
    end
}

@test "a user that the node does not know" {
    within 2 1 start 7 uid=3999999999
    failed_with 'no user with the id 3999999999'
    end
}

@test "a volume of another driver" {
    engine "return { workspace = 'vision', environment = {}, volumes = { { name = 'one',
        server = 'store', host = 'well', export = '/', driver = 'magic', mode = 'rw' } } }"
    within 2 1 start 7
    failed_with 'wants the driver `magic`; this node has `kernel` and `libnfs`'
    end
}
