#!/bin/bash
# The write probe (probe = "write"): what it finds out, and that it leaves nothing.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2094
. "$(dirname "$0")/nfs_sandbox.sh"

# An export with room for a name, but not for a block.
small=$work/server/small
mkdir "$small"
mount -t tmpfs -o size=64k,mode=777 tmpfs "$small"
dd if=/dev/zero of="$small/full" bs=4k count=16 2>/dev/null
sed "s|results|small|g; s|Export_Id = 1|Export_Id = 2|; s|7\.7|7.8|" "$work/ganesha.conf" |
    grep '^EXPORT' >>"$work/ganesha.conf"
stop_server
start_server

results=$work/server/results
probed() { # EXPORT
    PROBE=1 "$nfs_mount" 127.0.0.1 2049 20048 "$1" "$work/mount" "$user" "$user" true
}

# refused TEXT PATTERN EXPORT
refused() {
    local text=$1
    PROBE=1 "$nfs_mount" 127.0.0.1 2049 20048 "$3" "$work/mount" "$user" "$user" true \
        >"$work/sentence" 2>&1
    ok "$text: refused" test $? = 125
    like "$text: the sentence" "$2" "$work/sentence"
    ok "$text: nothing is left" eval '[ -z "$(find "$work/server" -name ".atelier*")" ]'
}

touch -d '2001-01-01' "$results"
ok "a volume that the user may write to" probed "$results"
ok "a file was made there" test "$results" -nt "$work/ganesha.conf"
ok "and removed again" eval '[ -z "$(ls -A "$results")" ]'
touch -d '2001-01-01' "$results"
ok "without the policy's word nothing is made" mounted true
ok "the directory is as it was" test "$results" -ot "$work/ganesha.conf"

refused "a full disk" \
    'volume `results` of file server `store` .*writing 4 KiB gave `No space left' "$small"
ok "the full disk keeps its file" cmp -n 65536 "$small/full" /dev/zero

chown root "$results"
refused "a directory of another" \
    'volume `results` of file server `store` .*making a file gave `Permission denied`; check' \
    "$results"
ok "a volume that the job only reads is not probed" \
    env READ_ONLY=1 PROBE=1 "$nfs_mount" "${volume[@]}" true
ok "nor one without the policy's word" mounted true
finish
