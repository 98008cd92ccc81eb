#!/usr/bin/env bats
# A job in the mount namespace that Slurm makes for it, by
# tmpfs with Shared=true: what the node mounts later is seen there, and nothing of the job's on the node.

load cluster
load namespaces
load namespaces_jobs

shared() { sed -i '1iShared=true' job_container.conf; }

setup_file() { lacks Shared=true || namespaces_up "$(tmpfs_kind)" shared; }
teardown_file() { namespaces_down; }
setup() { namespaces_begin; }
teardown() { namespaces_end; }

@test "batch scripts, steps, srun and salloc alone: all is inside" { all_is_inside; }
@test "jobs without a workspace, and parts of volumes" { others_and_parts; }
@test "the tasks of an array" { arrays; }
@test "volumes of other kinds" { other_kinds; }
@test "a volume that is lost in mid-job" { loses_a_volume; }
@test "slurmd is restarted, the job requeued and cancelled" { goes_on; }

# The job's mounts have peers on the node where the node's root is shared.
@test "what the node mounts later is there, as Shared=true says" {
    on n1 sh -c 'mkdir -p /srv/late && mount --make-rshared /'
    said=$(as alice sbatch --parsable --workspace=vision -w n1 -o /home/alice/late.out --wrap \
        'until grep -q " /srv/late " /proc/mounts; do sleep 0.2; done; test -d /mnt/atelier/results && echo seen')
    wait_until 20 on n1 pgrep -u alice sleep
    on n1 mount -t tmpfs late /srv/late
    wait_until 20 no_jobs
    nowhere_else
    on n1 sh -c 'umount /srv/late && mount --make-rprivate / && rmdir /srv/late'
    [ "$(on head cat /home/alice/late.out)" = seen ]
}
