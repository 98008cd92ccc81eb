#!/usr/bin/env bats
# doc/atelier.1: its examples run, and it has every option of every command.

load cli

page=${top_srcdir:-$BATS_TEST_DIRNAME/../..}/doc/atelier.1

setup() {
    write_policy <"$BATS_TEST_DIRNAME/team.lua"
    cd "$BATS_TEST_TMPDIR" || return
}

# displays SECTION-LINE: the literal text of the displays between that line and the next section.
displays() {
    awk -v from="$1" '
        $0 == from { inside = 1; next }
        inside && /^\.S[hs] / { exit }
        inside && /^\.Bd -literal/ { shown = 1; next }
        /^\.Ed/ { shown = 0 }
        shown { gsub(/\\e/, "\\"); print }' "$page"
}

@test "the examples run on the cases that the page shows" {
    displays ".Ss atelier policy test" >cases.lua
    grep -q stranger cases.lua
    slurm squeue -h <<<""
    slurm sacctmgr show <<<""
    well_configured
    displays ".Sh EXAMPLES" >examples
    [ "$(grep -c '^atelier' examples)" -eq 8 ]
    echo '#!/bin/sh' >train.sh
    export -f atelier
    export built top
    run bash -e examples
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"policy.lua: good"* ]]
    [[ $output == *"ok 2 - a stranger"* ]]
    [[ $output == *"create  account vision"* ]]
    [[ $output == *"Task 1, on node1"* ]]
    [[ $output == *"tensorflow  TensorFlow distributed"* ]]
    [[ $output == *"Task 5, on node2"* ]]
    [[ $output == *"high=fast, normal=std"* ]]
    [[ $output =~ datasets.*" ms" ]]
}

@test "every option that --help shows is in the page, and no other but Slurm's" {
    local options
    options=" $(atelier --help | grep -oE -- '--[a-z]+(-[a-z]+)*' | tr '\n' ' ')"
    for verb in "framework list" "framework show" "policy check" "policy explain" \
        "policy test" "policy apply" "policy show" doctor run "site setup" \
        "volume test"; do
        # shellcheck disable=SC2086 # two words
        options+=$(atelier $verb --help | grep -oE -- '--[a-z]+(-[a-z]+)*' | tr '\n' ' ')
    done
    for option in $options; do
        case $option in --help | --usage | --version) continue ;; esac
        grep -qE -- "Fl -${option#--}( |$)" "$page" || {
            echo "$option is missing"
            return 1
        }
    done
    printf 'ClusterName=x\nSlurmctldHost=localhost\n' >slurm.conf
    export SLURM_CONF=$PWD/slurm.conf
    options+=$({ srun --help; sbatch --help; } | grep -oE -- '--[a-z]+(-[a-z]+)*' | tr '\n' ' ')
    for option in $(grep -oE 'Fl -[a-z]+(-[a-z]+)*' "$page" | sed 's/Fl -//'); do
        [ "$option" = ntasks-per-gpu ] && continue # not in every --help
        [[ $options == *" --$option "* ]] || {
            echo "--$option is not known"
            return 1
        }
    done
}

# All words after Fl are options, up to the next macro.
@test "no argument of an option is shown as an option" {
    awk 'FNR == 1 { pages++ }
        { for (i = 1; i < NF; i++)
            if ($i ~ /^\.?Fl$/)
                for (j = i + 2; j <= NF && $j !~ /^[A-Z][a-z]$/; j++)
                    if ($j !~ /^([][,.:;()|]|-.*|[a-zA-Z])$/) { print FILENAME ": " $0; bad = 1 } }
        END { exit bad || pages < 8 }' "${page%/*}"/*.[1-8]
}

@test "the page is well-formed" {
    command -v mandoc >/dev/null || command -v groff >/dev/null ||
        skip "neither mandoc nor groff is here"
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W warning "$page"
    else
        [ -z "$(groff -mdoc -Tutf8 -ww "$page" 2>&1 >/dev/null)" ]
    fi
}

@test "atelier-plugstack(5) has every setting, and no other; all pages are well-formed" {
    local pages=${top_srcdir:-$BATS_TEST_DIRNAME/../..}/doc
    known=$(atelier --set nonsense policy check 2>&1 | sed -n 's/.* the keys //p' | tr -d ' .')
    shown=$(sed -n 's/^\.It Ic \([a-z_]*\)$/\1/p' "$pages/atelier-plugstack.5" | grep -vxE 'required|optional')
    diff <(tr , '\n' <<<"$known" | sort) <(sort <<<"$shown")
    [ "$(wc -l <<<"$shown")" -ge 13 ]
    command -v groff >/dev/null || skip "groff is not here"
    for one in "$pages"/*.[1-8]; do # not justified: a synopsis has lines of one long word
        [ -z "$(groff -dAD=l -t -mandoc -Tutf8 -ww "$one" 2>&1 >/dev/null)" ] || {
            groff -dAD=l -t -mandoc -Tutf8 -ww "$one" 2>&1 >/dev/null | head -3
            return 1
        }
    done
}
