/* namespace_plugin.c: a site's own plugin of Slurm's kind job_container, or namespace
 * from 25.11 on (-DOF_25_11), which takes every task to a mount namespace of its own
 * making, a copy of the node's.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sched.h>
#include <slurm/slurm.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#ifdef OF_25_11
#define CALL(name) namespace_p_##name
const char plugin_type[] = "namespace/own";
#else
#define CALL(name) container_p_##name
const char plugin_type[] = "job_container/own";
#endif
const char plugin_name[] = "a namespace of its own";
const uint32_t plugin_version = SLURM_VERSION_NUMBER;

static int leave(void)
{
    int node = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
    int status = node >= 0 && unshare(CLONE_FS) == 0 && setns(node, CLONE_NEWNS) == 0
                     ? unshare(CLONE_NEWNS)
                     : -1;

    if (node >= 0)
        close(node);
    return status;
}

/* What each release calls takes other words, none of which is looked at. */
int CALL(join)(void);
int CALL(join)(void)
{
    return leave();
}

#define NOTHING(name)     \
    int CALL(name)(void); \
    int CALL(name)(void)  \
    {                     \
        return 0;         \
    }

NOTHING(create)
NOTHING(add_cont)
NOTHING(join_external)
NOTHING(delete)
NOTHING(restore)
NOTHING(reconfig)
NOTHING(stepd_create)
NOTHING(stepd_delete)
NOTHING(send_stepd)
NOTHING(recv_stepd)
NOTHING(can_bpf)
NOTHING(setup_bpf_token)
