#!/usr/bin/env bats
# configure and make install: into the directory where Slurm looks, whatever --prefix says, and
# away again without a trace.
# Long: it configures a dozen times.

top=$(cd "${top_srcdir:-$BATS_TEST_DIRNAME/../..}" && pwd)
built=$(cd "${top_builddir:-$top/build}" && pwd)

setup() { cd "$BATS_TEST_TMPDIR" || return; }

# In a released tarball configure is there, in a clone once autogen.sh has run.
setup_file() {
    [ -x "$top/configure" ] || skip "there is no configure: run autogen.sh"
    configure_with cache /usr/bin/scontrol >/dev/null
}

# configure_with NAME SCONTROL OPTION...: in a directory of that name; what the compiler can do is
# found out once.
configure_with() {
    local directory=$BATS_FILE_TMPDIR/$1 scontrol=$2
    shift 2
    mkdir -p "$directory"
    [ ! -e "$BATS_FILE_TMPDIR/cache.site" ] ||
        sed -i '/SCONTROL/d' "$BATS_FILE_TMPDIR/cache.site"
    (cd "$directory" && SCONTROL=$scontrol "$top/configure" --prefix=/usr --sysconfdir=/etc \
        --localstatedir=/var --runstatedir=/run \
        --cache-file="$BATS_FILE_TMPDIR/cache.site" "$@" 2>&1)
}

plugin_directory() {
    sed -n 's/^plugindir = //p' "$BATS_FILE_TMPDIR/$1/Makefile"
}

# A scontrol that says what standard input has for `show config`, and RELEASE.
stand_in() {
    cat >"$BATS_TEST_TMPDIR/config"
    cat >"$BATS_TEST_TMPDIR/scontrol" <<END
#!/bin/sh
case \$* in
--version) [ -s "\$SLURM_CONF" ] && echo "slurm ${1:-22.05.8}" ;;
"show config") cat "$BATS_TEST_TMPDIR/config" ;;
esac
END
    chmod +x "$BATS_TEST_TMPDIR/scontrol"
}

@test "without an answer of slurmctld: where the library of Slurm's commands is" {
    library=$(ldd /usr/bin/scontrol 2>/dev/null | sed -n 's/.*libslurmfull[^ ]* => \([^ ]*\) .*/\1/p')
    [ -n "$library" ] || skip "there is no Slurm here"
    [ "$(plugin_directory cache)" = "$(dirname "$library")" ]
    [ -e "$(plugin_directory cache)/mpi_pmi2.so" ] # one of Slurm's own
}

@test "what scontrol says counts more, the first directory that is there" {
    mkdir "$BATS_TEST_TMPDIR/plugins"
    stand_in <<<"PluginDir               = /nowhere:$BATS_TEST_TMPDIR/plugins:/usr/lib"
    configure_with said "$BATS_TEST_TMPDIR/scontrol" >said
    grep -qF "where Slurm looks for plugins... $BATS_TEST_TMPDIR/plugins (by PluginDir of scontrol" said
    [ "$(grep -c WARNING said)" -eq 0 ]
    [ "$(plugin_directory said)" = "$BATS_TEST_TMPDIR/plugins" ]
}

@test "--with-plugin-dir counts most, and is an absolute path" {
    stand_in <<<"PluginDir               = /usr"
    configure_with given "$BATS_TEST_TMPDIR/scontrol" --with-plugin-dir=/opt/slurm/lib/slurm >/dev/null
    [ "$(plugin_directory given)" = /opt/slurm/lib/slurm ]
    run configure_with wrong "$BATS_TEST_TMPDIR/scontrol" --with-plugin-dir=lib/slurm
    [ "$status" -ne 0 ]
    [[ $output == *"--with-plugin-dir needs an absolute path, not \`lib/slurm'"* ]]
}

@test "with no Slurm to ask it guesses and says so; a directory that is left over is no Slurm" {
    stand_in </dev/null
    configure_with guessed "$BATS_TEST_TMPDIR/scontrol" >said
    grep -q 'there is no Slurm here to ask where it looks for plugins' said
    # shellcheck disable=SC2016 # as it stands in the Makefile
    [ "$(plugin_directory guessed)" = '$(libdir)/slurm' ]
}

# A Slurm in a prefix of its own: this machine's header, as of release 24.11, and a scontrol that
# says what standard input has.
prefix_of_slurm() {
    local prefix=$BATS_TEST_TMPDIR/opt/slurm
    mkdir -p "$prefix/bin" "$prefix/etc" "$prefix/include/slurm" "$prefix/lib/slurm"
    [ -e /usr/include/slurm/spank.h ] || skip "there is no header of Slurm here"
    cp /usr/include/slurm/*.h "$prefix/include/slurm/"
    echo '#define SLURM_VERSION_NUMBER 0x180b05' >"$prefix/include/slurm/slurm_version.h"
    stand_in 24.11.5
    mv "$BATS_TEST_TMPDIR/scontrol" "$prefix/bin/"
    touch "$prefix/lib/slurm/auth_munge.so"
    echo "$prefix"
}

@test "--with-slurm: header, commands, slurm.conf and plugins are those below the prefix" {
    prefix=$(prefix_of_slurm </dev/null)
    configure_with prefix /usr/bin/scontrol --with-slurm="$prefix" >said
    grep -q 'for which release of Slurm... 24.11' said
    [ "$(grep -c WARNING said)" -eq 0 ]
    [ "$(plugin_directory prefix)" = "$prefix/lib/slurm" ]
    makefile=$BATS_FILE_TMPDIR/prefix/Makefile
    grep -qx "SCONTROL = $prefix/bin/scontrol" "$makefile"
    grep -qx "slurmconfdir = $prefix/etc" "$makefile"
    grep -q "^CPPFLAGS = -isystem $prefix/include" "$makefile" # no warning of its lines is ours
}

@test "--with-slurm is an absolute path, with a Slurm below it" {
    run configure_with relative /usr/bin/scontrol --with-slurm=opt/slurm
    [ "$status" -ne 0 ]
    [[ $output == *"--with-slurm needs an absolute path, not \`opt/slurm'"* ]]
    run configure_with empty /usr/bin/scontrol --with-slurm="$BATS_TEST_TMPDIR"
    [ "$status" -ne 0 ]
    [[ $output == *"there is no $BATS_TEST_TMPDIR/bin/scontrol"* ]]
}

@test "a directory that a Slurm which went away left, with our plugin in it, misleads nobody" {
    prefix=$(prefix_of_slurm </dev/null)
    mkdir -p "$prefix/lib/slurm-wlm" "$prefix/lib/aarch64/slurm-wlm"
    touch "$prefix/lib/slurm-wlm/atelier.so" "$prefix/lib/aarch64/slurm-wlm/atelier.so"
    configure_with left "$prefix/bin/scontrol" --libdir="$prefix/lib" >said
    grep -q "$prefix/lib/slurm (by Slurm's own plugins)" said
    [ "$(plugin_directory left)" = "$prefix/lib/slurm" ]
}

@test "headers of another release than Slurm's commands are a warning" {
    stand_in 24.11.5 <<<"PluginDir               = /usr"
    configure_with other "$BATS_TEST_TMPDIR/scontrol" >said
    grep -q 'WARNING: the header is of Slurm [0-9.]*, but .*/scontrol of 24.11' said
}

@test "each file is put in place whole, none of an earlier release stays, and uninstall leaves none and no directory of ours" {
    destination=$BATS_TEST_TMPDIR/machine
    make -s -C "$built" install DESTDIR="$destination" >/dev/null
    plugin=$(find "$destination" -name atelier.so)
    exec 7<"$plugin"
    before=$(stat -c %i "$plugin")
    find "$destination" -type f >files
    [ "$(grep -c . files)" -gt 80 ]
    lua=$(dirname "$(find "$destination" -path '*/atelier/engine.lua')")
    mkdir "$lua/gone"
    touch "$lua/name.lua" "$lua/command/policy_explain.lua" "$lua/gone/size.lua" # of an earlier release
    make -s -C "$built" install DESTDIR="$destination" >/dev/null
    find "$destination" -type f | sort | diff - <(sort files)
    [ ! -e "$lua/gone" ]
    [ "$(stat -c %i "$plugin")" != "$before" ] # a new file, renamed; who has the old one keeps it
    cmp -s "$plugin" /dev/fd/7
    grep -q '^INSTALL = \$(install_sh) -c' "$built/Makefile"
    make -s -C "$built" uninstall DESTDIR="$destination" >/dev/null
    find "$destination" ! -type d -o -iname '*atelier*' >left
    cat left
    [ ! -s left ]
}

@test "uninstall takes nothing away while doctor says that something needs it, unless forced" {
    place=$BATS_TEST_TMPDIR/machine
    mkdir -p "$place/bin" "$place/plugins" "$place/libexec/atelier"
    touch "$place/plugins/atelier.so" "$place/libexec/atelier/atelier-keeper"
    printf '#!/bin/sh\necho "asked: $*"\nexit 1\n' >"$place/bin/atelier"
    chmod +x "$place/bin/atelier"
    uninstall() {
        make -s -C "$built" uninstall prefix="$place" exec_prefix="$place" libdir="$place/lib" \
            plugindir="$place/plugins" sysconfdir="$place/etc" mandir="$place/man" "$@" 2>&1
    }
    run uninstall
    [ "$status" -ne 0 ]
    [[ $output == *"asked: doctor --removal"* && $output == *"nothing was removed; see man 7 atelier-administration"* ]]
    [ -e "$place/plugins/atelier.so" ] && [ -e "$place/libexec/atelier/atelier-keeper" ] && [ -e "$place/bin/atelier" ]
    uninstall FORCE=yes >/dev/null
    find "$place" ! -type d >left
    cat left
    [ ! -s left ]
}
