#!/usr/bin/env bats
# The house rules that a program can check.

setup() {
    cd "${top_srcdir:-.}"
}

# sources PATTERN...: files of the repository; in a released tarball there is no git.
sources() {
    if [ -e .git ]; then
        git ls-files -- "$@"
    else
        local pattern
        for pattern in "$@"; do
            find . -name "$pattern" -not -path './build*' -not -path './_build*'
        done
    fi
}

needs() {
    command -v "$1" >/dev/null || skip "$1 is not installed"
}

# not_found LINES: shows them and fails, unless there are none.
not_found() {
    printf '%s' "$1"
    [ -z "$1" ]
}

@test "C is formatted as .clang-format says" {
    needs clang-format
    [[ $(clang-format --version) == *" version 14."* ]] || skip "another clang-format than 14 formats otherwise"
    sources '*.c' '*.h' | xargs clang-format --dry-run --Werror
}

# clang-format leaves the lines of a comment alone.
@test "no line of C is longer than ninety columns" {
    not_found "$(sources '*.c' '*.h' | xargs grep -nE '^.{91}')"
}

@test "a file of C begins with its name and what it is for" {
    not_found "$(sources '*.c' '*.h' | while read -r file; do
        read -r first <"$file"
        [[ $first == "/* ${file##*/}: "* ]] || echo "$file: $first"
    done)"
}

@test "shell scripts have no fault that shellcheck knows" {
    needs shellcheck
    shellcheck -x autogen.sh demo check tests/beside tests/room tests/run tests/frameworks/install sandbox/setup sandbox/cluster sandbox/machine/* plugin/atelier-guard packaging/build packaging/deb/*.p*rm
    sources 'examples/*.sh' | xargs -r shellcheck
}

@test "Lua compiles on the oldest and the newest" {
    needs luac5.1
    needs luac5.4
    sources '*.lua' | while read -r file; do
        case $file in
        tests/*) ;; # some are broken on purpose
        *) luac5.1 -p "$file" && luac5.4 -p "$file" ;;
        esac
    done
}

# bash ends no test where a line begins with `!`, and what is empty may be so because nobody could
# be asked: cluster.bash has `not`, `silent` and `without`.
@test "a test can fail" {
    sources '*.bats' | xargs grep -nE '^ *! [^|]*$|^ *\[ -z "\$\((as|on|cluster) ' >"$BATS_TEST_TMPDIR/found" || true
    cat "$BATS_TEST_TMPDIR/found"
    [ ! -s "$BATS_TEST_TMPDIR/found" ]
}

@test "a unit test that waits a second or more for what must come waits as the machine needs" {
    not_found "$(grep -nE \
        'deadline_after\([0-9]{4,}\)|(start|began|milliseconds)\b.*[<,] [0-9]{4,}\);|as_user\(.* [0-9]{4,},|alarm\([0-9]{2,}\)' \
        tests/unit/*.c tests/hooks/test_files.c || true)"
}

@test "at most two files of the plugin know Slurm's header, and none outside it" {
    files=$(sources '*.c' '*.h' | grep -v '^\(\./\)\?tests/' | xargs grep -l 'slurm/spank.h')
    echo "$files"
    [ "$(grep -c 'plugin/' <<<"$files")" -le 2 ]
    [ -z "$(grep -v 'plugin/' <<<"$files")" ]
}

# slurm_includers: the C files that include a header of Slurm's, or one of ours that does.
slurm_includers() {
    local pattern='slurm/[^">]*' known='' found
    while
        found=$(sources '*.c' '*.h' | sed 's|^\./||' | grep -v '^tests/headers/' |
            xargs grep -lE "^ *# *include *[<\"]($pattern)[>\"]" | sort)
        [ "$found" != "$known" ]
    do
        known=$found
        pattern="slurm/[^\">]*$(grep '\.h$' <<<"$found" | sed 's/^/|/' | tr -d '\n')"
    done
    grep '\.c$' <<<"$found"
}

@test "what includes Slurm's headers is compiled against those of each release" {
    diff <(slurm_includers) <(grep -oE '(plugin|tests)/[a-z/_]+\.c' tests/headers/local.mk |
        grep -vxE "$(sed -n 's/^headers_rest = //p' tests/headers/local.mk | tr ' ' '|')|tests/headers/.*" | sort -u)
    # Else it is the host's.
    not_found "$(sources '*.c' '*.h' | xargs grep -hoE '^ *# *include *[<"]slurm/[^>"]*' | sed 's/.*[<"]//' | sort -u |
        while read -r header; do [ -e "tests/headers/described/$header" ] || echo "$header is not described"; done)"
}

@test "a file fits a reader's head" {
    long=$(sources '*.c' '*.h' '*.lua' '*.sh' '*.bats' | xargs wc -l |
        awk '$2 != "total" && $1 > 400')
    echo "$long"
    [ -z "$long" ]
}

@test "each line of the table of atelier-volume(7) has its program, and each program its line" {
    diff <(python3 tests/storage/nfs_rows_judge.py doc/atelier-volume.7) \
        <(python3 -B tests/storage/nfs_rows.py list | uniq)
}

@test "doc/design.md names paths that are there, and every folder of sources" {
    grep -oE '\b(cli|doc|examples|launchers|lib|lua|nfs|plugin|run|sandbox|slurm-conf|storage|tests)/[A-Za-z0-9_./-]*[A-Za-z0-9_/]' doc/design.md |
        sort -u | while read -r path; do
        [ -e "$path" ] || echo "$path is not there"
    done >"$BATS_TEST_TMPDIR/faults"
    sources '*.c' '*.h' '*.lua' | sed 's|^\./||; s|/[^/]*$|/|' | grep -v '^tests/' | sort -u |
        while read -r folder; do
            grep -qF "| \`$folder\` |" doc/design.md || echo "$folder has no line in the table of folders"
        done >>"$BATS_TEST_TMPDIR/faults"
    cat "$BATS_TEST_TMPDIR/faults"
    [ ! -s "$BATS_TEST_TMPDIR/faults" ]
}

@test "each line of tests/releases has its release and its test, and its reason is in the manual" {
    manual=$(tr '\n' ' ' <doc/atelier-administration.7)
    sed '/^#/d' tests/releases | while IFS=$'\t' read -r release file test reason; do
        awk '/^kind /' sandbox/releases | grep -qw "$release" || echo "there is no release $release"
        [ -e "$file" ] || echo "there is no $file"
        [[ $file != *.bats ]] || grep -qF "@test \"$test\"" "$file" ||
            echo "$file has no test \`$test'"
        [[ $reason && $manual == *"$reason"* ]] ||
            echo "atelier-administration(7) does not say: $reason"
    done >"$BATS_TEST_TMPDIR/faults"
    cat "$BATS_TEST_TMPDIR/faults"
    [ ! -s "$BATS_TEST_TMPDIR/faults" ]
}

# A row's feature is asked for by a test, which else asks for no release; where a test is skipped for
# want of it, the manual says so.
@test "what a release of Slurm has or lacks stands in the table, and what is not tried in the manual" {
    asked=$(grep -hoE '(^ +|[{!] |if )(slurm_has|lacks) [^ "$;)]+( \|\| skip)?' tests/cluster/*.ba* | sed -E 's/^.*(slurm_has|lacks)/\1/')
    diff <(awk '$1 == "feature" { print $2 }' sandbox/releases | sort) \
        <(awk '{ print $2 }' <<<"$asked" | sort -u)
    manual=$(sed -n '/^.Sh RELEASES/,/^.Sh FILES/p' doc/atelier-administration.7 | sed 's/^\.Fl -/--/' | tr '\n' ' ')
    not_found "$(awk '$1 == "lacks" || / skip$/ { print $2 }' <<<"$asked" | while read -r name; do
        from=$(awk -v name="$name" '$1 == "feature" && $2 == name { print $3 }' sandbox/releases)
        [[ $manual == *"$name"*"before $from"* ]] || echo "atelier-administration(7) does not say $name before $from"
    done)"
    not_found "$(grep -nE \
        'case .*slurm_release|slurm_release\)"? *!?=|--version.*[" ]2[2-9]\.' tests/cluster/*.bats || true)"
}
