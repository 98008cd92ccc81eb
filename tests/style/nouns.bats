#!/usr/bin/env bats
# A noun names one thing in the whole C tree, and a function says which noun it is of.

setup() {
    cd "${top_srcdir:-.}"
}

# c_tree: the C files of the product; in a released tarball there is no git.
c_tree() {
    if [ -e .git ]; then
        git ls-files -- '*.c' '*.h'
    else
        find . -name '*.[ch]' -not -path './build*' -not -path './_build*'
    fi | sed 's|^\./||' | grep -v '^\(tests\|examples\)/'
}

# found KIND: prints what nouns.py finds, and fails when that is anything.
found() {
    c_tree | python3 -B tests/style/nouns.py "$1" >"$BATS_TEST_TMPDIR/found"
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}

@test "a file has a noun that no other file has" {
    found files
}

@test "a struct, an enum or a type of functions has a name that no other has" {
    found types
}

@test "an exported function has a name that no other file uses for one" {
    found functions
}

# Exceptions are in nouns.py, each with its reason.
@test "an exported function begins with a noun of its header" {
    found prefixes
}
