# shellcheck shell=bash disable=SC2034,SC2154
# cli.bash: the built command on the source tree's engine, with stand-ins for Slurm's programs
# and for the NFS client.

top=$(cd "${top_srcdir:-$BATS_TEST_DIRNAME/../..}" && pwd)
built=$(cd "${top_builddir:-build}" && pwd)

atelier() {
    "$built/atelier" --set "lua=$top/lua" --set "launchers=$top/launchers" \
        --set "nfs=$built/tests/storage/stand_in_client" "$@"
}

# slurm PROGRAM [WORD...] <<<TEXT: from now on `PROGRAM ... WORD ...` prints TEXT. The last
# rule that fits counts; a call that fits none fails. All calls are kept in $calls.
slurm() {
    local program=$1 directory=$BATS_TEST_TMPDIR/slurm
    shift
    mkdir -p "$directory"
    calls=$directory/calls
    cp "$BATS_TEST_DIRNAME/stand-in" "$directory/$program"
    cp "$BATS_TEST_DIRNAME/forms" "$directory/"
    local rule
    rule=$directory/rule.$program.$(date +%s%N)
    printf '%s\n' "$*" >"$rule.words"
    cat >"$rule.text"
    PATH=$directory:/usr/bin:/bin
}

# well_configured [SED-COMMAND]: Slurm's programs say a configuration that has all that is needed,
# changed by the command.
well_configured() {
    sed "${1:-}" <<'END' >"$BATS_TEST_TMPDIR/configuration"
ClusterName             = sandbox
AccountingStorageEnforce = associations,limits,qos
AccountingStorageTRES   = cpu,gres/gpu
AccountingStorageType   = accounting_storage/slurmdbd
GresTypes               = gpu
JobSubmitPlugins        = lua
KillOnBadExit           = 1
PluginDir               = /nowhere
PlugStackConfig         = (null)
PrologFlags             = Alloc
SLURM_CONF              = /nowhere/slurm.conf
SlurmdUser              = root(0)
TrackWCKey              = Yes
END
    slurm scontrol config <"$BATS_TEST_TMPDIR/configuration"
    slurm sacctmgr configuration <<'END'
TrackWCKey             = Yes

SlurmDBD configuration:
TrackWCKey             = Yes
END
}

# A policy of one team, in $policy.
write_policy() {
    policy=$BATS_TEST_TMPDIR/policy.lua
    cat >"$policy"
}

# says STATUS TEXT COMMAND...: with this exit status, and TEXT in what it says.
says() {
    local wanted=$1 text=$2
    shift 2
    run "$@"
    if [ "$status" -ne "$wanted" ] || [[ $output != *"$text"* ]]; then
        printf 'status %s, said: %s\n' "$status" "$output"
        return 1
    fi
}
