#!/bin/bash
# Scratch of the job's own: made, private, deleted; after a crash too; never beyond itself.
needed=(setpriv)
. "$(dirname "$0")/kinds.sh"
target=$work/mounts/v

policy 'volume "v" { kind = "local", size = "2m", place = "/srv/data" }'
mkdir /srv/data
ok "scratch in memory" start
ok "... is the user's alone" eval '[ "$(in_job stat -c %u-%g-%a "$target" | tail -n 1)" = "$user-$user-700" ]'
ok "... nosuid and nodev" eval 'mount_of $target && grep -q "rw,nosuid,nodev" $work/mounted'
ok "... has room" as_user dd if=/dev/zero of="$target/file" bs=1M count=1
ok "... up to its size" fails as_user dd if=/dev/zero of="$target/more" bs=1M count=2
ok "... the job ends" stop
ok "... nothing is left" nothing_left
ok "the next job" start
ok "... finds it empty" eval '[ -z "$(as_user ls -A "$target" | grep -v =)" ]'
stop

mkdir -m 755 /srv/scratch
mount --make-shared /srv # as on a node of the site's: its later mounts come into the job
before=$(cat /proc/self/mountinfo)
policy 'volume "v" { kind = "local", path = "/srv/scratch" }'
ok "scratch on disk" start
ok "... is a directory of the job's" test -d /srv/scratch/atelier-scratch/atelier.n1.7.v
ok "... of the user's alone" [ "$(stat -c %u-%g-%a /srv/scratch/atelier-scratch/atelier.n1.7.v)" = "$user-$user-700" ]
ok "... nosuid and nodev" eval 'mount_of $target && grep -q "rw,nosuid,nodev" $work/mounted'
ok "... the user writes" as_user sh -c "echo 1 >$target/file"

# What must survive: all that a link or a mount leads to.
mkdir -p /srv/treasure/below /srv/scratch/site /srv/scratch/atelier-site
touch /srv/treasure/file /srv/treasure/below/file /srv/scratch/site/file
as_user sh -c "cd $target && ln -s /srv/treasure link && ln -s /srv/treasure/file file-link &&
    mkdir -p deep mounted closed && touch .hidden -- -rf 'a b' \$(printf 'new\nline') &&
    mkfifo pipe && touch closed/file && chmod 000 closed" >/dev/null
python3 - "$work" <<'END'
import os
os.chdir("/srv/scratch/atelier-scratch/atelier.n1.7.v/deep")
for level in range(1500):  # deeper than any path, and than descriptors
    os.mkdir("d" * 100)
    open("file", "w").close()
    os.chdir("d" * 100)
END
mount --bind /srv/treasure /srv/scratch/atelier-scratch/atelier.n1.7.v/mounted
before=$(cat /proc/self/mountinfo)
ok "with a mount below it, the job ends" timed 5000 stop
ok "... what is mounted there is whole" test -e /srv/scratch/atelier-scratch/atelier.n1.7.v/mounted/below/file
ok "... all the rest is gone" eval '[ "$(ls -A /srv/scratch/atelier-scratch/atelier.n1.7.v)" = mounted ]'
ok "... and what links led to is whole" test -e /srv/treasure/below/file -a -e /srv/treasure/file
umount /srv/scratch/atelier-scratch/atelier.n1.7.v/mounted
mkdir /srv/scratch/atelier-scratch/atelier.n1.6.v
mount --bind /srv/treasure /srv/scratch/atelier-scratch/atelier.n1.6.v
before=$(cat /proc/self/mountinfo)
ok "the next job" start job=8
ok "... deletes what was left" within 2 test ! -e /srv/scratch/atelier-scratch/atelier.n1.7.v
"$keeper" stop "${settings[@]}" job=8 node=n1
ok "... and its own" test ! -e /srv/scratch/atelier-scratch/atelier.n1.8.v
ok "... and nothing of what is mounted on such a name" test -e /srv/treasure/below/file
ok "... and nothing of the site's" test -e /srv/scratch/site/file -a -d /srv/scratch/atelier-site
ok "... nothing is left" nothing_left
umount /srv/scratch/atelier-scratch/atelier.n1.6.v
rmdir /srv/scratch/atelier-scratch/atelier.n1.6.v
before=$(cat /proc/self/mountinfo)

ok "a keeper" start
as_user touch "$target/file" >/dev/null
kill -KILL "$(pgrep -x atelier-keeper)"
ok "... that is killed leaves its scratch" test -e /srv/scratch/atelier-scratch/atelier.n1.7.v/file
stop
ok "... the same job, requeued" start
ok "... finds an empty one" test ! -e /srv/scratch/atelier-scratch/atelier.n1.7.v/file
ok "... and nothing beside it, soon" within 2 eval '[ "$(ls -A /srv/scratch/atelier-scratch)" = atelier.n1.7.v ]'
ok "while it runs, another job" start job=8
ok "... leaves it alone" eval 'sleep 0.3; test -d /srv/scratch/atelier-scratch/atelier.n1.7.v'
"$keeper" stop "${settings[@]}" job=8 node=n1
stop
ok "nothing is left" nothing_left
ok "... but the site's own and root's place" eval '[ "$(ls -A /srv/scratch | wc -l)" = 3 ]'
ok "... which is empty" [ -z "$(ls -A /srv/scratch/atelier-scratch)" ]

# Where users make names, too: what is another user's is neither used nor deleted, whatever its
# name, and keeps no job from its own.
chmod 1777 /srv/scratch
as_other() { setpriv --reuid 4242 --regid 4242 --clear-groups "$@"; }
for usurper in "mkdir -m 777" "ln -s /srv/treasure" touch; do
    rm -rf /srv/scratch/atelier-scratch*
    case $usurper in
    ln*) as_other ln -s /srv/treasure /srv/scratch/atelier-scratch ;;
    *)
        # shellcheck disable=SC2086
        as_other $usurper /srv/scratch/atelier-scratch
        ;;
    esac
    [[ $usurper != mkdir* ]] || as_other sh -c \
        "mkdir /srv/scratch/atelier-scratch/atelier.n1.5.v &&
            touch /srv/scratch/atelier-scratch/atelier.n1.5.v/hers"
    ok "the name of root's place taken by $usurper: a job" start
    ok "... has a place of root's" [ "$(stat -c %u-%a /srv/scratch/atelier-scratch)" = 0-711 ]
    ok "... which nobody else can rename" fails as_other mv /srv/scratch/atelier-scratch /srv/scratch/x
    ok "... nor add a name to" fails as_other touch /srv/scratch/atelier-scratch/x
    ok "... has its scratch" test -d /srv/scratch/atelier-scratch/atelier.n1.7.v
    stop
    ok "... and what was there is left" eval 'sleep 0.3; ls -d /srv/scratch/atelier-scratch.not-root.*'
done
rm -rf /srv/scratch/atelier-scratch*
as_other sh -c "mkdir /srv/scratch/atelier-scratch && cd /srv/scratch/atelier-scratch &&
    mkdir atelier.n1.5.v && touch atelier.n1.5.v/hers"
as_other sh -c "mkdir /srv/scratch/atelier.n1.6.v && touch /srv/scratch/atelier.n1.6.v/hers"
ok "jobs beside directories that a user named as jobs are" start
stop
sleep 0.3
ok "... delete nothing of the one" test -e /srv/scratch/atelier.n1.6.v/hers
ok "... nor of the other" eval 'ls /srv/scratch/atelier-scratch.not-root.*/atelier.n1.5.v/hers'
rm -rf /srv/scratch/atelier[.-]*
chmod 755 /srv/scratch

chmod 777 /srv/scratch
ok "a directory that others may write is refused" fails start
like "... with what to do" "/srv/scratch can be changed by others .*chmod go-w" "$work/said"
stop
policy 'volume "v" { kind = "local", path = "/srv/none" }'
ok "one that is not there is not made" fails start
like "... and it is said" "cannot open the directory .*none: No such file" "$work/said"
stop
finish
