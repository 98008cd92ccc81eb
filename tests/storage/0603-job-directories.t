#!/bin/bash
# The directories of a job: on its node, and on a volume for all its nodes. Made as the user's,
# found again, gone with the job whatever was killed; nothing else is ever deleted or used.
needed=(setpriv runuser)
. "$(dirname "$0")/kinds.sh"
temp=$work/mounts/.job-temp
shared=$work/mounts/.shared-job-temp

# site CLUSTER-KEYS WORKSPACE-KEYS [VOLUME-KEYS]: the volume is a directory that all nodes have.
site() {
    cat >"$work/policy.lua" <<END
cluster "cpu" { partition = "cpu", $1 }
volume "v" { kind = "bind", path = "/srv/volume", $3 }
workspace "w" { account = "a", clusters = { "cpu" }, users = { "user" }, volumes = { "v" }, $2 }
END
}

# at NODE start|stop WORD...: the job has two nodes, of which n1 is the first.
at() {
    local node=$1 command=$2
    shift 2
    "$command" "node=$node" "nodes=n[1-2]" "cluster=blue" "$@"
}

as_user_at() { # NODE COMMAND...
    local node=$1
    shift
    "$join" "$work/run/$node/7/keeper.sock" setpriv --reuid "$user" --regid "$user" \
        --clear-groups "$@"
}

mount --bind /srv /srv # a volume of kind bind is a mount of the site's
mkdir /srv/volume /srv/disk
chmod 1777 /srv/volume
mount -t tmpfs -o mode=1777 tmpfs /srv/volume
mount --make-shared /run # as on a node of the site's: its later mounts come into the job
before=$(cat /proc/self/mountinfo)

# On the node.
site
ok "a job" start
ok "... is told of its directory" eval "in_job | grep -qx job_temp=$temp"
ok "... which is the user's alone" eval \
    '[ "$(in_job stat -c %u-%g-%a "$temp" | tail -n 1)" = "$user-$user-700" ]'
ok "... nosuid, nodev and of the disk" eval 'mount_of $temp && grep -q "rw,nosuid,nodev" $work/mounted'
ok "... the user writes" as_user sh -c "echo 1 >$temp/file && ln -s /srv/disk $temp/link"
ok "... into the keeper's place on the node" test -e "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp/file"
ok "... where others do not even look" [ "$(stat -c %a "$work/state/temp")" = 711 ]
ok "... nothing of it is in the log" fails grep -q job-temp "$work/log"
ok "another job on the node has its own" start job=8
ok "... which is empty" eval \
    '[ -z "$("$join" "$work/run/n1/8/keeper.sock" ls -A "$temp" | grep -v =)" ]'
touch /srv/disk/precious
mkdir "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp/mounted"
mount --bind /srv/disk "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp/mounted"
stop
ok "at the end nothing below a mount or behind a link is deleted" test -e /srv/disk/precious
ok "... nor the place of the mount" umount "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp/mounted"
ok "... and the other job goes on" "$join" "$work/run/n1/8/keeper.sock" touch "$temp/file"
stop job=8
ok "a job without a shared directory is told of none" start
ok "... by no word" fails eval 'in_job | grep -q shared_job_temp'
stop
ok "nothing is left" nothing_left
ok "... of the directories either" within 2 eval '[ -z "$(ls -A "$work/state/temp/atelier-scratch")" ]'

# Killed.
ok "a keeper" start
as_user touch "$temp/file" >/dev/null
kill -KILL "$(pgrep -x atelier-keeper)"
within 2 no_keeper
ok "... that is killed leaves the directory" test -e "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp/file"
ok "... until the job ends" timed 3000 stop
ok "... and then it goes" within 2 test ! -e "$work/state/temp/atelier-scratch/atelier.n1.7.job-temp"
site 'job_temp = "/srv/disk"'
ok "a keeper elsewhere" start
ok "... has it where the policy says" test -d /srv/disk/atelier-scratch/atelier.n1.7.job-temp
kill -KILL "$(pgrep -x atelier-keeper)"
within 2 no_keeper
site
ok "... when it is killed and its job's end is never heard of, another job's start" start job=8
ok "... clears there, too" within 2 test ! -e /srv/disk/atelier-scratch/atelier.n1.7.job-temp
ok "... nothing else" test -e /srv/disk/precious
stop job=8
site 'job_temp = "/srv/none"'
ok "a place that the node does not have fails the job" fails start
like "... with its name" 'node n1 after .* s: .*/srv/none: No such file' "$work/said"
stop
ok "nothing is left" nothing_left

# Shared.
site '' 'shared_job_temp = "v"'
users=/srv/volume/atelier-$user
own=$users/job.blue.7
ok "the first node" at n1 start
ok "... is told of the shared directory" eval "in_job | grep -qx shared_job_temp=$shared"
ok "... which is the user's alone" [ "$(stat -c %u-%g-%a "$own")" = "$user-$user-700" ]
ok "... in a directory of the user's alone" [ "$(stat -c %u-%g-%a "$users")" = "$user-$user-700" ]
ok "... and nosuid and nodev" eval 'mount_of $shared && grep -q "rw,nosuid,nodev" $work/mounted'
ok "the second node" at n2 start
ok "... sees the same" eval 'as_user_at n1 touch "$shared/one" && as_user_at n2 test -e "$shared/one"'
ok "its job ends there first" at n2 stop restart=0
ok "... which deletes nothing" test -e "$own/one"
ok "the job is requeued" at n1 stop restart=1
ok "... and all is there" test -e "$own/one"
ok "it runs again" at n1 start restart=1
ok "... and finds it" as_user test -e "$shared/one"
ok "it ends, and nobody knows whether for good" at n1 stop
ok "... so all is there" test -e "$own/one"
at n1 start restart=1
as_user sh -c "mkdir $shared/deep && ln -s /srv/disk $shared/deep/link && touch $shared/deep/file"
ok "it ends for good" at n1 stop restart=1
ok "... and all is gone" test ! -e "$own"
ok "... but what a link led to" test -e /srv/disk/precious
ok "... nothing is left" nothing_left

# What others planted, under the one name that they can: it is not used, and keeps no job from its own.
as_other() { setpriv --reuid 4343 --regid 4343 --clear-groups "$@"; }
ok "the user's directory stays for the next job, and is empty" rmdir "$users"
for planted in "mkdir -m 755" "mkdir -m 777" "ln -s /srv/disk" "ln -s atelier-4343" touch; do
    # shellcheck disable=SC2086
    as_other $planted "$users"
    ok "the name of the user's directory taken by $planted: a job" at n1 start
    ok "... has the next one" test -d "$users.2/job.blue.7"
    as_other rm -rf "$users"
    ok "... which the job's other node finds, though the name is free again" at n2 start
    ok "... so that both see the same" eval 'as_user_at n1 touch "$shared/one" && as_user_at n2 test -e "$shared/one"'
    at n2 stop restart=0
    at n1 stop restart=0
    ok "... and it goes with the job" rmdir "$users.2"
done
ok "... and nothing that a link led to" test -e /srv/disk/precious
mkdir -m 777 "$users"
chown "$user:$user" "$users"
ok "one of the user's own that others may write to" at n1 start
ok "... is none" test -d "$users.2/job.blue.7"
at n1 stop restart=0
rmdir "$users" "$users.2"
as_other sh -c "mkdir $users; for i in \$(seq 2 64); do mkdir $users.\$i; done"
ok "with 64 names taken there is none left" fails at n1 start
like "... and it is said" "shared directory job.blue.7 cannot be made in v, which the policy names as .shared_job_temp.: what is there is not the user's own directory; tell" "$work/said"
at n1 stop restart=0
rm -r "$users"*

# What the user herself put there.
mkdir -m 700 "$users"
ln -s /srv/disk "$own"
chown -h "$user:$user" "$users" "$own"
ok "a link in its place is not followed" fails at n1 start
like "... and it is said" "shared directory job.blue.7 cannot be made in v, .*: what is there is not the user's own directory; tell" "$work/said"
at n1 stop restart=0
ok "... nor deleted" test -L "$own" -a -e /srv/disk/precious
rm "$own"
mkdir -m 755 "$own"
chown "$user:$user" "$own"
ok "a directory of hers is used" at n1 start
at n1 stop restart=0
ok "... and deleted" test ! -e "$own"

# Names that move while the job runs: what it was given goes, and nothing else.
ok "a job" at n1 start
as_user sh -c "touch $shared/result && mkdir $work/mounts/v/atelier-$user/data &&
    touch $work/mounts/v/atelier-$user/data/thesis" >/dev/null
mv "$own" "$users/kept"
mv "$users/data" "$own"
ok "... whose user moved data to its directory's name" at n1 stop restart=0
ok "... keeps that" test -e "$own/thesis"
ok "... and what she moved away" test -e "$users/kept/result"
like "... and the log says so" "stopped job=7 .*shared_job_temp=left" "$work/log"
rm -r "$own"
mv "$users/kept" "$own"
ok "another" at n1 start
rm -r "$own"
ok "... that deleted it" at n1 stop restart=0
ok "... has nothing left" [ -z "$(ls -A "$users")" ]
rmdir "$users"

# What the policy says of the place.
mkdir -m 755 /srv/volume/locked
site '' 'shared_job_temp = "v/locked"'
ok "where the user may not write there is none" fails at n1 start
like "... and the site is named" "cannot be made in v/locked, .*: the user may not write there; tell the site" "$work/said"
at n1 stop
site '' 'shared_job_temp = "v/none"'
ok "nor where there is no such directory" fails at n1 start
like "... and the site is named" "cannot be made in v/none, .*: the volume has no such directory; tell" "$work/said"
at n1 stop
mkdir -m 1777 /srv/volume/jobs
ln -s jobs /srv/volume/linked
site '' 'shared_job_temp = "v/linked"'
ok "nor behind a link" fails at n1 start
at n1 stop
site '' 'shared_job_temp = "v/jobs"' 'subdirectories = { "nothing" }'
ok "on a volume of which jobs see parts alone" at n1 start
ok "... they see that directory" as_user test -d "$shared"
ok "... and not the volume" fails as_user test -e "$work/mounts/v"
at n1 stop restart=0
ok "... and it goes" test ! -e "/srv/volume/jobs/atelier-$user/job.blue.7"
ok "nothing is left" nothing_left
finish
