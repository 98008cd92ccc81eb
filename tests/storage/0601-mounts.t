#!/bin/bash
# --mount end to end on one node: the policy engine, the keeper, the NFS client and a real server.
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_job.sh"
seen=$place/mounts

cat >"$place/policy.lua" <<END
file_server "store" { host = "127.0.0.1", port = 2049, mount_port = 20048, deadline = 1 }
volume "results" { server = "store", export = "$work/server/results" }
volume "frozen" { server = "store", export = "$work/server/results", mode = "ro" }
volume "shelf" { server = "store", export = "$work/server/results",
    subdirectories = { "train", "linked", "gate/inner" } }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, users = { "$(id -nu "$user")" },
    volumes = { "results", "frozen", "shelf" } }
END

# What is on the server: secret is the user's own, so that only the bounds keep it out.
files=$work/server/results
mkdir -p "$files"/{train/large,secret,gate,private/inner,swap}
echo data >"$files/train/large/file"
echo secret | tee "$files/secret/file" >"$files/private/inner/file"
ln -s train/large "$files/inside"
ln -s ../train "$files/secret/sideways"
ln -s /etc "$files/absolute"
ln -s ../../../../../../etc "$files/upwards"
ln -s secret "$files/linked"
ln -s ../secret "$files/gate/inner"
ln -s ../secret "$files/train/out"
ln -s large "$files/train/in"
ln -s /proc/self/root "$files/magic"
chown -Rh "$user:$user" "$files"
chown -R root:root "$files/private"
chmod 700 "$files/private"

start() { # MOUNTS
    "$keeper" start "${settings[@]}" job=7 "uid=$user" "gid=$user" account=vision partition=cpu \
        node=n1 workspace=vision "mount=$1" 2>"$work/said"
}

as_user() {
    in_job setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

holds() { # PATH TEXT: the file in the job has the text
    [ "$(as_user cat "$seen/$1" | tail -n 1)" = "$2" ]
}

options_of() { # NAME: of its mount in the job
    in_job awk -v at="$seen/$1" '$5 == at { print $6 }' /proc/self/mountinfo | tail -n 1
}

# What a job sees below its mount root: names, in one line.
names() {
    in_job ls "$seen" | grep -v = | tr '\n' ' '
}

fails() { # STATUS COMMAND...
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" = "$wanted" ]
}

# refused TEXT MOUNT PATTERN: the job fails with a sentence, and is well otherwise.
refused() {
    ok "$1: the job fails" fails 1 start "$2"
    like "... and says so" "$3" "$work/said"
    ok "... in one line" [ "$(wc -l <"$work/said")" = 1 ]
    ok "... with an output file's place" in_job sh -c "echo x >$seen/m/slurm-7.out"
    ok "... and ends" stop
    ok "... leaving nothing" nothing_left
}

ok "parts are mounted" start "results/train:t,results/train/large:l:ro,frozen/train:f,results:all:ro"
ok "beside the volumes, but for the one of parts" \
    [ "$(names)" = "all f frozen l results t " ]
ok "the user reads in one" holds t/large/file data
ok "... and writes" as_user sh -c "echo new >$seen/t/new && cat $seen/results/train/new"
ok "... as the user on the server" [ "$(stat -c %u "$files/train/new")" = "$user" ]
ok "nobody writes in a read-only one" fails 1 as_user touch "$seen/l/new"
ok "... nor in that of a whole volume" fails 1 as_user touch "$seen/all/new"
ok "... nor below a read-only volume" fails 1 as_user touch "$seen/f/new"
for name in t l f all; do
    ok "no setuid, no devices in $name" eval "[[ \$(options_of $name) == r?,nosuid,nodev,* ]]"
done
ok "read-only is the mount's own" eval '[[ $(options_of l) == ro,* && $(options_of t) == rw,* ]]'
ok "the root of a mount has no way up" \
    [ "$(as_user sh -c "cd $seen/l/../.. && pwd -P" | tail -n 1)" = "$place" ]
ok "a step is told its mounts" eval 'in_job | grep -qx "mount=results/train:t,.*"'
ok "the host sees nothing" eval '[ -z "$(ls -A "$seen")" ]'
ok "the job ends" stop
like "... in order" "stopped.* ms=[0-9]+ .*bytes_written" "$place/log"
ok "... leaving nothing" nothing_left

ok "a link that stays in the volume is followed" start "results/inside:m,results/secret/sideways:n"
ok "... to its end" eval 'holds m/file data && holds n/large/file data'
ok "... and the job ends" stop
refused "an absolute link" "results/absolute:m" "--mount=results/absolute:m: a symbolic link leads out"
refused "a link upwards" "results/upwards:m" "a symbolic link leads out"
refused "a link through /proc" "results/magic/etc:m" "a symbolic link leads out"
refused "a missing directory" "results/gone/x:m" \
    "^atelier-keeper: --mount=results/gone/x:m: there is no such directory"
refused "a file" "results/train/large/file:m" "it is no directory"
refused "another user's directory" "results/private/inner:m" "you may not enter it"
refused "one of several" "results/train:m,results/gone:n,results/train:o" "results/gone:n: there is no"

# A volume of parts: the boundary is the policy's directory, and no link in its place.
ok "a part of a volume that is not shown whole" start "shelf/train/large:m,shelf/train:n:ro"
ok "... is there, the volume is not" eval '[ "$(names)" = "frozen m n results " ]'
ok "... not even in the mount table" eval \
    '! in_job cat /proc/self/mountinfo | grep -q "$seen/shelf "'
ok "... and is written to" as_user sh -c "echo x >$seen/m/x && sync $seen/m/x"
ok "... its links out of it lead nowhere" fails 1 as_user cat "$seen/n/out/file"
ok "the job ends" stop
like "... with the volume's bytes" "shelf.bytes_written=2" "$place/log"
ok "... leaving nothing" nothing_left
ok "a link below the boundary is followed" start "shelf/train/in:m"
ok "... to its end" holds m/file data
ok "... and the job ends" stop
refused "a link out of the boundary" "shelf/train/out:m" "a symbolic link leads out"
refused "a link in the boundary's place" "shelf/linked:m" "a symbolic link leads out"
refused "... at its end" "shelf/gate/inner:m" "a symbolic link leads out"
ok "all of it: the job fails" fails 1 start "shelf:m"
like "... and says so" "has .all of it. for nobody" "$work/said"
ok "... and ends" stop

# Who renames while the job starts gets the directory that was there, or a sentence; that the
# server may fail to read what moves under it is no concern of ours.
mkdir "$files/race" "$files/real"
echo data >"$files/real/file"
ln -s /etc "$files/link"
chown -h "$user:$user" "$files/race" "$files/real" "$files/real/file" "$files/link"
python3 - "$files" <<'END' &
import ctypes, os, sys
os.chdir(sys.argv[1])
libc = ctypes.CDLL(None)
os.rename("real", "race/at")
while os.path.isdir("race"):
    libc.renameat2(-100, b"race/at", -100, b"link", 2)  # RENAME_EXCHANGE
END
racer=$!
outcomes=
for _ in {1..12}; do
    if start "results/race/at:m"; then
        case $(in_job ls "$seen/m" 2>/dev/null | grep -v =) in
        file) outcomes+=d ;;
        "") outcomes+=e ;;
        *) outcomes+=X ;;
        esac
    else
        grep -q -- "--mount=results/race/at:m: \|did not answer" "$work/said" && outcomes+=s ||
            outcomes+=Y
    fi
    stop
done
kill "$racer"
wait "$racer" 2>/dev/null
ok "a race of renames ends inside, or is refused: $outcomes" eval '[[ $outcomes != *[XY]* ]]'
ok "... and leaves nothing" nothing_left

ok "a last job" start "results/train:m,shelf/train:n"
freeze "$server"
began=$SECONDS
ok "a server that hangs" stop
ok "... does not hold up the end" [ "$((SECONDS - began))" -le 5 ]
kill -CONT "$server"
ok "... which leaves nothing" nothing_left
finish
