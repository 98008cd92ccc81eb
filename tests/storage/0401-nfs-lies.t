#!/bin/bash
# A file server that lies, dawdles or speaks nonsense: the client refuses by one sentence, gives
# an errno or waits to be killed; it neither hangs nor dies, and nothing of it is left.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_lies.sh"

no_answer='did not answer within 0.5 s'
nonsense='closed the connection or sent what is no answer of an NFS server'
unasked='could not be asked for export /fake: '
no_root='volume `results` .* does not let its root be read: '

# Before anything is mounted.
refused "nobody greets" "$no_answer" "null drop"
refused "no answer about the export" "volume .results. .*$no_answer" "mnt drop"
refused "a late answer" "$no_answer" "mnt delay 5"
refused "a byte a second" "$no_answer" "mnt slow"
refused "the answer to another question" "$no_answer" "mnt xid"
refused "half an answer" "$no_answer" "mnt mark 1000"
refused "a connection that ends" "$nonsense" "mnt close"
refused "a connection that ends in the answer" "$nonsense" "mnt cut 21"
refused "a record of 2 GiB" "$nonsense" "mnt mark 2147483647"
refused "an empty record" "$nonsense" "mnt mark 0"
refused "a web server" "$nonsense" "mnt raw HTTP/1.0 400 Bad Request"
refused "a call for an answer" "$unasked" "mnt call"
unwatched refused "fragments without an end" "$nonsense|$no_answer" "mnt flood"
for size in 0 3 8 16 22; do
    refused "an answer of $size bytes" "$unasked" "mnt truncate $size"
done
for status in 1 2 3 4 5 77; do
    refused "RPC's answer $status" "$unasked" "mnt accept $status"
done
refused "credentials that RPC rejects" "$unasked" "mnt denied"
refused "random bytes" "$unasked|has no export" "mnt garbage"
refused "a handle of no bytes" "$unasked" "mnt handle 0"
refused "a handle of 65 bytes" "$unasked" "mnt handle 65"
refused "a handle of 100,000 bytes" "$unasked" "mnt handle 100000"
refused "a handle of 4 GiB" "$unasked" "mnt patch 4:ffffffff"
refused "four billion kinds of credentials" "$unasked" "mnt patch 16:ffffffff"
refused "Kerberos alone" 'wants other credentials than AUTH_SYS' "mnt flavor 390003"
refused "no such export" 'has no export /fake' "mnt status noent"
refused "an error that is none" 'has no export /fake' "mnt status 4294967295"
refused "a stale root" "$no_root.*Stale" "getattr status stale"
refused "no limits" "$no_root.*Input/output error" "fsinfo status io"
refused "limits of a few bytes" "$no_root" "fsinfo truncate 9"
refused "a root that is a file" 'is no directory on the server' "getattr type 1"
refused "a root of no kind" 'is no directory on the server' "getattr type 99"
refused "a server that asks for patience" "$no_root" "getattr status jukebox"

export TIMEOUT_MS=5000
# What does no harm, before and after.
answers "an answer in pieces of a byte" '^fine$' 'cmp -s file file && echo fine' "any pieces 1"
answers "every answer twice" '^fine$' 'cmp -s file file && echo fine' "any twice"
answers "answers that take their time" '^fine$' 'head -c 1 file >/dev/null && echo fine' "any delay 0.1"
answers "limits of 0 bytes" '^65536$' 'cat file | wc -c' "fsinfo transfer 0"
answers "limits of 4 GiB" '^65536$' 'cat file | wc -c' "fsinfo transfer 4294967295"
answers "no attributes with names" '^65536$' 'cat file | wc -c' "lookup bare"
answers "no handles of new files" '^fine$' \
    'echo x >new && mkdir directory/new && [ "$(cat new)" = x ] && echo fine' \
    "create bare" "mkdir bare"
answers "reads shorter than asked" '^65536 65536$' \
    'echo "$(cat file | wc -c) $(tr -d "\0" <file | wc -c)"' "read short 1000"
answers "no READDIRPLUS" '^300$' 'ls directory | wc -l' "readdirplus status notsupp"
answers "patience asked for once" '^fine$' 'mkdir new && echo fine' "mkdir@1 status jukebox"

# Every error that a server may give, by its number. The kernel tries again upon ESTALE.
status_names="perm noent io nxio acces exist xdev nodev notdir isdir inval fbig nospc rofs mlink
    nametoolong notempty dquot stale stale remote badhandle badhandle bad_cookie notsupp toosmall serverfault
    badtype not_sync 12345 4294967295"
rules=()
for name in $status_names; do
    rules+=("mkdir@$((${#rules[@]} + 1)) status $name")
done
count=$((${#rules[@]} - 2))
answers "an errno for every error" \
    '^EPERM ENOENT EIO ENXIO EACCES EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL EFBIG ENOSPC EROFS EMLINK ENAMETOOLONG ENOTEMPTY EDQUOT ESTALE EREMOTE ESTALE EINVAL EOPNOTSUPP EINVAL EIO EINVAL EIO EIO EIO$' \
    '/usr/bin/python3 -c "
import errno, os
def attempt(number):
    try:
        os.mkdir(str(number))
    except OSError as error:
        return errno.errorcode[error.errno].replace(\"ENOTSUP\", \"EOPNOTSUPP\")
print(*map(attempt, range('$count')))"' "${rules[@]}"

export TIMEOUT_MS=500
io='Input/output error'
for lie in "longer 100" empty "truncate 12" "truncate 100" garbage drop slow close "cut 100" xid \
    "mark 2147483647" "mark 0" "raw HTTP" call "accept 5" denied \
    "patch 100:ffffffff" "patch 100:7fffffff"; do
    answers "read: $lie" "$io" 'cat file >/dev/null' "read $lie"
done
for lie in "handle 0" "handle 65" "handle 100000" "truncate 8" garbage drop close \
    "patch 4:ffffffff" "patch 4:80000000" "type 99" "patch 20:ffffffff"; do
    answers "lookup: $lie" "$io|^fine" 'cat file >/dev/null && echo fine' "lookup $lie"
done
answers "lookup: a directory after all" 'Is a directory' 'cat file' "lookup type 2"
answers "lookup: a directory below itself" "$io|Too many levels" \
    'ls file/file/file/file/directory' "lookup self"
answers "another kind of file each time" "$io|Stale|No such" \
    'head -c 1 file; sleep 0.1; stat directory; stat file; ls' \
    "lookup@1 type 1" "lookup@2- type 2" "getattr@3- type 5" "access type 2" "readdirplus type 5"
answers "a file of 16 EiB" "$io|fine" 'head -c 10 file | wc -c; stat file && echo fine' "any size 18446744073709551615"
answers "a file of 8 EiB" "$io|fine" 'tail -c 10 file | wc -c; stat file; df . && echo fine' "any size 9223372036854775807"
for lie in "target $(printf '%05000d' 0)" "patch 92:ffffffff" "patch 92:7fffffff" "truncate 90" garbage \
    drop close "accept 3"; do
    answers "readlink: ${lie::20}" "$io|File name too long|fine" 'readlink -v link && echo fine' "readlink $lie"
done
for lie in hollow stuck\ 1 stuck\ 0 "name a/b" "name " "name $(printf '%0300d' 0)" "truncate 200" \
    garbage drop close "cut 1000" "status toosmall" "status bad_cookie" "mark 0" \
    "patch 112:ffffffff" "patch 112:80000000" "patch 112:7fffffff"; do
    answers "listing: ${lie::20}" "$io|Invalid argument" 'ls -l directory >/dev/null' \
        "readdir $lie" "readdirplus $lie"
done
answers "listing: all of it again" '^300$' 'ls directory | wc -l' \
    "readdir round 0" "readdirplus round 0"
for place in 1 150 290 299; do
    answers "listing: again from $place, seen soon" "$io after 1?[0-9] calls" \
        'echo "$(ls directory 2>&1 >/dev/null) after $(grep -c readdir ../calls) calls"' \
        "readdir round $place" "readdirplus round $place"
done
answers "listing: 65 bytes of handles" "$io" 'ls directory' "readdirplus handle 65"
answers "listing: no handles" '^300$' 'ls directory | wc -l' "readdirplus handle 0"
answers "listing: directories that are none" '^300$' 'ls directory | wc -l' "readdirplus type 77"

finish_lies
