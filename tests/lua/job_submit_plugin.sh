#!/bin/sh
# The policy in Slurm's own job_submit_lua.so, which a stub loads outside slurmctld.
set -u
top_srcdir=${top_srcdir:-.}
stub=${top_builddir:-.}/tests/lua/job_submit_stub
count=0 failures=0

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

plugin_directory() {
    # configure has looked where this machine's Slurm has its plugins.
    for directory in "$(sed -n 's/^plugindir = //p' "${top_builddir:-.}/Makefile" 2>/dev/null)" \
        /usr/lib/*/slurm-wlm /usr/lib/*/slurm /usr/lib64/slurm; do
        [ -e "$directory/job_submit_lua.so" ] && echo "$directory" && return
    done
}

plugins=$(plugin_directory)
[ -n "$plugins" ] || skip_all "Slurm's job_submit_lua.so is not installed"
[ "$(id -u)" = 0 ] || skip_all "only root can own a policy file"

# Not below /tmp: a policy in a directory that others can write is not obeyed.
site=$(mktemp -d /run/atelier-test.XXXXXX) || exit 1
trap 'rm -rf "$site"' EXIT
member=$(id -nu 1)
sed -e "s|@luadir@|$top_srcdir/lua|" -e "s|@policydir@|$site|" \
    "$top_srcdir/lua/job_submit.lua.in" >"$site/job_submit.lua"
cat >"$site/slurm.conf" <<END
ClusterName=test
SlurmctldHost=localhost
NodeName=localhost
PartitionName=cpu Nodes=localhost
END

write_policy() {
    cat >"$site/policy.lua" <<END
file_server "store" { host = "head" }
volume "data" { server = "store", export = "/data" }
cluster "cpu" { partition = "cpu" }
workspace "vision" {
    account = "vision", clusters = { "cpu" }, users = { "$member" }, volumes = { "data" },
}
END
}

submit() {
    answer=$(SLURM_CONF=$site/slurm.conf "$stub" "$plugins" "$@" 2>"$site/log")
    status=$?
    [ "$status" = 77 ] && skip_all "$(head -n 1 "$site/log")"
    [ "$status" = 0 ] || answer="the stub ended with status $status"
}

# Whether the last answer has the line $1; $2 is what that means.
has_line() {
    count=$((count + 1))
    if printf '%s\n' "$answer" | grep -Fxq -e "$1"; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        printf 'wanted: %s\n' "$1" | sed 's/^/# /'
        printf '%s\n' "$answer" | sed 's/^/# /'
        sed 's/^/# log: /' "$site/log"
        failures=$((failures + 1))
    fi
}

has_logged() {
    answer=$(cat "$site/log")
    has_line "$1" "$2"
}

option=_SLURM_SPANK_OPTION_atelier_
write_policy
submit 1
has_line "rc=0" "a job without our options"
has_line "account=(none)" "... is untouched"
submit 1 "${option}workspace=vision" "${option}experiment=digits" "${option}framework=mpi"
has_line "rc=0" "a job with a workspace"
has_line "account=vision" "... has its account"
has_line "partition=cpu" "... its partition"
has_line "wckey=vision.digits" "... its wckey"
record="atelier/1 workspace=vision experiment=digits framework=mpi cluster=cpu"
has_line "admin_comment=$record" "... and its record"
has_line "message=(none)" "... and nothing to say"
submit 2 "${option}workspace=vision"
has_line "rc=2045" "a stranger's job"
stranger="you are a member of no workspace; ask your administrator"
has_line "message=atelier: workspace \`vision\` is not one of yours: $stranger" \
    "... is refused in one sentence"
submit 1 "${option}workspace=a;rm -rf /%n"
has_line "rc=2002" "a hostile name"
rule="use letters, digits, \`.\`, \`_\` and \`-\`, the first a letter or a digit"
has_line "message=atelier: --workspace=\`a;rm -rf /%n\` is not a name: $rule, at most 64" \
    "... is refused in one sentence"
submit 1 "${option}workspace=vision" account=root
contradiction="--account=root does not go with workspace \`vision\`: leave --account out, and its environment variable"
has_line "message=atelier: $contradiction" "another account"
submit 99999 "${option}workspace=vision"
has_line "rc=2045" "a user without a name"

echo 'x = = 1' >>"$site/policy.lua"
submit 1 "${option}workspace=vision"
has_line "rc=2002" "with a broken policy a job with a workspace"
broken="the site's policy cannot be used at the moment (policy.lua:7)"
has_line "message=atelier: $broken: tell your administrator" \
    "... is told so"
grep -q 'atelier: policy.lua:7: ' "$site/log" && echo "log has the line" >"$site/log"
has_logged "log has the line" "... and the log says file and line"
submit 1
has_line "rc=0" "... and a job without our options runs"

write_policy
chmod 0666 "$site/policy.lua"
submit 1 "${option}workspace=vision"
has_line "rc=2002" "a policy that others can write is not obeyed"
grep -q "policy.lua is writable by others (mode 0666): chmod go-w $site/policy.lua" \
    "$site/log" && echo "log has the cure" >"$site/log"
has_logged "log has the cure" "... and the log says what to do"

chmod 0644 "$site/policy.lua"
sed -i "s|$top_srcdir/lua|/nonexistent|" "$site/job_submit.lua"
submit 1 "${option}workspace=vision"
has_line "rc=-1" "without the engine a job with a workspace is refused"
submit 1
has_line "rc=0" "... and a job without our options runs"

# What Slurm's plugin shows of the stub's job is what it showed of a real one, but for what sbatch
# has of the job's own, and slurmctld of the user's, for which it is not even to be asked.
shown() {
    grep -Ev '^(==|alloc_node|assoc_|bitflags|default_|environment|name|script|spank_job_env|std_|tres_|user_name|work_dir)'
}

recorded() {
    awk -v title="== submit $1 by 1001" '/^== / { on = $0 == title } on' "$recordings/job_submit.text" | shown
}

# same_as JOB PAIR...
same_as() {
    job=$1
    shift
    rm -f "$site/shown"
    submit 1001 "$@"
    shown <"$site/shown" >"$site/own"
    recorded "$job" >"$site/recorded"
    answer=$(diff "$site/recorded" "$site/own" && wc -l <"$site/own" | tr -d ' ')
    [ "${answer:-0}" -gt 40 ] 2>/dev/null && answer=same
    has_line same "the stub's job is shown as $job was recorded"
}

release=$(SLURM_CONF=$site/slurm.conf scontrol --version | grep -Eo '[0-9]+\.[0-9]+' | head -n 1)
recordings=$top_srcdir/tests/recordings/$release
if [ -d "$recordings" ]; then
    sed "s|/home/recording/job_submit|$site/shown|; s/\"\(assoc\|default\)_[a-z]*\",//g" "$top_srcdir/tests/recordings/job_submit.lua" >"$site/job_submit.lua"
    same_as sbatch_plain
    same_as sbatch_asked account=vision partition=cpu wckey=vision qos=normal comment=words time_limit=10 \
        min_nodes=1 max_nodes=1 num_tasks=2 min_cpus=2 cpus_per_task=1 pn_min_memory=100 pn_min_cpus=1
fi

echo "1..$count"
[ "$failures" = 0 ]
