#!/usr/bin/env bats
# The house of lua/atelier: which folder may require which, how large one is, and that a name
# is that of one module alone.

setup() {
    cd "${top_srcdir:-.}"
}

# FOLDER: those that it may require, beside itself. The files that stand in no folder have lines
# of their own: what others than this folder's modules require by name.
allowed() {
    cat <<'END'
base:
policy: base
decide: base policy
engine: policy decide
budget: base
duration: base
slurmctld: base policy decide engine
slurm: slurmctld
early_refusal: base engine slurmctld
command_line: base
show: base policy
sbatch: base decide command_line
site: base policy decide
accounting: base decide site
explain: base policy decide engine show sbatch site accounting
doctor: base decide site
setup: base site doctor
command: show sbatch site accounting explain doctor setup
END
}

modules() {
    find lua/atelier -name '*.lua'
}

# "FROM TO" for each call of require in lua/atelier that crosses a folder's border.
arrows() {
    modules | xargs grep -noE 'require\("atelier\.[a-z_.]+"\)' /dev/null |
        sed -E 's|^lua/atelier/([a-z_]+)[./][^:]*:[0-9]+:require\("atelier\.([a-z_]+).*|\1 \2|' |
        awk '$1 != $2' | sort -u
}

@test "each folder of lua/atelier requires those below it alone" {
    allowed | sed 's/://' | awk '{ for (i = 2; i <= NF; i++) print $1, $i }' | sort >"$BATS_TEST_TMPDIR/allowed"
    arrows >"$BATS_TEST_TMPDIR/arrows"
    [ -s "$BATS_TEST_TMPDIR/arrows" ]
    comm -13 "$BATS_TEST_TMPDIR/allowed" "$BATS_TEST_TMPDIR/arrows" >"$BATS_TEST_TMPDIR/strange"
    cat "$BATS_TEST_TMPDIR/strange"
    [ ! -s "$BATS_TEST_TMPDIR/strange" ]
}

# What is listed above goes down alone: a folder's line names those of earlier lines.
@test "the arrows between the folders of lua/atelier go one way" {
    allowed | sed 's/://' | awk '
        { for (i = 2; i <= NF; i++) if (!($i in seen)) { print $1 " may not require " $i; bad = 1 } }
        { seen[$1] = 1 }
        END { exit bad }'
}

@test "no folder of lua/atelier has more than 40 files" {
    full=$(modules | sed 's|/[^/]*$||' | sort | uniq -c | awk '$1 > 40')
    echo "$full"
    [ -z "$full" ]
}

# Names that copies of the site's files still have are of files without a line of their own.
renamed() {
    for file in lua/atelier/*.lua; do
        name=$(basename "$file" .lua)
        [ ! -e "lua/atelier/base/$name.lua" ] ||
            [ "$(grep -cv -e '^--' -e '^$' -e "^return require(\"atelier.base.$name\")$" "$file")" -ne 0 ] ||
            echo "$file"
    done
}

@test "a name is that of one module of Lua alone" {
    [ "$(renamed | wc -l)" -eq 2 ]
    twice=$(find lua/atelier launchers lua/*.lua.in -name '*.lua*' |
        grep -vxF "$(renamed)" | sed 's|.*/||; s|\.in$||' | sort | uniq -d)
    echo "$twice"
    [ -z "$twice" ]
}
