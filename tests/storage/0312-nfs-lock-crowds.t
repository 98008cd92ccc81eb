#!/bin/bash
# More threads at locks than the client takes requests into its hand.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154
. "$(dirname "$0")/nfs_sandbox.sh"
. "$here/nfs_nodes.sh"

python=/usr/bin/python3
cp "$here"/nfs_lock_node.py "$here/nfs_lock_crowd.py" "$work/"
node a "$python" -B "$work/nfs_lock_crowd.py"
client=$(on a 'os.environ["CLIENT_PID"]')

# What the mapping has made dirty is to be written before the first unlock ends, and the kernel
# asks for that behind all of them.
file=$(on a 'dirty()')
freeze "$client"
tell a "unlock(3000, $file)"
ok "3000 threads come at once" test "$(hear a)" = come
kill -CONT "$client"
ok "to give up locks of a file with pages to be written, and nobody hangs" \
    test "$(hear a 30)" = 3000
end_nodes
finish
