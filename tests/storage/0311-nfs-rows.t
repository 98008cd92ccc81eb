#!/bin/bash
# What atelier-volume(7) says that one node sees of another, line by line.
# shellcheck source-path=SCRIPTDIR disable=SC2154
. "$(dirname "$0")/nfs_sandbox.sh"
cp "$here"/nfs_rows*.py "$work/"
manual=$here/../../doc/atelier-volume.7
place="$nfs_mount ${volume[*]}"

# rows MILLISECONDS LIMIT [TEXT...]: what is seen while attributes hold so long.
rows() {
    ATTRIBUTE_CACHE_MS=$1 /usr/bin/python3 -B "$work/nfs_rows.py" run "$2" "$place" "$place" "${@:3}" \
        2>"$work/said.$1"
}

judged() {
    /usr/bin/python3 -B "$work/nfs_rows_judge.py" "$manual" "$@"
}

# One test for each line: judged's verdicts.
each() { # TEXT
    while IFS=$'\t' read -r verdict text why; do
        verdict "$verdict" "$1: $text"
        [ -z "$why" ] || echo "# $why"
    done
}

# Without a cache, what is in time is at once, and so are a write and an append's place.
without_cache() {
    sed 's/;in time$/;at once/; /^after write alone/,/^T}/s/;soon$/;at once/
        /^without locks: the end/,/^T}/s/;never$/;at once/' "$manual" >"$work/manual"
    manual=$work/manual judged Atelier "$work/none"
}

rows 600000 1 >"$work/long" & looks=($!)
rows 1000 3 >"$work/short" & looks+=($!)
rows 0 1 >"$work/none" & looks+=($!)
wait "${looks[@]}"
each "attributes hold" < <(judged Atelier "$work/long" "$work/short")
each "attribute_cache = 0" < <(without_cache)
finish
