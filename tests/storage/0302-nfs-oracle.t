#!/bin/bash
# A volume behaves as local disk does, whatever is done to it in whatever order.
#
# ATELIER_ORACLE_OPERATIONS (25000) and ATELIER_ORACLE_SEEDS (one, from the clock) say how much is
# tried and with what; a failure names its seed.
# shellcheck source-path=SCRIPTDIR disable=SC2154
. "$(dirname "$0")/nfs_sandbox.sh"

operations=${ATELIER_ORACLE_OPERATIONS:-25000}
seeds=${ATELIER_ORACLE_SEEDS:-$(date +%s)}
cp "$here"/nfs_oracle*.py "$work/"
for seed in $seeds; do
    ok "$operations operations of seed $seed" mounted /usr/bin/python3 -B "$work/nfs_oracle.py" \
        "$work/mount" "$work/local" "$seed" "$operations"
done
finish
