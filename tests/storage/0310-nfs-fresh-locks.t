#!/bin/bash
# What a granted lock makes stale is fetched before it is used: as if both nodes were one.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

python=/usr/bin/python3
cp "$here"/nfs_lock_node.py "$here/nfs_lock_use.py" "$work/"
for name in a b; do
    node "$name" "$python" -B "$work/nfs_lock_use.py"
done

# said TEXT EXPECTED NODE LINE: the node says what is expected.
said() {
    local heard
    heard=$(on "$3" "$4")
    ok "$1" test "$heard" = "$2"
    [ "$heard" = "$2" ] || echo "# heard '$heard', expected '$2'"
}

# both LINE [LINE]: both nodes at once.
both() {
    tell a "$1"
    tell b "${2:-$1}"
    hear a 60 >/dev/null
    hear b 60 >/dev/null
}

for by in fcntl flock ofd; do
    both "append('$by', 'a', 50, name='log.$by')" "append('$by', 'b', 50, name='log.$by')"
    said "no line that two nodes append under $by is lost" "(100, 100)" a "lines('log.$by')"
    on a "fill('page.$by')" >/dev/null
    both "add('$by', 40, 'page.$by')"
    said "nor a number in a page that both have mapped" 80 b "counted('$by', 'page.$by')"
done

# Without msync: the unlock sends what was stored, as does a lock that becomes a shared one.
on a "fill('quiet')" >/dev/null
both "add('fcntl', 40, 'quiet', sync=False)"
said "what was stored is sent by the unlock" 80 a "counted('fcntl', 'quiet')"
on b "seen('fcntl', 4, name='quiet')" >/dev/null
on a "downgrade('seen', 'quiet')" >/dev/null
said "and by an exclusive lock's becoming a shared one" seen b "seen('fcntl', 4, name='quiet')"
on a "release(name='quiet')" >/dev/null

# The size: of what has grown and of what was cut, without a look at the attributes.
on a "extend('flock', 'one', 'text')" >/dev/null
said "a lock shows what there is" one b "sent('flock', 'text')"
on a "extend('flock', ' and two', 'text')" >/dev/null
said "sendfile sends what was added, too" "one and two" b "sent('flock', 'text')"
on a "truncate('flock', 3, 'text')" >/dev/null
said "and not what was cut off" one b "sent('flock', 'text')"
said "where the end is, lseek knows" 3 b "size('flock', 'text')"
on a "fill('text', 9000)" >/dev/null
on b "put('fcntl', 'x', 8000, 'text')" >/dev/null
on a "truncate('fcntl', 3, 'text')" >/dev/null
said "a cut file is short for the next who locks it" 3 b "size('fcntl', 'text')"
on a "extend('fcntl', 'x' * 8997, 'text')" >/dev/null
said "a mapping sees pages that were added" xxx b "seen('fcntl', 3, 8000, 'text')"

for cut in 3 5000; do
    on a "fill('last.$cut', 9000)" >/dev/null
    on b "seen('fcntl', 4, 8000, 'last.$cut')" >/dev/null
    on a "truncate('fcntl', $cut, 'last.$cut')" >/dev/null
    on b "put('fcntl', 'x', $((cut - 1)), 'last.$cut')" >/dev/null
    said "what a mapping stores into the last page of a file that was cut does not lengthen it" $cut \
        a "size('fcntl', 'last.$cut')"
    said "and is there" x a "seen('fcntl', 1, $((cut - 1)), 'last.$cut')"
done

for flags in os.O_WRONLY os.O_RDWR; do
    on a "append('ofd', 'a', 9, $flags, 'cut.$flags')" >/dev/null
    on b "append('ofd', 'b', 1, $flags, 'cut.$flags')" >/dev/null
    on a "truncate('fcntl', 4, 'cut.$flags')" >/dev/null
    on b "append('ofd', 'b', 2, $flags, 'cut.$flags')" >/dev/null
    on a "append('ofd', 'a', 1, $flags, 'cut.$flags')" >/dev/null
    said "what is appended to a file that was cut goes to its end ($flags)" \
        "'a 0\\nb 0\\nb 1\\na 0\\n'" b "repr(open('cut.$flags').read())"
    said "and a mapping shows it there" "a 0 b 0" b \
        "seen('fcntl', 7, 0, 'cut.$flags').replace('\\n', ' ')"
done

both "append('flock', 'a', 3, name='large', text='{} {} ' + 'x' * 3000000 + '\\n')" \
    "append('flock', 'b', 3, name='large', text='{} {} ' + 'y' * 3000000 + '\\n')"
said "large lines stay whole" "(6, 6)" a "lines('large')"
said "and have all their bytes" "{3000005}" b "{len(line) for line in open('large')}"
end_nodes

# Without locks: two programs of one node, by the kernel's size; two nodes as of the attributes.
export ATTRIBUTE_CACHE_MS=1000
for name in a b; do
    node "$name" "$python" -B "$work/nfs_lock_use.py"
done
on a "append_by_two('crowd', 500)" >/dev/null
said "two processes of a node that append at once lose nothing" "(1000, 1000)" b "lines('crowd')"
on a "append_once('a', name='turns')" >/dev/null
on b "append_once('b', name='turns')" >/dev/null
sleep 1.1
on a "append_once('c', name='turns')" >/dev/null
said "without a lock, an append goes to the end when attributes are old" \
    "['a', 'b', 'c']" b "open('turns').read().split()"
end_nodes
finish
