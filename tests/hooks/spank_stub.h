/* spank_stub.h: Slurm's plugin interface without Slurm.
 *
 * It says to the plugin what the test told it to say, and keeps what the plugin says. Its
 * state is in memory that forked processes share, so that a hook which ends its process
 * leaves its words behind.
 */
#ifndef ATELIER_SPANK_STUB_H
#define ATELIER_SPANK_STUB_H

#include <slurm/spank.h>

#include <stdint.h>
#include <sys/types.h>

#define STUB_VARIABLES 64
#define STUB_TEXT 16384

struct stub {
    spank_context_t context;
    uint32_t job, step;
    uid_t uid;
    gid_t gid;
    int task; /* -1 outside a task */
    uint32_t local_tasks, first_rank,
        node_rank;                   /* the node's tasks have ranks in a row */
    char program[128];               /* the step's argv[0] */
    char names[STUB_VARIABLES][128]; /* of its environment; "" when unused */
    char values[STUB_VARIABLES][16384];

    char said[STUB_TEXT];      /* what slurm_error was given, a line each */
    char handed_on[STUB_TEXT]; /* the last of spank_job_control_setenv, "name=value" */
    char host[STUB_TEXT]; /* the played process's own variables at its end, a line each */
    int status;           /* what the last hook or option callback returned */
    int unshared;         /* whether unshare(CLONE_FS) was called */
    int namespace_entries; /* successful calls of setns */
    int real_namespaces;   /* whether setns and unshare are the kernel's */
    int is_in_slurms;      /* whether Slurm has made a mount namespace for the job */
    int is_inside;         /* whether the process is in the keeper's namespace already */
    int setns_errno;       /* what setns fails with; 0: it succeeds and does nothing */
};

extern struct stub *stub;

/* Makes a fresh `stub`. */
void stub_reset(void);

/* Calls the option's callback as Slurm does. Returns what it returned, or 1 when no such
 * option is registered. */
int stub_give_option(const char *name, const char *value);

/* The task's or step's variable, or NULL. */
const char *stub_environment(const char *name);

#endif
