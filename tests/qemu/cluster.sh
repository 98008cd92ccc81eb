# cluster.sh: in the guest: a test of a sandbox in control groups of version 2. What it leaves out
# has failed: all that it needs is here.
# shellcheck shell=bash disable=SC1091
# Expects in /guest: settings.
. /guest/settings
mount -t cgroup2 cgroup /sys/fs/cgroup
bats --tap tests/cluster/1711-memory.bats </dev/null 2>&1 |
    sed -u 's/^ok \(.*\) # skip/not ok \1: was left out:/' | tee /run/said
if grep -q '^not ok' /run/said; then
    tail -n 20 /var/log/*-memory/{up.log,n1/slurmd.log,n2/slurmd.log} | sed 's/^/# /'
fi
