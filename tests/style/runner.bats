#!/usr/bin/env bats
# What ./check chooses, and what tests/run makes of one test file, each in a tree of its own: what it
# hands on, and the tests that a list like tests/releases takes out on a release.

setup() {
    top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/tests/cli"
    cp "$top/tests/run" "$tree/tests/run"
    printf '# release\tfile\ttest\treason\n' >"$tree/tests/releases"
    unset CHECK_ROOMS CHECK_AGAIN ATELIER_SANDBOX
}

# except RELEASE TEST REASON [FILE]: a row, about the file that `runs` runs.
except() {
    printf '%s\t%s\t%s\t%s\n' "$1" "${4-tests/cli/a.t}" "$2" "$3" >>"$tree/tests/releases"
}

# runs RELEASE: a test file there, whose text is standard input.
runs() {
    cat >"$tree/tests/cli/a.t"
    chmod +x "$tree/tests/cli/a.t"
    run env CHECK_RELEASE="$1" top_builddir="$tree" "$tree/tests/run" "$tree/tests/cli/a.t"
    echo "$output"
}

# Of which the second fails.
three_tests() {
    cat <<'END'
#!/bin/sh
printf '%s\n' 'ok 1 - one' 'not ok 2 - two of a.b' '# why' 'ok 3 - three' 1..3
exit 1
END
}

@test "what chose the tests is not handed to them, nor the make and the compiler that built them" {
    export TESTS=/a/path BESIDE=4 MAKEFLAGS=s CC=none
    runs trixie <<'END'
#!/bin/sh
echo "ok 1 - ${TESTS-no}${BESIDE-no}${MAKEFLAGS-no}${CC-no} $CHECK_RELEASE"
echo 1..1
END
    [ "$status" -eq 0 ]
    [[ $output == *"ok 1 - nononono trixie"* ]]
}

@test "where no row is about the release, a test that fails is red" {
    except testing 'two of a.b' 'it has none'
    except trixie 'two of a.b' 'it has none' tests/storage/a.t
    runs trixie < <(three_tests)
    [ "$status" -eq 1 ]
    [[ $output == *$'\nnot ok 2 - two of a.b\n'* ]]
    [[ $output != *SKIP* ]]
}

@test "what a row says cannot hold is skipped with its reason, and the others count" {
    except testing 'two of a.b' 'it has none'
    runs testing < <(three_tests)
    [ "$status" -eq 0 ]
    [[ $output == *$'ok 1 - one\nok 2 - two of a.b # SKIP it has none\n'*$'\nok 3 - three\n'* ]]
    [ "$(<"$tree/test-logs/a.t.tap")" = "$output" ]
}

@test "what a row says is the test's whole name" {
    except testing 'two of' 'it has none'
    except testing 'one' 'neither'
    runs testing < <(three_tests)
    [ "$status" -ne 0 ]
    [[ $output == *$'\nnot ok 2 - two of a.b\n'* ]]
    [[ $output == *"tests/releases has a test that is not here: two of"* ]]
}

@test "a test that is no more is an error of the list" {
    except testing 'four' 'it has none'
    except testing 'two of a.b' 'it has none'
    runs testing < <(three_tests)
    [ "$status" -ne 0 ]
    [[ $output == *"tests/releases has a test that is not here: four"* ]]
}

@test "a row hides no other failure: of a test, nor of the file's end" {
    except testing 'one' 'it has none'
    runs testing < <(three_tests)
    [ "$status" -ne 0 ]
    [[ $output == *"ok 1 - one # SKIP it has none"*$'\nnot ok 2 - two of a.b\n'* ]]
    runs testing <<'END'
#!/bin/sh
printf '%s\n' 'ok 1 - one' 'ok 2 - two' 1..2
exit 3
END
    [ "$status" -ne 0 ]
}

# A tree whose ./check sets nothing up.
tree_with_check() {
    mkdir -p "$tree/sandbox/lib"
    cp "$top/check" "$tree"
    cp "$top"/sandbox/lib/{release,slurm}.sh "$tree/sandbox/lib"
    cp "$top/sandbox/releases" "$tree/sandbox"
    printf '#!/bin/sh\ntrue\n' >"$tree/sandbox/setup"
    printf '#!/bin/sh\nshift; echo "$*"\n' >"$tree/sandbox/inside"
    chmod +x "$tree/sandbox/setup" "$tree/sandbox/inside"
}

@test "tests run with the Slurm in PATH that the build is for" {
    tree_with_check
    mkdir -p "$tree/tests" "$tree/build" "$tree/slurm/bin"
    printf '#!/bin/sh\necho "$PATH"\n' >"$tree/tests/beside"
    cp "$tree/tests/beside" "$tree/slurm/bin/scontrol"
    chmod +x "$tree/tests/beside" "$tree/slurm/bin/scontrol"
    echo "SCONTROL = $tree/slurm/bin/scontrol" >"$tree/build/Makefile"
    [[ $("$tree/check") == "$tree/slurm/sbin:$tree/slurm/bin:"*:/usr/bin:* ]]
    echo "SCONTROL = /usr/bin/scontrol" >"$tree/build/Makefile"
    [[ $("$tree/check") != *"$tree"* ]]
}

@test "another release runs what it may differ in, its own headers too, or what is named" {
    tree_with_check
    # shellcheck disable=SC2034 # for release.sh
    here=$tree/sandbox build=$tree/build
    # shellcheck source=sandbox/lib/release.sh
    . "$here/lib/release.sh"
    other=$(release_names | grep -vxm 1 "$host_release")
    [ "$("$tree/check" --jobs 3 --release "$other")" = \
        "tests/beside 3 unit lua hooks tests/headers/agreement.bats launchers cli storage cluster" ]
    [ "$("$tree/check" --jobs 3 --release "$other" cli)" = "tests/beside 3 cli" ]
}

# A tree of two families and one file on demand, whose build builds nothing and whose run says what
# it was given.
tree_with_beside() {
    tree_with_check
    mkdir -p "$tree/build" "$tree/tests/cluster"
    touch "$tree/tests/cli/a.t" "$tree/tests/cluster/"{b,c}.bats
    cp "$top/tests/beside" "$tree/tests"
    printf '#!/bin/sh\necho there >"$1"\nexec sleep 60\n' >"$tree/tests/room"
    chmod +x "$tree/tests/room"
    sed -n '/^list-/,/^$/p' "$top/Makefile.am" >"$tree/build/Makefile"
    cat >>"$tree/build/Makefile" <<'END'
srcdir = ..
all_tests = ../tests/cli/a.t ../tests/cluster/b.bats
demand_files = tests/cluster/c.bats
build-tests install: ;
check-all: ; @echo "runs $(notdir $(TESTS))"
END
}

@test "a family runs without what takes as long as all others, and says so; a file runs that is named" {
    tree_with_beside
    run env -u MAKEFLAGS "$tree/tests/beside" 2 cli
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *$'\nruns a.t' && $output != *"where it is named"* ]]
    run env -u MAKEFLAGS "$tree/tests/beside" 2 cli cluster
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *$'\ncheck: runs only where it is named: tests/cluster/c.bats\n'* ]]
    [[ $output == *$'\nruns a.t b.bats' ]]
    run env -u MAKEFLAGS "$tree/tests/beside" 2 cluster tests/cluster/c.bats
    echo "$output"
    [[ $output == *$'\nruns b.bats c.bats' ]]
}
