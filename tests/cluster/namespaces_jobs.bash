# shellcheck shell=bash disable=SC2154 # cluster.bash sets them
# The tests of a job in a mount namespace of Slurm's own making, the same for each of Slurm's kinds.
# A file that loads this names its kind; bats finds no test that is made in a loop, so each file has
# the list.

# slurmd has slurmstepd of a batch script and of a step start in the job's namespace (EntireStepInNS).
steps_are_entire() {
    said=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'srun sleep 100')
    wait_until 20 on n1 pgrep -u alice -x sleep
    # shellcheck disable=SC2016 # for the node's shell
    output=$(on n1 sh -c 'cd /proc && readlink "$(pgrep -u alice -x sleep)/ns/mnt" 1/ns/mnt
        for step in $(pgrep -x slurmstepd); do
            tr "\0" "\n" <$step/cmdline | sed -n "s/.*\[$1\.\([a-z0-9]*\)\].*/\1/p" && readlink $step/ns/mnt
        done | paste - - | sort -u' - "$said")
    as alice scancel "$said"
    wait_until 20 no_jobs
    echo "$output"
    [ "$(sed 1,2d <<<"$output")" = "0	${output%%$'\n'*}
batch	${output%%$'\n'*}
extern	$(sed -n 2p <<<"$output")" ]
}

# In every task of every way to start one.
all_is_inside() {
    local NODES
    NODES=$(on n1 readlink /proc/1/ns/mnt)
    submit alice --workspace=vision -N2 -o /mnt/atelier/results/%j.out --chdir=/mnt/atelier/results \
        --export=ALL,NODES="$NODES" --wrap "pwd
            sh -c '$where' - batch
            srun sh -c '$where' - step
            srun -N1 -n1 --overlap sh -c '$where' - overlap" || {
        echo "$said"
        on head sh -c "cat /results/$job.out"
        return 1
    }
    diff <(on head sort "/results/$job.out") - <<TEXT
/mnt/atelier/results
n1 batch: inside
n1 overlap: inside
n1 step: inside
n2 step: inside
TEXT
    [ "$(on head sh -c "ls /results/ns-$job-* | wc -l; stat -c %U /results/ns-$job-step-n2" | xargs)" = "4 alice" ]
    nowhere_else
    diff <(as alice srun -N2 --workspace=vision --export=ALL,NODES="$NODES" sh -c "$where" - srun | sort) - <<TEXT
n1 srun: inside
n2 srun: inside
TEXT
    diff <(as alice salloc -Q -N2 --workspace=vision srun --export=ALL,NODES="$NODES" sh -c "$where" - salloc | sort) - <<TEXT
n1 salloc: inside
n2 salloc: inside
TEXT
    clean_results
}

# A job without a workspace has Slurm's namespace alone; one with parts of volumes has these.
others_and_parts() {
    run as bob srun -N2 sh -c 'grep -c /mnt/atelier /proc/mounts; grep -q "^[^ ]* /tmp " /proc/mounts && echo private'
    [ "$(sort <<<"$output" | uniq -c | xargs)" = "2 0 2 private" ]
    on head install -d -o alice /results/part-of-alice
    run as alice srun --workspace=vision --mount=results/part-of-alice:mine,datasets:data:ro \
        sh -c 'touch /mnt/atelier/mine/here && ls /mnt/atelier/mine && grep -o "/mnt/atelier/[dm][ai][nt][ae] [^ ]* r[ow]" /proc/mounts'
    echo "$output"
    [[ "$output" == *here* && "$output" == *"/mnt/atelier/mine fuse.atelier rw"* ]]
    [[ "$output" == *"/mnt/atelier/data fuse.atelier ro"* ]]
    on head rm -r /results/part-of-alice
    nowhere_else
}

# Each component of a heterogeneous job has its own.
components() {
    local NODES
    NODES=$(on n1 readlink /proc/1/ns/mnt)
    diff <(as alice salloc -Q --workspace=vision -w n1 : --workspace=vision -w n2 \
        srun --het-group=0,1 --export=ALL,NODES="$NODES" sh -c "$where" - het | sort) - <<TEXT
n1 het: inside
n2 het: inside
TEXT
    clean_results
}

# A volume that is lost in mid-job fails there, and the job is told.
loses_a_volume() {
    said=$(as alice sbatch --parsable --workspace=vision -w n1 -o /home/alice/%j.out --wrap '
        while ls /mnt/atelier/results >/dev/null; do sleep 0.2; done; echo "volume is lost"')
    wait_until 20 on n1 pgrep -u alice sleep
    on n1 pkill -KILL -x atelier-nfs
    wait_until 20 no_jobs
    # The second is what an ls is told that is under way just then.
    grep -E 'Transport endpoint is not connected|Software caused connection abort' \
        <(on head cat "/home/alice/$said.out")
    grep 'volume is lost' <(on head cat "/home/alice/$said.out")
    on head rm "/home/alice/$said.out"
}

# A job goes on while slurmd is restarted, and takes new steps; it can be requeued and cancelled.
goes_on() {
    local NODES
    NODES=$(on n1 readlink /proc/1/ns/mnt)
    said=$(as alice sbatch --parsable --requeue --workspace=vision -w n1 -o /mnt/atelier/results/%j.out \
        --wrap 'echo "run $SLURM_RESTART_COUNT"; sleep 100')
    wait_until 20 on n1 pgrep -u alice sleep
    on n1 pkill -x "slurmd(-wlm)?"
    wait_until 10 not on n1 pgrep -x "slurmd(-wlm)?"
    on n1 taskset -c 0 start-node
    wait_until 20 on head sh -c 'sinfo -h -n n1 -o %T | grep -q mixed\\\|allocated'
    [ "$(as alice srun --jobid="$said" --overlap --export=ALL,NODES="$NODES" sh -c "$where" - late)" = "n1 late: inside" ]
    on head scontrol requeue "$said"
    wait_until 60 on head sh -c "scontrol show job $said | grep -q Restarts=1"
    on head scontrol release "$said" || true
    sleep 2 # slurmd refuses what is of the second in which the job was killed
    on head scontrol update jobid="$said" starttime=now
    wait_until 180 on n1 pgrep -u alice sleep
    [ "$(as alice srun --jobid="$said" --overlap --export=ALL,NODES="$NODES" sh -c "$where" - again)" = "n1 again: inside" ]
    as alice scancel "$said"
    wait_until 20 no_jobs
    clean_results
}

# Where the volumes cannot be put there, slurmctld tells who submits, doctor and policy check say so, each
# task says why, and the node stays up.
says_why() {
    silent as alice srun -Q --workspace=vision -w n1 true
    on n1 sed -i 's|atelier.so.*|& mounts=/tmp/atelier|' /etc/slurm/plugstack.conf
    sleep 3 # until slurmctld has looked at it
    fails_saying "/tmp is each job's own, and the volumes' directory /tmp/atelier (mounts= in /etc/slurm/plugstack.conf:" \
        on n1 atelier doctor
    fails_saying "/tmp is each job's own, and the volumes' directory /tmp/atelier" on head atelier policy check
    run as alice srun --workspace=vision -w n1 true
    on n1 sed -i 's| mounts=/tmp/atelier||' /etc/slurm/plugstack.conf
    echo "$output"
    [ "$status" -ne 0 ]
    grep "srun: .*atelier: the volumes' directory /tmp/atelier is in /tmp, which Slurm makes each job's own" <<<"$output"
    grep 'atelier: node n1: the volumes cannot be put into the mount namespace that Slurm makes for each job (JobContainerType or NamespaceType in slurm.conf): .*/tmp.*; tell your administrator' <<<"$output"
    on n1 rmdir /tmp/atelier
    sleep 3
    silent as alice srun -Q --workspace=vision -w n1 true
    wait_until 10 on head sh -c 'sinfo -h -n n1 -o %T | grep -q idle'
}

# Killing everything of ours in mid-job leaves nothing: what is seen at the test's end.
survives_kills() {
    said=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null --wrap 'sleep 100')
    wait_until 20 on n1 pgrep -u alice sleep
    on n1 pkill -KILL -x atelier-keeper
    fails_saying 'no keeper for job' as alice srun --jobid="$said" --overlap true
    as alice scancel "$said"
    wait_until 20 no_jobs
}

# sbcast, which else writes beside the volumes, writes to them.
broadcasts() {
    said=$(as alice sbatch --parsable --workspace=vision -w n1 -o /mnt/atelier/results/%j.out \
        --wrap "sbcast /etc/hostname /mnt/atelier/results/ns-\$SLURM_JOB_ID-sbcast && cat /mnt/atelier/results/ns-\$SLURM_JOB_ID-sbcast")
    wait_until 30 no_jobs
    [ "$(on head cat "/results/$said.out" "/results/ns-$said-sbcast" | xargs)" = "n1 n1" ]
    clean_results
}

# Each task of an array is a job with a namespace of its own.
arrays() {
    local NODES
    NODES=$(on n1 readlink /proc/1/ns/mnt)
    submit alice --workspace=vision --array=1-4 -o /mnt/atelier/results/%A_%a.out --export=ALL,NODES="$NODES" \
        --wrap "sh -c '$where' - \$SLURM_ARRAY_TASK_ID"
    diff <(on head sh -c "cat /results/${job}_*.out" | cut -d ' ' -f 2- | sort) - <<TEXT
1: inside
2: inside
3: inside
4: inside
TEXT
    nowhere_else
    clean_results
}

# Volumes of every kind but those that need a client in the kernel (NFS, CIFS, Lustre), one of them
# at a place, too. Debian testing has no rclone.
other_kinds() {
    local objects='' status_of_all=0
    keep_policy
    if on n1 sh -c 'command -v rclone' >/dev/null; then objects=', "objects"'; fi
    on n1 sh -c 'mkdir -p /srv/site /srv/disk /srv/objects /datashelf
        echo of the site >/srv/site/word; echo object >/srv/objects/one
        printf "#!/bin/sh\nexec mount -t tmpfs program \"\$2\"\n" >/usr/local/sbin/mount-site
        chmod 755 /usr/local/sbin/mount-site
        umask 077; printf "[disk]\ntype = local\n" >/srv/rclone.conf'
    cluster run -n head -- sh -c 'cat >>/etc/atelier/policy.lua' <<END
volume "site" { kind = "bind", path = "/srv/site", place = "/datashelf" }
volume "memory" { kind = "local", size = "1m" }
volume "disk" { kind = "local", path = "/srv/disk" }
volume "program" { kind = "command", command = { "/usr/local/sbin/mount-site", "word" } }
volume "objects" { kind = "rclone", source = "disk:/srv/objects", config = "/srv/rclone.conf" }
workspace "kinds" { account = "vision", clusters = { "cpu" }, users = { "alice" },
    volumes = { "site", "memory", "disk", "program"$objects } }
END
    sleep 2 # until slurmctld has looked at it
    run as alice srun -Q -w n1 --workspace=kinds --mount=memory:part sh -c 'cd /mnt/atelier &&
        cat site/word /datashelf/word && { [ ! -d objects ] || cat objects/one; } &&
        echo in memory >memory/file && cat part/file && echo on disk >disk/file && cat disk/file &&
        grep -c " /mnt/atelier/program tmpfs" /proc/mounts'
    echo "$output"
    [ "$status" -eq 0 ] || status_of_all=1
    diff <(grep -v '^object$' <<<"$output") - <<<$'of the site\nof the site\nin memory\non disk\n1' || status_of_all=1
    [ -z "$objects" ] || grep -qx object <<<"$output" || status_of_all=1
    nowhere_else || status_of_all=1
    silent on n1 sh -c 'grep /datashelf /proc/1/mountinfo; true' || status_of_all=1
    restore_policy true
    on n1 rm -r /srv/site /srv/disk /srv/objects /srv/rclone.conf /datashelf /usr/local/sbin/mount-site
    return "$status_of_all"
}
