#!/bin/bash
# Volumes that programs mount, directories of the site's, scratch, and places: what is run, what
# a job sees, what is left, and what is refused.
needed=(setpriv)
. "$(dirname "$0")/kinds.sh"

# The exact words, and nothing of ours or of the user's beside them.
words() { # WORD...
    printf '%s\n' "$@" | diff - "$work/words" && [ "$(cat "$work/environment")" = "LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin" ]
}
target=$work/mounts/v

stand_in /usr/sbin/mount.cifs
stand_in /usr/sbin/mount.lustre
stand_in "$work/attach"
install -m 600 /dev/null "$work/secret"

policy 'volume "v" { kind = "cifs", source = "//files/share/team", mode = "ro",
    credentials = "'"$work"'/secret" }'
export LD_PRELOAD='' BASH_ENV=/etc/passwd EVIL=1
ok "cifs is mounted" start
unset LD_PRELOAD BASH_ENV EVIL
ok "... by these words alone" words /usr/sbin/mount.cifs //files/share/team "$target" -o \
    "ro,nosuid,nodev,credentials=$work/secret,uid=$user,gid=$user,forceuid,forcegid,file_mode=0600,dir_mode=0700,nosharesock,hard"
ok "... without a descriptor of ours" [ "$(cat "$work/descriptors")" -le 1 ]
ok "... nosuid, nodev and read-only, whatever the program did" eval 'mount_of $target &&
    grep -q "ro,nosuid,nodev" $work/mounted'
ok "... the job ends" stop
ok "... nothing is left" nothing_left
chmod 640 "$work/secret"
ok "credentials that others may read are refused" fails start
like "... with what to do" "volume .v.: others than root may read .*chmod 600" "$work/said"
stop

policy 'volume "v" { kind = "lustre", source = "10.0.0.1@tcp:10.0.0.2@tcp:/fs/team" }'
ok "lustre is mounted" start
ok "... by these words alone" words /usr/sbin/mount.lustre 10.0.0.1@tcp:10.0.0.2@tcp:/fs/team \
    "$target" -o rw,nosuid,nodev,flock
ok "... the job ends" stop
ok "... nothing is left" nothing_left

policy 'volume "v" { kind = "command", command = { "'"$work"'/attach", "--as", "a b;$(id)" } }'
ok "a command mounts" start
ok "... by these words alone, the target the last" words "$work/attach" --as 'a b;$(id)' "$target"
ok "... nosuid and nodev" eval 'mount_of $target && grep -q "rw,nosuid,nodev" $work/mounted'
ok "... the job ends" stop
chmod 775 "$work/attach"
ok "a program that others may write is not run" fails start
like "... and it is said" "volume .v.: group 0 may write .*attach" "$work/said"
stop
printf '#!/bin/sh\necho one; echo "the server says: no" >&2; echo >&2; exit 3\n' >"$work/attach"
chmod 755 "$work/attach"
ok "a command that fails fails the job" fails start
like "... with the last line that it said" \
    "workspace .w. on node n1 after [0-9.]* s: volume .v.: attach failed with exit code 3: the server says: no; " "$work/said"
stop
printf '#!/bin/sh\nexit 0\n' >"$work/attach"
ok "one that mounts nothing, too" fails start
like "... and it is said" "ended with success and mounted nothing on $target" "$work/said"
stop
printf '#!/bin/sh\nexec sleep 60\n' >"$work/attach"
policy 'volume "v" { kind = "command", command = "'"$work"'/attach", deadline = 6 }'
ok "one that hangs longer than a start may take" timed 7000 fails start
like "... is named in time all the same" "attach was not ready in time" "$work/said"
stop
policy 'volume "v" { kind = "command", command = "'"$work"'/attach", deadline = 0.5 }'
ok "one that hangs fails the job in time" timed 2000 fails start
like "... and it is said" "attach was not ready in time" "$work/said"
ok "... and does not live on" fails pgrep -f "sleep 60"
stop
rm "$work/attach"
ok "a program that is not there fails the job" fails start
like "... and it is said" "needs the program .*attach, which this node does not have" "$work/said"
stop
ok "nothing is left" nothing_left

# bind
mkdir -p /srv/site/{data,other}
chown "$user" /srv/site/data
echo 1 >/srv/site/data/file
cp /bin/true /srv/site/data/tool
chmod 4755 /srv/site/data/tool
policy 'volume "v" { kind = "bind", path = "/srv/site/data", mode = "ro" }'
ok "a directory of the site's is bound" start
ok "... nosuid, nodev and read-only" eval 'mount_of $target &&
    grep -q "ro,nosuid,nodev" $work/mounted'
ok "... the user reads" as_user cat "$target/file"
ok "... the user does not write" fails as_user touch "$target/new"
ok "... outside it is as it was" touch /srv/site/data/new
ok "... the job ends" stop
ok "... the directory keeps its files" test -e /srv/site/data/file
ok "... nothing is left" nothing_left
for path in /srv/site/missing /srv/site/data/file; do
    policy 'volume "v" { kind = "bind", path = "'"$path"'" }'
    ok "what is no directory fails the job: $path" fails start
    like "... and it is said" "volume .v.: $path: N.*check that the site has mounted it" \
        "$work/said"
    stop
done
ln -s /srv/site/data /srv/site/link
policy 'volume "v" { kind = "bind", path = "/srv/site/link" }'
ok "a link is not followed" fails start
like "... and it is said" "a part of it is a symbolic link" "$work/said"
stop

# on_failure: status 3 is for the job to be requeued, 1 for it to fail
ends() { # STATUS COMMAND...
    local status=0 wanted=$1
    shift
    "$@" || status=$?
    stop
    [ "$status" = "$wanted" ]
}
tried() { # STATUS KEYS
    policy 'volume "v" { '"$2"' }'
    ends "$1" start
}
printf '#!/bin/sh\nexit 3\n' >"$work/attach"
chmod 755 "$work/attach"
attach='kind = "command", command = "'"$work"'/attach"'
requeue=', on_failure = "requeue"'
ok "a directory that is not there fails the job" tried 1 'kind = "bind", path = "/srv/none"'
ok "... or requeues it, by the volume's word" \
    tried 3 'kind = "bind", path = "/srv/none"'"$requeue"
like "... with the sentence" "volume .v.: /srv/none: No such file" "$work/said"
ok "... or fails it, by the volume's word" \
    tried 1 'kind = "bind", path = "/srv/none", on_failure = "fail"'
ok "a program that fails fails the job" tried 1 "$attach"
ok "... or requeues it" tried 3 "$attach$requeue"
rm "$work/attach"
ok "a program that this node lacks requeues it" tried 3 "$attach$requeue"
install -m 777 /bin/true "$work/attach"
ok "one that others may write does not: that is the same on every node" \
    tried 1 "$attach$requeue"
rm "$work/attach"
ok "nothing is left" nothing_left

# place
mkdir /srv/data
for path in /etc /usr/bin /home/user /; do
    policy 'volume "v" { kind = "local", size = "1m", place = "/srv/data" }'
    sed -i 's|volumes = copied(volumes)|volumes = placed(copied(volumes))|
        s|^local function copied|local function placed(volumes)\n for _, one in pairs(volumes) do one.place = "'"$path"'" end\n return volumes\nend\n\n&|' \
        "$work/lua/atelier/decide/node.lua"
    ok "no place, whatever the engine says: $path" fails start
    like "... and it is said" "place. is where nothing may be mounted" "$work/said"
    stop
    cp "$here/../../lua/atelier/decide/node.lua" "$work/lua/atelier/decide/"
done
scratch='kind = "local", size = "1m"'
policy 'volume "v" { '"$scratch"', place = "/srv/data" }'
ok "a volume appears at its place" start
ok "... nosuid and nodev" eval 'mount_of /srv/data && grep -q "rw,nosuid,nodev" $work/mounted'
ok "... as the same directory" eval 'as_user touch $target/x && as_user test -e /srv/data/x'
ok "... the node sees nothing there" [ -z "$(ls -A /srv/data)" ]
ok "... the job ends" stop
ok "... nothing is left" nothing_left
touch /srv/data/file
ok "a place that is not empty hides nothing" fails start
like "... and it is said" "cannot appear at /srv/data, which is not empty" "$work/said"
stop
rm /srv/data/file
policy 'volume "v" { '"$scratch"', place = "/srv/site/data" }'
ok "a place of a user's is refused" fails start
like "... and it is said" "can be changed by others than root .owner $user" "$work/said"
stop
policy 'volume "v" { '"$scratch"', place = "/srv/site/link" }'
ok "a link is no place" fails start
like "... and it is said" "it is a file or a symbolic link" "$work/said"
stop
policy 'volume "v" { '"$scratch"', place = "/srv/none" }'
ok "a place that is not there fails the job" fails start
like "... and it is said" "cannot appear at /srv/none: .*No such file" "$work/said"
stop
ok "nothing is left" nothing_left
finish
