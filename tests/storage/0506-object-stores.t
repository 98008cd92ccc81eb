#!/bin/bash
# Azure Blob and S3 through rclone, against real servers of both: Azurite and s3rver, which
# sandbox/object-stores installs.
needed=(setpriv rclone fusermount3 node)
. "$(dirname "$0")/kinds.sh"
target=$work/mounts/v
stores=$top_builddir/object-stores
[ -e "$stores/complete" ] ||
    skip_all "needs Azurite and s3rver: run sandbox/object-stores $stores"

configure() {
    printf '%s\n' '[azure]' 'type = azureblob' \
        "sas_url = $(python3 "$here/azurite_url.py")" '[s3]' 'type = s3' \
        'provider = Other' 'access_key_id = S3RVER' 'secret_access_key = S3RVER' \
        'endpoint = http://127.0.0.1:4568' 'force_path_style = true' >"$work/rclone.conf"
    chmod 600 "$work/rclone.conf"
}

# Nobody's, in a directory of its own: what came from a registry is not run as root.
serve() { # PORT PROGRAM WORD...
    local port=$1 program=$2
    shift 2
    install -d -o 65534 -g 65534 "/srv/$program"
    (cd "/srv/$program" && exec setpriv --reuid 65534 --regid 65534 --clear-groups \
        env -i PATH="$PATH" HOME="/srv/$program" node "$stores/node_modules/.bin/$program" "$@" \
        >"$work/$program.log" 2>&1) &
    servers+=($!)
    within 30 eval ": >/dev/tcp/127.0.0.1/$port"
}

# Asks the store itself, beside the job's mount; what the machine says of proxies and certificates
# is not for a store of the test's own.
store() { # rclone's WORD...
    env -i PATH="$PATH" HOME="$work" timeout 10 \
        rclone --config "$work/rclone.conf" --retries 1 --low-level-retries 1 "$@"
}

holds() { # TEXT OBJECT
    [ "$(store cat "$2")" = "$1" ]
}

reads() { # TEXT NAME: as the user, in the job
    as_user grep -qx "$1" "$target/$2"
}

no_client() {
    ! pgrep -f "rclone mount"
}

fill() { # REMOTE
    store mkdir "$1:bucket" && echo 1 | store rcat "$1:bucket/team/file"
}

volume() { # REMOTE KEYS
    policy 'volume "v" { kind = "rclone", source = "'"$1"':bucket/team",
        config = "'"$work"'/rclone.conf", cache = "/srv/cache" '"$2"' }'
}

try_store() { # REMOTE NAME
    ok "$2: a container with an object" fill "$1"
    volume "$1" ''
    ok "$2: it is mounted" start
    ok "... by rclone, nosuid and nodev" eval 'mount_of $target &&
        grep -q "rw,nosuid,nodev.* fuse.rclone" $work/mounted'
    ok "... the user reads the object" reads 1 file
    ok "... the user writes another" as_user sh -c "echo 12345 >$target/new"
    ok "... which is in the store" within 5 holds 12345 "$1:bucket/team/new"
    ok "... and reads it back" reads 12345 new
    ok "... a directory, written here and there" as_user python3 -c "
import os
os.mkdir('$target/run')
with open('$target/run/checkpoint', 'w+b') as file:
    file.write(b'x' * 3000000)
    file.seek(1000000)
    file.write(b'y')"
    ok "... is in the store as it was written" within 5 eval '
        store cat "'"$1"':bucket/team/run/checkpoint" | sha256sum | grep -q "$(python3 -c "
import hashlib
print(hashlib.sha256(b\"x\" * 1000000 + b\"y\" + b\"x\" * 1999999).hexdigest())")"'
    ok "... the user renames and removes" as_user sh -c "mv $target/new $target/moved && rm $target/file"
    ok "... in the store too" within 5 eval '[ "$(store lsf -R --files-only "'"$1"':bucket" | sort |
        tr "\n" " ")" = "team/moved team/run/checkpoint " ]'
    ok "... what is written last" as_user dd if=/dev/zero of="$target/last" bs=1M count=8
    ok "... the job ends" timed 4000 stop
    ok "... has reached the store" eval '
        [ "$(store size --json "'"$1"':bucket/team/last" | grep -o "bytes.:[0-9]*")" = "bytes\":8388608" ]'
    ok "... its client is gone" within 1 no_client
    ok "... nothing is left" nothing_left
    volume "$1" ', mode = "ro"'
    ok "$2: read-only" start
    ok "... the user reads" as_user cat "$target/moved"
    ok "... and does not write" fails as_user touch "$target/other"
    ok "... the job ends" timed 4000 stop
    ok "... nothing is left" nothing_left
}

mkdir /srv/cache
configure
ok "a store of Azure blobs" serve 10000 azurite-blob --silent --location /srv/azurite-blob
ok "a store of S3" serve 4568 s3rver --silent --directory /srv/s3rver --address 127.0.0.1
try_store azure "Azure Blob"
try_store s3 "S3"

kill -KILL "${servers[@]}"
wait "${servers[@]}" 2>/dev/null
volume s3 ', deadline = 2'
ok "a store that is down fails the job in time" timed 3500 fails start
like "... in one sentence" "workspace .w. on node n1 after [0-9.]* s: volume .v.: rclone " "$work/said"
ok "... and the job ends" timed 4000 stop
ok "... its client is gone" within 1 no_client
ok "nothing is left" nothing_left
finish
