#!/bin/bash
# A volume behaves as local disk does, operation by operation.
. "$(dirname "$0")/nfs_sandbox.sh"

mounted /usr/bin/python3 "$here/nfs_operations.py" "$work/mount" "$work/local"
