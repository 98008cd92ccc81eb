#!/bin/bash
# As 0401-nfs-lies.t, for what changes files; and waits that last until somebody kills.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_lies.sh"

export TIMEOUT_MS=500
io='Input/output error'

# write_file: says `fine` when write, fsync and close all went well, else what did not.
write_file='/usr/bin/python3 -c "
import os
try:
    file = os.open(\"new\", os.O_CREAT | os.O_WRONLY)
    os.write(file, b\"x\" * 100000)
    os.fsync(file)
    os.close(file)
    print(\"fine\")
except OSError as error:
    print(error)"'

answers "nothing wrong" '^fine$' "$write_file" "any delay 0"
for lie in "count 0" "count 4294967295" "count 100001" "status io" "truncate 4" "truncate 100" garbage \
    drop close "cut 50" xid "mark 2147483647" "accept 4" denied call; do
    answers "write: $lie" "$io" "$write_file" "write $lie"
done
for lie in "status io" "truncate 4" drop close denied; do
    answers "commit: $lie" "$io" "$write_file" "write stable 0" "commit $lie"
done
# More than is kept in memory: some writes wait for others, and all fail together.
answers "many writes that RPC rejects" "$io" \
    'for i in 1 2 3 4 5 6; do dd if=/dev/zero of=new$i bs=1M count=16 status=none & done; wait' \
    "write denied"
answers "a full disk" 'No space left' "$write_file" "write status nospc"
answers "a quota" 'quota exceeded' "$write_file" "write status dquot"
answers "a quota found out late" 'quota exceeded' "$write_file" "write stable 0" "commit status dquot"
TIMEOUT_MS=5000 answers "written in parts of a few bytes" '^fine 100000$' \
    "$write_file; "'stat -c "fine %s" new' "write@1-20 count 10"
TIMEOUT_MS=5000 answers "a server that starts anew between WRITE and COMMIT" '^fine$' \
    "$write_file"' && [ $(tr -d x <new | wc -c) = 0 ]' "write stable 0" "commit@1-2 verifier"
answers "safe or not: a word that is none" "fine|$io" "$write_file" "write stable 77"

for lie in "handle 0" "handle 65" "truncate 6" "truncate 20" garbage drop close denied \
    "patch 8:ffffffff" "patch 8:80000000" "type 2" "type 99"; do
    answers "create: $lie" "$io|Is a directory|^fine" "$write_file" "create $lie"
    answers "mkdir: $lie" "$io|Not a directory|^fine" 'mkdir new && echo fine' "mkdir $lie"
done
for procedure in setattr:'chmod 600 file' remove:'rm file' rmdir:'rmdir directory' \
    rename:'mv file other' link:'ln file other' symlink:'ln -s x other' mknod:'mkfifo other' \
    access:'cat file' getattr@2-:'sleep 0.1; stat directory; stat .' fsstat:'stat -f .'; do
    for lie in "truncate 0" "truncate 5" "truncate 20" garbage drop "status serverfault"; do
        answers "${procedure%%:*}: $lie" "$io|same file|fine" "${procedure#*:} && echo fine" \
            "${procedure%%:*} $lie"
    done
done

# Calls with all that they can carry; what libnfs has no room for would fail here.
answers "the longest names and target, with handles of 64 bytes" '^fine 4095$' '
    name=$(printf %0255d 0)
    ln -s "$(printf %04095d 0)" "$name" && mv "$name" "${name/0/1}" && ln "${name/0/1}" "${name/0/2}" &&
        mkdir "${name/0/3}" && mkfifo "${name/0/4}" && echo x >"${name/0/5}" && rm "${name/0/1}" &&
        [ -h "${name/0/2}" ] && printf "fine %s\n" "$(readlink "${name/0/2}" | tr -d "\n" | wc -c)"' \
    "any handle 64"
answers "a target longer than a path can be" 'name too long' 'ls -l link && cat link' \
    "readlink target $(printf %04096d 0)"

# A call that is given up is still done by the server: the name that an open file got in place of the
# removed one goes with its last close.
answers "rename: too late for who removes an open file" '^fine$' \
    'exec 3<file; rm file; sleep 2; exec 3<&-; sleep 0.5; ls -A | grep "^\.nfs" || echo fine' \
    "rename delay 1"

# A hard volume waits as long as it takes, and not a moment after SIGKILL.
waits "a read without an answer" 'cat file' "read drop"
waits "a read whose connection ends each time" 'cat file' "read close"
waits "a read of a byte a second" 'cat file' "read slow"
waits "a read answered by nonsense" 'cat file' "read mark 2147483647"
waits "a lookup without an answer" 'stat file' "lookup drop"
waits "a write without an answer" 'dd if=/dev/zero of=new conv=fsync status=none' "write drop"
waits "a server that asks for patience" 'mkdir new' "mkdir status jukebox"
waits "a listing without an end" 'ls -U directory >/dev/null' "readdir endless" "readdirplus endless"
waits "a verifier that is always new" "$write_file" "write stable 0" "commit verifier" "write verifier"

unwatched answers "an endless answer does not fill the node's memory" '^fine$' \
    'cat file; [ "$(awk "/^VmHWM/ { print \$2 }" "/proc/$CLIENT_PID/status")" -lt 300000 ] && echo fine' \
    "read flood"

# Sent again, when nothing was answered for as long as the policy says.
for procedure in access lookup read; do
    RECOVERY=hard TIMEOUT_MS=1000 answers "$procedure: a call that a server forgot" '^fine$' \
        'cat file >/dev/null && echo fine' "$procedure@1 drop"
done
for procedure in create write commit; do
    RECOVERY=hard TIMEOUT_MS=1000 answers "$procedure: a call that a server forgot" '^fine$' \
        'echo data >new && sync new && echo fine' "write stable 0" "$procedure@1 drop"
done

finish_lies
