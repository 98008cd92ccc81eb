#!/usr/bin/env bats
# A site's container plugin in the same plugstack.conf, in both orders: the options of both work,
# and the volumes are in the containers.

load cluster

setup_file() {
    cluster_up
    on head cp /etc/slurm/plugstack.conf /root/plugstack.conf
    # shellcheck disable=SC2046
    on head gcc -Wall -shared -fPIC $(slurm_header) -o /etc/slurm/container.so \
        /mnt/src/tests/cluster/container_plugin.c
}
teardown_file() {
    on head sh -c 'cat /root/plugstack.conf >/etc/slurm/plugstack.conf
        rm -f /root/plugstack.conf /etc/slurm/container.so'
}
setup() { invariant_begin; }
teardown() { invariant_end; }

# shellcheck disable=SC2016 # for the task's shell
inside='test "$(cat /opt/image-a)" = image-a && touch "/mnt/atelier/results/$SLURM_JOB_ID.$SLURMD_NODENAME" &&
    echo "$SLURMD_NODENAME $CONTAINER_IMAGE $CONTAINER_HOME $ATELIER_WORKSPACE $RANK/$WORLD_SIZE"'

both_work() {
    run as alice srun -Q -N3 --workspace=vision --framework=pytorch --container-image=image-a \
        --container-mount-home sh -c "$inside"
    echo "$output"
    [ "$(sort <<<"$output")" = 'n1 image-a yes vision 0/3
n2 image-a yes vision 1/3
n3 image-a yes vision 2/3' ]
    submit alice -N3 --workspace=vision -o /mnt/atelier/results/%j.out \
        --wrap "srun --framework=pytorch --container-image=image-a sh -c '${inside//\'/}'"
    run on head sh -c "sort /results/$job.out; ls /results/$job.n* | wc -l; rm /results/*.out /results/[0-9]*.n[1-3]"
    echo "$output"
    [ "$output" = 'n1 image-a no vision 0/3
n2 image-a no vision 1/3
n3 image-a no vision 2/3
3' ]
    # Either alone.
    [ "$(as alice srun -Q -w n1 --container-image=image-a sh -c 'cat /opt/image-a; ls /mnt/atelier 2>/dev/null | wc -l')" = image-a0 ]
    as alice srun -Q -w n1 --workspace=vision sh -c 'test -d /mnt/atelier/results && ! test -e /opt/image-a'
    run as alice srun --help
    [[ $output == *--container-image=* && $output == *--workspace=* ]]
}

@test "Atelier's line first" {
    on head sh -c '{ cat /root/plugstack.conf; echo "required /etc/slurm/container.so"; } >/etc/slurm/plugstack.conf'
    both_work
}

@test "Atelier's line last" {
    on head sh -c '{ echo "required /etc/slurm/container.so"; cat /root/plugstack.conf; } >/etc/slurm/plugstack.conf'
    both_work
}
