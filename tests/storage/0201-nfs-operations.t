#!/bin/bash
# A volume behaves as local disk does, operation by operation.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/nfs_sandbox.sh"

mounted /usr/bin/python3 -B "$here/nfs_operations.py" "$work/mount" "$work/local"
