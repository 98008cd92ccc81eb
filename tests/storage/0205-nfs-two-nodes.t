#!/bin/bash
# Two clients of one export: what one closed, the other sees when it opens.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

# node NAME: a mount whose shell does what `on NAME COMMAND` says, and says what came of it.
node() {
    local pipes=$work/local/$1
    mkfifo "$pipes.in" "$pipes.out"
    chown "$user" "$pipes.in" "$pipes.out"
    ATTRIBUTE_CACHE_MS=1000 mounted bash -c "while read -r line; do
        eval \"\$line\" >$pipes.said 2>&1
        echo \$? >$pipes.out
    done <$pipes.in" 2>"$pipes.end" &
}

on() {
    local status
    printf '%s\n' "$2" >&"${input[$1]}"
    read -r status <&"${output[$1]}"
    cat "$work/local/$1.said"
    return "$status"
}

# Both ways, so that one answer's end is not taken for the next one.
declare -A input output
for name in a b; do
    node "$name"
    exec {file}>"$work/local/$name.in" && input[$name]=$file
    exec {file}<>"$work/local/$name.out" && output[$name]=$file
done

on a 'echo one >text'
ok "a new file is seen at once" test "$(on b 'cat text')" = one
on a 'echo two >>text'
ok "so is what was appended" test "$(on b 'cat text | tr "\n" " "')" = "one two "
on a 'printf "ONE\nTWO\n" >text'
ok "so is a change that keeps the size" test "$(on b 'cat text | tr "\n" " "')" = "ONE TWO "
on b 'read -r line <text; echo $line' >/dev/null
on a 'printf "Won\nTwo\n" >text'
ok "even by a reader that does not ask for attributes" test \
    "$(on b 'read -r line <text; echo $line')" = Won
on a ': >text'
ok "so is a truncation" test "$(on b 'wc -c <text')" = 0
on b 'ls missing' >/dev/null
on a ': >missing'
ok "a name that was missing is found when it is made" on b 'test -e missing'
on a 'mv missing moved'
sleep 1.1
ok "a renamed file is gone after a second" on b 'test ! -e missing -a -e moved'

for i in $(seq 50); do
    on a "echo a$i >>log"
    on b "echo b$i >>log"
done
ok "appends by turns overwrite nothing" test \
    "$(on a 'cat log')" = "$(for i in $(seq 50); do printf 'a%s\nb%s\n' "$i" "$i"; done)"
on a 'truncate -s 3 log'
on b 'echo end >>log'
ok "an append after a truncation elsewhere goes to the new end" test "$(on a 'cat log')" = $'a1\nend'

# One open after another finds that the file has grown meanwhile, here and on the other node.
growing='{ for i in $(seq 500); do echo some >>crowd || echo >>refused; done; } & '
on b "(${growing}wait) 2>&1" >"$work/b.said" &
other=$!
on a "(${growing}${growing}${growing}${growing}wait) 2>&1" >"$work/a.said"
wait "$other"
ok "all who open what grows under them are let in" test ! -e "$work/server/results/refused"

ok "an exclusive create succeeds on one node only" bash -c \
    '! { [ "$1" = 0 ] && [ "$2" = 0 ]; } && { [ "$1" = 0 ] || [ "$2" = 0 ]; }' - \
    "$(on a 'set -C; : >lock; echo $?' | tail -n 1)" "$(on b 'set -C; : >lock; echo $?' | tail -n 1)"

for file in "${input[@]}"; do exec {file}>&-; done
wait_for_mounts() {
    within 5 grep -q stopped "$work/local/a.end" && within 5 grep -q stopped "$work/local/b.end"
}
ok "both mounts end well" wait_for_mounts

dd if=/dev/urandom of="$work/server/results/large" bs=1M count=8 status=none
chown "$user" "$work/server/results/large"
mounted bash -c 'for i in 1 2 3; do cat large >/dev/null; done' 2>"$work/log"
like "an unchanged file is read from the server once" 'stopped: read 8388608,' "$work/log"

finish
