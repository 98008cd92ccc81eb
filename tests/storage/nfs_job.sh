# nfs_job.sh: sourced after nfs_sandbox.sh; the whole storage of a job on node n1, by the keeper.
#
#     start [WORD...], stop    the start and the stop command for job $job (7)
#     in_job, as_user COMMAND...   runs it as root, or as the user, where the job's steps run
#     nothing_left             whether all is as it was before
#
# The policy, $place/policy.lua, gives the workspace `vision` the volume `results`.
# shellcheck shell=bash disable=SC2154
keeper=$top_builddir/atelier-keeper
join=$top_builddir/tests/storage/join
place=/run/atelier-site # of root alone; /run is the sandbox's own
settings=("policy=$place/policy.lua" "lua=$place/lua" "nfs=$ATELIER_NFS" "run=$place/run" "state=$place/state"
    "mounts=$place/mounts" "log=$place/log" "scontrol=$here/slurm/scontrol")

# The sandbox's /run and user database are its own: root obeys no file below a place for all.
chmod 755 /run
getent passwd "$user" >/dev/null || {
    cp /etc/passwd "$work/passwd"
    echo "user:x:$user:$user::/:/bin/sh" >>"$work/passwd"
    mount --bind "$work/passwd" /etc/passwd
}
mkdir -p "$place/lua"
cp -r "$here/../../lua/atelier" "$place/lua/"
cat >"$place/policy.lua" <<END
file_server "store" { host = "127.0.0.1", port = 2049, mount_port = 20048, deadline = 1 }
volume "results" { server = "store", export = "$work/server/results" }
cluster "cpu" { partition = "cpu" }
workspace "vision" { account = "vision", clusters = { "cpu" }, volumes = { "results" },
    users = { "$(id -nu "$user")" }, environment = { TEAM = "vision" } }
workspace "nlp" { account = "nlp", clusters = { "cpu" }, volumes = { "results" },
    users = { "root" } }
END

start() { # WORD...
    "$keeper" start "${settings[@]}" "job=${job:-7}" "uid=$user" "gid=$user" account=vision \
        partition=cpu node=n1 workspace=vision experiment=digits "$@" 2>"$work/said"
}

stop() {
    "$keeper" stop "${settings[@]}" "job=${job:-7}" node=n1 2>>"$work/said"
}

in_job() {
    "$join" "$place/run/n1/${job:-7}/keeper.sock" "$@"
}

as_user() {
    in_job setpriv --reuid "$user" --regid "$user" --clear-groups "$@" >"$work/output" 2>&1
}

nothing_left() {
    [ ! -e "$place/run" ] && [ -z "$(ls -A "$place/mounts")" ] &&
        within 2 eval '! pgrep -f "$place"' && ! grep -q fuse.atelier /proc/self/mountinfo
}

exits() { # STATUS COMMAND...
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" = "$wanted" ]
}
