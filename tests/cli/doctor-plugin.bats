#!/usr/bin/env bats
# atelier doctor on each way in which Slurm does not load the plugin. sbatch is the real one, which
# needs no cluster for its --help; scontrol is a stand-in.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli

setup() {
    commands=$(sed -n 's|^SCONTROL = \(.*\)/scontrol$|\1|p' "$built/Makefile") # of the build's Slurm
    sbatch=$(PATH=$commands:/usr/bin:/bin command -v sbatch) || skip "Slurm's sbatch is not installed"
    plugin=$built/atelier.so
    [ -e "$plugin" ] || skip "the plugin is not built"
    place=$(mktemp -d /tmp/atelier-doctor-test.XXXXXX) || return # which all users can read
    chmod 755 "$place"
    cd "$place" || return
    mkdir -m 755 plugins conf bin
    install -m 755 "$plugin" plugins/atelier.so
    export PATH=$place/bin:$commands:/usr/bin:/bin SLURM_CONF=$PWD/conf/slurm.conf
    printf '%s\n' ClusterName=trial SlurmctldHost=localhost "PluginDir=$PWD/plugins:$(slurms_own)" \
        "PlugStackConfig=$PWD/conf/plugstack.conf" >conf/slurm.conf
    cat >bin/scontrol <<END
#!/bin/sh
printf 'Configuration\nPluginDir = %s\nPlugStackConfig = %s\n' "$PWD/plugins:$(slurms_own)" "$PWD/conf/plugstack.conf"
END
    # There is no controller, for which Slurm's own would wait.
    printf '#!/bin/sh\nexit 1\n' | tee bin/sinfo >bin/sacctmgr
    chmod +x bin/*
}

teardown() {
    [ -z "${place-}" ] || rm -rf "$place"
}

slurms_own() {
    dirname "$(ldd "$sbatch" | sed -n 's/.*libslurmfull[^ ]* => \([^ ]*\) .*/\1/p')"
}

doctor() {
    timeout 60 "$built/atelier" --set "lua=$top/lua" doctor
}

# row NAME YES-OR-NO TEXT
row() {
    local said
    said=$(doctor | grep "^$1 ") || true
    [[ $said =~ ^$1\ +$2\ +(.*)$ && ${BASH_REMATCH[1]} == *"$3"* ]] || {
        echo "said instead of \"$2 $3\": $said"
        return 1
    }
}

line() {
    printf '%s\n' "$@" >conf/plugstack.conf
}

# A plugin as it is built for Slurm 19.05.7, as far as the loader looks.
for_another_release() {
    /usr/bin/python3 - "$1" <<'END'
import subprocess, sys
symbols = subprocess.run(["nm", "-D", sys.argv[1]], capture_output=True, text=True).stdout
place = int(next(line.split()[0] for line in symbols.splitlines()
                 if line.endswith(" plugin_version")), 16)
with open(sys.argv[1], "r+b") as file:
    file.seek(place)
    file.write((0x130507).to_bytes(4, "little"))
END
}

@test "before the line: the file is well, and the line is what is missing" {
    row plugin yes "Slurm can load $PWD/plugins/atelier.so"
    row line NO "no line of $PWD/conf/plugstack.conf loads the plugin, so sbatch has no --workspace: when what is above is well on all machines, add \`required atelier.so\`"
}

@test "the line, by its name, by its path, and in a file that plugstack.conf includes" {
    line "# a comment" "required  atelier.so log=/var/log/atelier.log # another"
    row line yes "sbatch has --workspace, by $PWD/conf/plugstack.conf:2 (required)"
    line "optional $PWD/plugins/atelier.so"
    row line yes "plugstack.conf:1 (optional)"
    mkdir conf/plugstack.conf.d
    echo "required atelier.so" >conf/plugstack.conf.d/atelier.conf
    line "include plugstack.conf.d/*.conf" "include nothing/*.conf"
    row line yes "by $PWD/conf/plugstack.conf.d/atelier.conf:1"
    line "include plugstack.conf.d/*.conf" "required atelier.so"
    row line NO "2 lines load the plugin, the first in $PWD/conf/plugstack.conf.d/atelier.conf:1: leave one"
}

@test "the file is not there: nowhere, in another directory, or not where the line says" {
    rm plugins/atelier.so
    row plugin NO "there is no $(slurms_own)/atelier.so: install Atelier (package atelier-slurm) on this machine, too"
    line "required atelier.so"
    row line NO "sbatch failed"
    row line NO "$PWD/conf/plugstack.conf:1 requires the plugin"
    line "optional /opt/atelier.so"
    row plugin NO "there is no /opt/atelier.so"
    row line NO "sbatch has no --workspace, though $PWD/conf/plugstack.conf:1 names the plugin: see the line \`plugin\` here"
}

@test "users cannot read the file, or a directory above it" {
    line "required atelier.so"
    chmod 700 plugins/atelier.so
    row plugin NO "users cannot read $PWD/plugins/atelier.so: chmod a+rX $PWD/plugins/atelier.so"
    chmod 755 plugins/atelier.so
    chmod 700 plugins
    row plugin NO "users cannot read $PWD/plugins/atelier.so: chmod a+rX $PWD/plugins"
}

@test "built for another release, before the line and with it" {
    for_another_release plugins/atelier.so
    row plugin NO "Slurm cannot load $PWD/plugins/atelier.so: sbatch failed"
    row plugin NO "Incompatible Slurm plugin"
    row plugin NO "build Atelier with the headers of the Slurm of this machine: \`sbatch --version\` says which"
    line "required atelier.so"
    row line NO "Incompatible"
    line "optional atelier.so"
    row line NO "see the line \`plugin\` here"
}

@test "a damaged file, and one that is something else" {
    head -c 5000 plugins/atelier.so >cut && cat cut >plugins/atelier.so
    row plugin NO "the file is not whole, or of another kind of machine: install it again"
    echo "not an object" >plugins/atelier.so
    row plugin NO "install it again"
}

@test "a setting that is none, and a plugstack.conf that cannot be read" {
    line "" "required atelier.so logs=/var/log/atelier.log"
    row line NO "$PWD/conf/plugstack.conf:2: plugstack line: \`logs=/var/log/atelier.log\` is no setting"
    rm conf/plugstack.conf && mkdir conf/plugstack.conf.d && ln -s plugstack.conf conf/plugstack.conf
    row line NO "cannot read $PWD/conf/plugstack.conf: Too many levels"
}
