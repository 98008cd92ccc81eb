#!/bin/bash
# The unit tests, each as one test, with the address and undefined-behaviour sanitizers watching.
cd "${top_builddir:-.}/sanitizers" 2>/dev/null || {
    echo "1..0 # SKIP needs make sanitized"
    exit 0
}
export top_builddir=$PWD
output=$(mktemp)
trap 'rm -f "$output"' EXIT
number=0
for program in tests/unit/*_test; do
    number=$((number + 1))
    if timeout -s KILL "$((240 * ${CHECK_PATIENCE:-1}))" "$program" >"$output" 2>&1; then
        echo "ok $number - ${program##*/}"
    else
        echo "not ok $number - ${program##*/}"
        grep -E -A 30 '^not ok|ERROR:|runtime error:' "$output" | head -n 60 | sed 's/^/# /'
    fi
done
echo "1..$number"
