#!/bin/bash
# Each fuzz target: the committed inputs, which all passed once, and new ones for a few seconds.
#
# A run of ./check must say of the same code what the last one said: its new inputs are the same
# each time. With FUZZ_SECONDS in the environment they are others each time, for that long, and
# go on from those that an earlier run kept in build/fuzz.
# Long: seconds for each target.
here=$(cd "$(dirname "$0")" && pwd)
build=${top_builddir:-.}
programs=$build/sanitizers/tests/fuzz
[ -x "$programs/record_fuzz" ] || {
    echo "1..0 # SKIP needs make sanitized"
    exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

# passes TEXT SECONDS ARGUMENT...: one run of $target, of about so many seconds.
passes() {
    local text=$1 seconds=$2
    shift 2
    number=$((number + 1))
    if timeout -s KILL $((seconds + 300)) "$programs/${target}_fuzz" -timeout=60 \
        -artifact_prefix="$found/$target-" "$@" >"$work/log" 2>&1; then
        echo "ok $number - $target: $text"
    else
        echo "not ok $number - $target: $text"
        grep -E 'ERROR|runtime error|not so|#[0-9]+ 0x|SUMMARY|ALARM|Base64|written to' "$work/log" |
            head -n 40 | sed 's/^/# /'
    fi
}

found=$build/fuzz
mkdir -p "$found"
for corpus in "$here"/corpus/*; do
    target=${corpus##*/}
    passes "the corpus" 0 -runs=0 "$corpus"
    # Some of them once more, with the first allocation of the client failing, the second, ...
    [ "$target" != nfs ] || EVERY_ALLOCATION=1 passes "every allocation fails in turn" 0 \
        -runs=0 "$corpus"/[0-3]*
    if [ -n "$FUZZ_SECONDS" ]; then
        mkdir -p "$found/$target"
        passes "$FUZZ_SECONDS seconds of new inputs" "$FUZZ_SECONDS" -max_len=2048 \
            -max_total_time="$FUZZ_SECONDS" "$found/$target" "$corpus"
    else
        mkdir "$work/$target"
        passes "some new inputs" 4 -seed=1 -runs=2000 -max_total_time=4 -max_len=512 \
            -len_control=0 "$work/$target" "$corpus"
    fi
done
echo "1..$number"
