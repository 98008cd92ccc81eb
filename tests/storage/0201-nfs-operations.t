#!/bin/bash
# A volume behaves as local disk does, operation by operation.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_sandbox.sh"

# The repository may lie where the user cannot look.
cp "$here"/nfs_*.py "$work/"
mounted /usr/bin/python3 -B "$work/nfs_operations.py" "$work/mount" "$work/local"
