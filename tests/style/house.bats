#!/usr/bin/env bats
# The house: which folder may know which (doc/design.md), read from the includes.

setup() {
    cd "${top_srcdir:-.}"
}

# sources: the C files that are not tests', each by its path.
sources() {
    find lib storage nfs run plugin cli -name '*.[ch]' ! -name agreed.h ! -name option_rows.h | sort
}

# includes: FILE INCLUDED of each include of ours.
includes() {
    sources | xargs grep -o '^ *#include "[^"]*"' | sed 's/: *#include "/ /; s/"$//'
}

@test "an include names the folder of the file" {
    includes | while read -r file included; do
        [ -e "$included" ] && continue
        case $included in
        lib/agreed.h | lib/option/option_rows.h) ;; # the build makes them
        *) echo "$file: $included" ;;
        esac
    done >"$BATS_TEST_TMPDIR/found"
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}

# A folder stands in a ring, and knows the rings before its own. Of its own ring it knows what
# is below the same folder of the top, and the ground each other.
@test "arrows point inward" {
    includes | awk '
        function folder(path) { sub("/[^/]*$", "", path); return path }
        function top(path) { sub("/.*", "", path); return path }
        function ring(path) {
            if (path ~ /^lib\/(option|policy|launcher)$/) return 2 # pure: texts and tables
            if (path == "lib/roll") return 3
            if (path ~ /^lib(\/|$)/) return 1                      # ground
            if (path ~ /^(storage|nfs|run)(\/|$)/) return 3        # system
            return 4                                               # faces: plugin, cli
        }
        {
            from = folder($1); to = folder($2)
            if (ring(to) > ring(from) || (ring(to) == ring(from) && top(to) != top(from)))
                print $1 " knows " $2
        }' >"$BATS_TEST_TMPDIR/found"
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}

# What all share, what mounts, what speaks to the clients, the volumes, the keeper of a job.
@test "the storage service's arrows point one way" {
    includes | awk '
        function place(path) {
            sub("/[^/]*$", "", path)
            return index("storage storage/mount storage/client storage/volume storage/keeper ", path " ")
        }
        /^storage/ && $2 ~ /^storage/ && place($2) > place($1) { print $1 " knows " $2 }
        ' >"$BATS_TEST_TMPDIR/found"
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}

# plugin/ has more: hooks.c is its table of contents, and each pair of files one feature of it.
@test "a folder has at most forty files" {
    find lib storage nfs run plugin cli lua launchers -type f | sed 's,/[^/]*$,,' | sort | uniq -c |
        awk '$1 > ($2 == "plugin" ? 80 : 40)' >"$BATS_TEST_TMPDIR/found"
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}
