#!/usr/bin/env bats
# The host of the commands (cli/command_host.h), by commands of the test's own.

load cli

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    cp -r "$top/lua" lua
    slurm sinfo -h <<<""
    globals=()
}

# command_is <<<LUA: `probe it` is a command with these keys.
command_is() {
    {
        echo 'return { it = function() return { about = "Probes.", summary = "probe",'
        cat
        echo '} end }'
    } >lua/atelier/command/probe.lua
}

probe() {
    "$built/atelier" --set "lua=$PWD/lua" "${globals[@]}" probe it "$@"
}

# program NAME LINE...: one of Slurm's.
program() {
    local name=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"slurm/$name"
    chmod +x "slurm/$name"
}

@test "a noun is one file: it has help and completion, and is told of with the others" {
    cat >lua/atelier/command/tea_pot.lua <<'END'
local function answer(_, asked)
    return { good = true, view = { "poured " .. asked.cup } }
end
return { pour = function()
    return { summary = "pour tea", about = "Pours tea.", operands = { { name = "cup", argument = "CUP",
        choose = { "small", "large" }, missing = "say which cup" } }, answer = answer }
end }
END
    atelier_here() { "$built/atelier" --set "lua=$PWD/lua" "$@"; }
    says 0 "poured small" atelier_here tea-pot pour small
    says 2 "did you mean \`small\`?" atelier_here tea-pot pour smal
    says 0 "Usage: atelier tea-pot pour [OPTION...] CUP" atelier_here tea-pot pour --help
    atelier_here --help | grep -q '^  tea-pot pour CUP  *pour tea$'
    says 2 "atelier tea-pot needs a command: pour" atelier_here tea-pot
    says 2 "did you mean \`tea-pot\`?" atelier_here teapot pour
    [ "$(atelier_here --complete -- tea)" = tea-pot ]
    [ "$(atelier_here --complete -- tea-pot pour l)" = large ]
}

@test "questions of one round are asked at once, and further ones with what is known" {
    # Each waits for the other.
    program sinfo 'touch one; while [ ! -e two ]; do sleep 0.05; done; echo one'
    program squeue 'touch two; while [ ! -e one ]; do sleep 0.05; done; echo "a|b|c"'
    program sacct 'echo "$1!"'
    command_is <<'END'
ask = function(_, _, known)
    local list = { { name = "x", argv = { "sinfo" }, fields = { "word" } },
        { name = "rows", argv = { "squeue" }, fields = { "first", "rest" } } }
    list[3] = known.x and { name = "y", argv = { "sacct", known.x[1].word } } or nil
    return list
end,
answer = function(_, _, known)
    return { good = true, view = { known.y:match("[^\n]*"), known.rows[1].first, known.rows[1].rest } }
end
END
    run probe
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = $'one!\na\nb|c' ]
}

@test "what is asked ahead runs while others are answered, and is ended where it is not needed" {
    # Each waits for the other.
    program scontrol 'touch ahead; while [ ! -e two ]; do sleep 0.05; done; echo late'
    program sinfo 'while [ ! -e ahead ]; do sleep 0.05; done; touch two; echo one'
    command_is <<'END'
ask = function()
    return { { name = "ahead", ahead = true, argv = { "scontrol", "show" } },
        { name = "one", argv = { "sinfo", "-h" } } }
end,
answer = function(_, _, known) return { good = true, view = { (known.one .. known.ahead):gsub("%s", "") } } end
END
    globals=(--record kept)
    says 0 onelate probe
    globals=(--replay kept)
    program scontrol 'exit 1'
    says 0 onelate probe
    globals=()
    says 2 "scontrol" probe
    program scontrol 'echo $$ >pid; exec sleep 60'
    program sinfo 'while [ ! -s pid ]; do sleep 0.05; done; echo one'
    command_is <<'END'
ask = function(_, _, known)
    return known.one and {} or { { name = "ahead", ahead = true, argv = { "scontrol", "show" } },
        { name = "one", argv = { "sinfo", "-h" } } }
end,
answer = function(_, _, known) return { good = true, view = { known.one:sub(1, -2) } } end
END
    SECONDS=0
    says 0 one probe
    [ "$SECONDS" -lt 30 ]
    run kill -0 "$(cat pid)"
    [ "$status" -ne 0 ]
}

@test "nothing but Slurm's programs is run, and each has its deadline" {
    command_is <<<'ask = function() return { { name = "x", argv = { "/bin/sh", "-c", "touch made" } } } end'
    says 2 'atelier probe it: `/bin/sh` is none of Slurm'"'"'s programs' probe
    command_is <<<'answer = function() return { good = true, confirmed = true, changes = {
        { verb = "make", what = "it", argv = { "touch", "made" } } } } end'
    says 1 '`touch` is none of Slurm'"'"'s programs; 0 of 1 changes were made' probe
    [ ! -e made ]
    printf '#!/bin/sh\ntouch made\n' >own
    chmod +x own
    command_is <<<'ask = function() return { { name = "x", source = "start", path = "./own" } } end'
    says 2 'atelier probe it: `./own` is no program of Atelier'"'"'s settings' probe
    [ ! -e made ]
    program sinfo 'exec sleep 60'
    command_is <<<'ask = function() return { { name = "x", argv = { "sinfo" }, seconds = 1 } } end'
    says 2 "sinfo did not end within 1 s and was killed" probe
    command_is <<<'ask = function() return { { name = "x", source = "passwords" } } end'
    says 2 'there is nothing called `passwords` to ask here' probe
}

@test "changes are made one by one, each with its deadline, and the first that fails ends them" {
    program sacctmgr 'echo "$*" >>called' '[ "$2" != b ] || { echo "sacctmgr: error: no such" >&2; exit 1; }'
    command_is <<'END'
answer = function()
    local list = {}
    for index, word in ipairs({ "a", "b", "c" }) do
        list[index] = { verb = "add", what = word, argv = { "sacctmgr", "add", word } }
    end
    return { good = true, confirmed = true, changes = list, files = { { path = "made", text = "x" } } }
end
END
    says 1 "add b: sacctmgr failed with exit code 1: no such; 1 of 3 changes were made: run it again" probe
    [ "$(tr '\n' ' ' <called)" = "add a add b " ]
    [ ! -e made ]
    program scancel 'exec sleep 60'
    command_is <<<'answer = function() return { good = true, confirmed = true, changes = {
        { verb = "end", what = "it", argv = { "scancel", "7" }, seconds = 1 } } } end'
    says 1 "scancel did not end within 1 s and was killed" probe
    rm called
    command_is <<<'answer = function() return { good = true, changes = {
        { verb = "add", what = "it", argv = { "sacctmgr", "add", "d" } } } } end'
    says 1 "nobody can be asked here, so say --yes" probe </dev/null
    [ ! -e called ]
}

@test "all of Slurm's programs may be asked, and no other" {
    local name names=(sacct squeue sinfo sacctmgr scontrol sstat sprio sreport sdiag scancel sbatch srun)
    for name in "${names[@]}"; do
        program "$name" "echo '$name'"
        command_is <<<"ask = function() return { { name = 'x', argv = { '$name' } } } end,
            answer = function(_, _, known) return { good = true, view = { known.x:match('%S+') } } end"
        says 0 "$name" probe
    done
    for name in salloc scrontab strigger; do
        program "$name" 'echo ran'
        command_is <<<"ask = function() return { { name = 'x', argv = { '$name' } } } end"
        says 2 "\`$name\` is none of Slurm's programs" probe
    done
}

@test "srun may start this program on the nodes, and what it prints there are tables" {
    program srun 'printf "[%s] " "$@" >words' 'echo welcome' \
        'echo "{\"node\":\"n1\",\"size\":7,\"none\":null}"' 'echo "[1]"'
    command_is <<'END'
ask = function() return { { name = "x", json = true, argv = { "srun", "-N1" }, itself = { "probe", "it" } } } end,
answer = function(_, _, known) return { good = true,
    view = { #known.x .. known.x[1].node .. known.x[1].size .. tostring(known.x[1].none) } } end
END
    globals=(--record "$PWD/kept")
    says 0 "1n17nil" probe
    grep -qF "[-N1] [" words
    grep -qF "] [--set] [lua=$PWD/lua] [" words
    [[ $(<words) == *"/atelier] [--set] "*"] [probe] [it] " ]]
    rm slurm/srun
    globals=(--replay "$PWD/kept" --set "nfs=/of/another/machine")
    says 0 "1n17nil" probe
}

@test "what is optional, and fails, is an answer" {
    program sinfo 'echo "sinfo: error: tired" >&2; exit 1'
    command_is <<'END'
ask = function() return { { name = "x", argv = { "sinfo" }, optional = true } } end,
answer = function(_, _, known) return { good = false, view = { "it is " .. known.faults.x } } end
END
    says 1 "it is sinfo failed with exit code 1: tired" probe
}

@test "a recording holds answers and faults, no environment and no secret; a replay asks nobody" {
    program scontrol 'printf "ClusterName = c\nStoragePass = hunter2\nAccountingStoragePass=hunter2\njwt_key = hunter2\n"'
    program sinfo 'echo "sinfo: error: tired" >&2; exit 1'
    program sacctmgr 'echo called >>called'
    command_is <<'END'
ask = function() return { { name = "x", argv = { "scontrol", "show", "config" } },
    { name = "y", argv = { "sinfo" }, optional = true },
    { name = "z", source = "environment" } } end,
answer = function(_, _, known) return { good = true, view = { known.x:match("^[^\n]*"), known.faults.y },
    confirmed = true, changes = { { verb = "make", what = "it", argv = { "sacctmgr", "add" } } } } end
END
    export SLURM_SECRET=hunter2
    globals=(--record "$PWD/kept")
    says 0 "ClusterName = c" probe
    [ "$(wc -l <called)" -eq 1 ]
    grep -rq tired kept
    [ "$(grep -rlE 'hunter2|SLURM_SECRET' kept | wc -l)" -eq 0 ]
    [ "$(stat -c %a kept/001.json)" = 600 ]
    says 2 "there is a recording already" probe
    rm -f called slurm/scontrol slurm/sinfo
    globals=(--replay "$PWD/kept")
    says 1 "ClusterName = c" probe
    [[ $output == *tired*"nothing was changed: the answers are a recording's" ]]
    [ ! -e called ]
    command_is <<<'ask = function() return { { name = "x", argv = { "squeue" } } } end'
    says 2 'has no answer to ["squeue"]' probe
    globals=(--replay "$PWD/nowhere")
    says 2 "holds no recording" probe
    globals=(--replay "$PWD/kept" --record "$PWD/other")
    says 2 "exclude each other" probe
    says 2 'not for `atelier run`' "$built/atelier" --replay kept run -- true
}

@test "what a program writes is heard while it runs, and it is ended when that is enough" {
    program srun 'echo "srun: error: busy" >&2; echo one; sleep 0.6; echo $$ >pid; echo two; exec sleep 60'
    command_is <<'END'
ask = function() return { { name = "x", argv = { "srun" }, watch = true } } end,
heard = function(_, known, text, clock)
    known.text = (known.text or "") .. text
    known.pieces = (known.pieces or 0) + (text == "" and 0 or 1)
    known.silent = known.silent or known.pieces == 1 and text == "" and clock > 0
    return known.text:find("two", 1, true) ~= nil
end,
answer = function(_, _, known) return { good = true, view = { (known.text:gsub("\n", ",")),
    known.x.said:match("[^\n]*"), tostring(known.x.ended), tostring(known.pieces > 1 and known.silent) } } end
END
    run probe
    echo "$output"
    [ "$output" = $'one,two,\nsrun: error: busy\nfalse\ntrue' ]
    run kill -0 "$(<pid)"
    [ "$status" -ne 0 ]
    program srun 'echo one; exit 3'
    run probe
    echo "$output"
    [ "${lines[1]}" = true ]
    rm slurm/srun
    command_is <<'END'
ask = function() return { { name = "x", argv = { "srun" }, watch = true } } end,
heard = function() return false end,
answer = function(_, _, known) return { good = false, view = { known.x.fault } } end
END
    PATH=$PWD/slurm says 1 "srun could not be run: it is not in the PATH" probe
}

@test "a command that fails when what it heard has ended ends nobody else" {
    program srun 'exec sleep 1.1 >/dev/null 2>&1'
    command_is <<'END'
ask = function() return { { name = "x", argv = { "srun" }, watch = true } } end,
heard = function(_, known, _, clock)
    known.begun = known.begun or clock
    assert(clock < known.begun + 1050, "heard too late")
    return false
end,
answer = function() return { good = true } end
END
    export -f probe
    export built
    # shellcheck disable=SC2016 # for the other shell
    run setsid --wait bash -c 'globals=(); probe; echo "went on after $?"'
    echo "$output"
    [[ $output == *"heard too late"*"went on after 2" ]]
}

@test "files are written whole, after the answer" {
    command_is <<<'answer = function() return { good = true, view = { "told" }, files = {
        { path = "made", text = "one\ntwo\n" } } } end'
    says 0 told probe
    [ "$(cat made)" = $'one\ntwo' ]
    command_is <<<'answer = function() return { good = true, files = { { path = "no/made", text = "x" } } } end'
    says 1 "cannot write no/made: No such file or directory" probe
}

@test "here is whom the command serves, and where" {
    command_is <<<'groups = true, answer = function(_, _, _, here) return { good = true, view = { here.user,
        here.node, tostring(here.clock > 1e9), tostring(here.terminal), here.job.id, here.groups[1],
        tostring(os) } } end'
    SLURM_JOB_ID=7 run probe
    echo "$output"
    [ "$output" = "$(printf '%s\n' "$(id -un)" "$(uname -n)" true false 7 "$(id -gn)" nil)" ]
}

table='columns = { "name", "about" }, options = { { name = "json", about = "" },
    { name = "output", letter = "o", argument = "C", about = "" } },
answer = function() return { good = true, data = {}, view = { { columns = { "name", "about" }, head = true,
    bad = { 1 }, rows = { { "a", ("word "):rep(40) .. "end" },
    { "b", "x\27[31m\194\155y\226\128\174z\127" } } } } } end'

@test "a table is whole in a pipe, and what is foreign is shown without control characters" {
    command_is <<<"$table"
    run probe
    echo "$output"
    [ "${#lines[@]}" -eq 3 ]
    [[ ${lines[1]} == "a     word word "*"word end" ]]
    [ "${lines[2]}" = "b     x?[31m?y?z?" ]
    run probe --json -o name
    [ "$(tr -d ' \n' <<<"$output")" = '[{"name":"a"},{"name":"b"}]' ]
}

@test "on a terminal a table is as wide as it, and colours are for it alone and not with NO_COLOR" {
    command_is <<<"$table"
    on_terminal() {
        script -qec "stty cols 60; env $* $built/atelier --set lua=$PWD/lua probe it" /dev/null | tr -d '\r'
    }
    on_terminal TERM=xterm >said
    [ "$(wc -l <said)" -gt 4 ]
    grep -q $'\033' said
    on_terminal TERM=xterm NO_COLOR=1 >said
    [ "$(grep -c $'\033' said)" -eq 0 ]
    [ "$(wc -L <said)" -le 60 ]
    [ "$(grep -cwE 'w|wo|wor|ord|rd|d' said)" -eq 0 ] # no word is torn
    [ "$(grep -ow word said | wc -l)" -eq 40 ]
    [ "$(probe | grep -c $'\033')" -eq 0 ]
}

@test "on a narrow terminal texts are broken, names are whole" {
    command_is <<<'answer = function() return { good = true, view = { { columns = { "name", "about" },
        rows = { { "a-name-of-one-word", ("word "):rep(20) }, { "b", "" } } } } } end'
    script -qec "stty cols 30; env TERM=xterm $built/atelier --set lua=$PWD/lua probe it" /dev/null >said
    cat said
    grep -q '^a-name-of-one-word  word' said
    [ "$(wc -L <said)" -le 30 ]
    [ "$(wc -l <said)" -gt 8 ]
}

@test "a command that fails, or asks without end, is one sentence" {
    command_is <<<'answer = function() error("oh") end'
    says 2 "oh" probe
    program sinfo 'echo x'
    command_is <<<'ask = function(_, _, known) local n = 0
        for _ in pairs(known) do n = n + 1 end
        return { { name = "q" .. n, argv = { "sinfo" } } } end'
    says 2 "atelier probe it asks without end" probe
}
