#!/usr/bin/env bats
# atelier site setup: what it makes of Slurm's files, in every state that a site may have them in, and
# that it takes all of it back to the byte.

# shellcheck disable=SC2030,SC2031 # each test has its own environment
load cli

setup() {
    place=$(mktemp -d /tmp/atelier-site-test.XXXXXX) || return # which all users can read
    chmod 755 "$place"
    cd "$place" || return
    mkdir -m 755 etc plugins share share/slurm
    cp "$built/lua/job_submit.lua" share/slurm/
    ln -s "$top/lua" share/lua
    touch plugins/atelier.so
    export SLURM_CONF=$place/etc/slurm.conf
    printf '%s\n' ClusterName=c "SlurmctldHost=$(hostname -s)" $'NodeName=n1\tCPUs=4' >etc/slurm.conf
    slurm scontrol config <<END

PluginDir = $place/plugins
SLURM_CONF = $place/etc/slurm.conf
SlurmctldHost[0] = $(hostname -s)
END
    slurm sbatch --help <<<"--workspace=NAME"
}

teardown() { rm -rf "$place"; }

site() {
    "$built/atelier" --set "lua=$place/share/lua" --set "policy=${policy:-/nowhere}" site setup "$@" </dev/null
}

# What there is, with owner and mode, and the bytes.
everything() {
    (cd etc && find . -printf '%p %y %m %U %G %l\n' | sort && find . -type f | sort | xargs md5sum)
}

# round_trip OPTION...: shown, made, made again, and taken back.
round_trip() {
    everything >before
    site --dry-run "$@" >shown
    everything | diff before -
    cp -a etc patched
    sed "s,$place/etc/,patched/," shown | sed '/^note:/d; /^then restart/d' | patch -s -p0
    site --yes "$@" >made
    diff <(sed '$!d' made) <(echo "$(grep -c '^+++' shown) change$([ "$(grep -c '^+++' shown)" = 1 ] || echo s) made")
    diff -r etc patched
    cp -a etc after
    site --yes "$@" >again
    [ "$(<again)" = "nothing to change" ]
    diff -r etc after
    site --undo --yes >undone
    everything | diff before -
    site --undo --yes >again
    [ "$(<again)" = "nothing to change" ]
}

@test "a site without a plugstack.conf: line, script and settings come, and go without a trace" {
    round_trip
    [ "$(grep -v '^#' after/plugstack.conf)" = "required atelier.so" ]
    [ "$(grep -c -xe JobSubmitPlugins=lua -e PrologFlags=Alloc -e TrackWCKey=yes after/slurm.conf)" = 3 ]
    tail -n +2 after/job_submit.lua | diff share/slurm/job_submit.lua -
    grep -qx 'then restart, in this order: slurmctld, slurmd of every node' shown
}

@test "without a terminal nothing is changed, and it says so" {
    everything >before
    run site
    [ "$status" -eq 1 ]
    [[ $output == *"nothing was changed: nobody can be asked here, so say --yes"* ]]
    everything | diff before -
}

@test "a site's own lines: values are kept, with their comments, and the last of two counts" {
    printf '%s\n' "JobSubmitPlugins=all_partitions # ours" "prologflags = X11" "TrackWCKey=no" \
        "  TrackWCKey=NO SlurmctldPort=6817" >>etc/slurm.conf
    printf 'optional other.so' >etc/plugstack.conf # and no end of the line
    printf 'StoragePass=secret\nDbdHost=head\n' >etc/slurmdbd.conf
    round_trip --enforce
    grep -qxF "JobSubmitPlugins=all_partitions,lua # ours" after/slurm.conf
    grep -qxF "prologflags = X11" after/slurm.conf
    grep -qxF "  TrackWCKey=yes SlurmctldPort=6817" after/slurm.conf
    grep -qxF "TrackWCKey=no" after/slurm.conf
    grep -qxF AccountingStorageEnforce=associations,limits,qos after/slurm.conf
    [ "$(sed -n '1p;$p' after/plugstack.conf | xargs -d '\n')" = "optional other.so required atelier.so" ]
    [ "$(tail -n 1 after/slurmdbd.conf)" = TrackWCKey=yes ]
    not_shown=$(grep -c secret shown || true)
    [ "$not_shown" = 0 ]
}

@test "included files: the line that counts is changed where it stands" {
    mkdir etc/parts
    echo "Include parts/*.conf" >>etc/slurm.conf
    echo "JobSubmitPlugins=throttle" >etc/parts/submit.conf
    echo "include plugins.d/*" >etc/plugstack.conf
    mkdir etc/plugins.d
    echo "required $place/plugins/atelier.so" >etc/plugins.d/atelier.conf
    round_trip
    [ "$(tail -n 1 after/parts/submit.conf)" = JobSubmitPlugins=throttle,lua ]
    diff after/plugstack.conf etc/plugstack.conf
}

@test "of a key that several files set the line that Slurm reads last is changed, wherever its file is listed" {
    printf '%s\n' "Include second.conf" "PrologFlags=NoHold" "Include first.conf" >>etc/slurm.conf
    printf '%s\n' "TrackWCKey=no" "Include third.conf" "JobSubmitPlugins=throttle" >etc/first.conf
    printf '%s\n' "PrologFlags=Serial" "TrackWCKey=no" "JobSubmitPlugins=none" >etc/second.conf
    printf '%s\n' "JobSubmitPlugins=all_partitions" "Include first.conf" "TrackWCKey=No" >etc/third.conf
    round_trip
    grep -qx PrologFlags=NoHold,Alloc after/slurm.conf
    grep -qx JobSubmitPlugins=throttle,lua after/first.conf
    grep -qx TrackWCKey=yes after/third.conf
    diff etc/second.conf after/second.conf
}

# restarts WHAT: what the last line names, shown and taken back.
restarts() {
    site --dry-run | tail -n 1 | grep -qx "then restart, in this order: $1"
    site --yes >made
    site --undo --dry-run | tail -n 1 | grep -qx "then restart, in this order: $1"
}

@test "the last line names those that have to be restarted for what is changed, the same when it is taken back" {
    touch etc/slurmdbd.conf
    site --yes >made
    sed -i /PrologFlags/d etc/slurm.conf
    site --yes >made
    cp -a etc whole
    for change in "/PrologFlags/d;slurm.conf;slurmctld, slurmd of every node" \
        "/TrackWCKey/d;slurm.conf;slurmctld" "/TrackWCKey/d;slurmdbd.conf;slurmdbd" \
        "/atelier/d;plugstack.conf;slurmd of every node"; do
        IFS=';' read -r script file wanted <<<"$change"
        cp -a whole/. etc
        # What is there is the site's own, but for this.
        sed -i '/^# atelier/d' etc/{slurm,slurmdbd,plugstack}.conf
        sed -i 1d etc/job_submit.lua
        sed -i "$script" "etc/$file"
        restarts "$wanted"
    done
}

@test "a file that is included twice is one file, also when all is taken back" {
    printf 'Include %s\n' more.conf 'm*.conf' >>etc/slurm.conf
    echo PrologFlags=NoHold >etc/more.conf
    round_trip
    grep -x PrologFlags=NoHold,Alloc after/more.conf
}

@test "a file with a byte that no text has is left as it is" {
    printf 'TrackWCKey=no\n\0DebugFlags=Steps\n' >>etc/slurm.conf
    cp etc/slurm.conf kept
    run site --yes
    echo "$output"
    [ "$status" -ne 0 ]
    [[ $output == *"$place/etc/slurm.conf is not a text in UTF-8"* ]]
    cmp etc/slurm.conf kept
}

@test "links are followed, owner and mode stay" {
    mkdir shared
    mv etc/slurm.conf shared/slurm.conf
    chmod 640 shared/slurm.conf
    [ "$(id -u)" -ne 0 ] || chown 1:2 shared/slurm.conf
    ln -s ../shared/slurm.conf etc/slurm.conf
    cp -p shared/slurm.conf before.conf
    site --yes >made
    [ -L etc/slurm.conf ]
    [ "$(stat -c '%a %u %g' shared/slurm.conf)" = "$(stat -c '%a %u %g' before.conf)" ]
    grep -qx JobSubmitPlugins=lua shared/slurm.conf
    site --undo --yes >undone
    cmp shared/slurm.conf before.conf
}

@test "a job_submit.lua of the site's own is left as it is: one sentence says how, and lua is not turned on" {
    echo "-- ours" >etc/job_submit.lua
    run site --yes
    [ "$status" -eq 1 ]
    [[ $output == *"note: $place/etc/job_submit.lua is the site's own, and is left as it is: have it call atelier.submit"* ]]
    [ "$(<etc/job_submit.lua)" = "-- ours" ]
    [ "$(grep -c JobSubmitPlugins etc/slurm.conf)" = 0 ]
    grep -qx "required atelier.so" etc/plugstack.conf
    echo 'local atelier = require("atelier.slurm")' >etc/job_submit.lua
    site --yes >made
    grep -qx JobSubmitPlugins=lua etc/slurm.conf
    run site --undo --yes
    [ "$status" -eq 1 ]
    [[ $output == *"job_submit.lua asks the policy, and is the site's own: take that out of it"* ]]
    [ -e etc/job_submit.lua ]
}

@test "what somebody has changed since is not taken back, and an older script of ours is renewed" {
    site --yes >made
    sed -i 's/^PrologFlags=Alloc/PrologFlags=Alloc,X11/' etc/slurm.conf
    echo "-- another" >>share/slurm/job_submit.lua
    site --yes >made
    tail -n +2 etc/job_submit.lua | diff share/slurm/job_submit.lua -
    echo "-- the site's" >>etc/job_submit.lua
    run site --undo --yes
    [ "$status" -eq 1 ]
    [[ $output == *"slurm.conf:"*" was changed since it was made here, and is left as it is"* ]]
    grep -qx PrologFlags=Alloc,X11 etc/slurm.conf
    [ "$(grep -c JobSubmitPlugins etc/slurm.conf)" = 0 ]
    [ ! -e etc/plugstack.conf ]
    [ "$(tail -n 1 etc/job_submit.lua)" = "-- the site's" ]
}

@test "the line is not made where Slurm cannot load the plugin" {
    rm plugins/atelier.so
    run site --yes
    [ "$status" -eq 1 ]
    [[ $output == *"plugstack.conf gets no line for the plugin: there is no $place/plugins/atelier.so"* ]]
    [ ! -e etc/plugstack.conf ]
}

@test "a value that goes on in the next line is the administrator's to change" {
    printf 'JobSubmitPlugins=throttle,\\\nall_partitions\n' >>etc/slurm.conf
    run site --yes
    [ "$status" -eq 1 ]
    [[ $output == *"slurm.conf:4: JobSubmitPlugins goes on in the next line: add lua to it yourself"* ]]
    grep -qx 'JobSubmitPlugins=throttle,\\' etc/slurm.conf
}

@test "a value in quotes is one value, with its blanks, and a good one may go on in the next line" {
    printf '%s\n' 'AccountingStorageEnforce="limits, qos" # both' 'PrologFlags=Alloc SlurmdPort=6818 \' \
        ' SlurmctldPort=6817' >>etc/slurm.conf
    round_trip --enforce
    grep -qxF 'AccountingStorageEnforce="limits, qos,associations" # both' after/slurm.conf
    [ "$(grep -c PrologFlags after/slurm.conf)" = 1 ]
}

# slurmctld_has LINE: beside where its files are.
slurmctld_has() {
    slurm scontrol config <<END

PluginDir = $place/plugins
SLURM_CONF = $place/etc/slurm.conf
SlurmctldHost[0] = $(hostname -s)
$1
END
}

@test "what slurmctld has and no file that is found says is not overridden" {
    echo "Include %c.conf" >>etc/slurm.conf
    echo JobSubmitPlugins=throttle >etc/c.conf
    slurmctld_has "JobSubmitPlugins = throttle"
    run site --yes
    [ "$status" -eq 1 ]
    [[ $output == *"note: slurmctld has JobSubmitPlugins=throttle, and no file that was found says so: add lua where"* ]]
    [ "$(grep -c JobSubmitPlugins etc/slurm.conf)" = 0 ]
    echo JobSubmitPlugins=throttle,lua >etc/c.conf
    slurmctld_has "JobSubmitPlugins = throttle,lua"
    site --yes >again
    [ "$(<again)" = "nothing to change" ]
}

@test "what slurmctld has since the line was there goes back into the file" {
    slurmctld_has "JobSubmitPlugins = lua"
    round_trip
    grep -qx JobSubmitPlugins=lua after/slurm.conf
}

@test "what slurmctld sent is not edited" {
    mkdir etc/conf-cache
    mv etc/slurm.conf etc/conf-cache/
    SLURM_CONF=$place/etc/conf-cache/slurm.conf run site --yes
    [ "$status" -eq 2 ]
    [[ $output == *"this machine has its configuration from slurmctld, in $place/etc/conf-cache: say this on the controller"* ]]
}

@test "undo needs no slurmctld" {
    everything >before
    site --yes >made
    grep -l config "$BATS_TEST_TMPDIR"/slurm/rule.scontrol.*.words | xargs rm
    site --undo --yes >undone
    everything | diff before -
}
