#!/bin/sh
# The start of a task can be measured, whatever its framework: a second of it, as TAP.
# Alone: it measures time.
top=${top_srcdir:-$(dirname "$0")/../..}
timer=${top_builddir:-$top/build}/tests/bench/launch_timer
count=0
for framework in pytorch jax horovod mpi custom tensorflow:ps=2; do
    count=$((count + 1))
    if said=$("$timer" "$top/launchers" 64 8 "$framework" 3 2>&1); then
        echo "ok $count - $framework: $said"
    else
        echo "not ok $count - $framework: $said"
    fi
done
echo "1..$count"
