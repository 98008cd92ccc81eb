/* slurm_facts.h: what Atelier and its tests use of Slurm's headers, from 22.05 to 26.05,
 * as facts.
 *
 * Read in Slurm's own sources, the tags slurm-22-05-8-1, slurm-23-02-8-1,
 * slurm-23-11-11-1, slurm-24-05-8-1, slurm-24-11-5-1, slurm-25-05-8-1, slurm-25-11-7-1
 * and slurm-26-05-3-1; nothing of them is copied. Each group says the file. Where nothing
 * is said of releases, the fact is the same in all of them.
 *
 * Who includes this defines the macros of the facts that it wants; the others say
 * nothing, and all are undefined afterwards. described/slurm/ makes headers of them, to
 * stand for those of a release that is not here; agreement.c holds them against the
 * headers that are. SLURM_VERSION_NUMBER is known before.
 */

#ifndef ITEM
#define ITEM(name, number)
#endif
#ifndef PLACE
#define PLACE(name, number)
#endif
#ifndef FAULT
#define FAULT(name, number)
#endif
#ifndef STEP
#define STEP(name, number)
#endif
#ifndef NUMBER
#define NUMBER(name, number)
#endif
#ifndef TYPE
#define TYPE(name, type)
#endif
#ifndef MEMBER
#define MEMBER(type, name)
#endif
#ifndef FIELD
#define FIELD(type, name)
#endif
#ifndef FUNCTION
#define FUNCTION(result, name, parameters)
#endif
#ifndef VARIABLE
#define VARIABLE(type, name)
#endif
#ifndef PRINTER
#define PRINTER(name)
#endif
#ifndef ABSENT
#define ABSENT(name)
#endif

/* slurm/spank.h: enum spank_item. */
ITEM(S_JOB_UID, 0)
ITEM(S_JOB_GID, 1)
ITEM(S_JOB_ID, 2)
ITEM(S_JOB_STEPID, 3)
ITEM(S_JOB_NNODES, 4)
ITEM(S_JOB_NODEID, 5)
ITEM(S_JOB_LOCAL_TASK_COUNT, 6)
ITEM(S_JOB_TOTAL_TASK_COUNT, 7)
ITEM(S_JOB_NCPUS, 8)
ITEM(S_JOB_ARGV, 9)
ITEM(S_JOB_ENV, 10)
ITEM(S_TASK_ID, 11)
ITEM(S_TASK_GLOBAL_ID, 12)
ITEM(S_TASK_EXIT_STATUS, 13)
ITEM(S_TASK_PID, 14)
ITEM(S_JOB_PID_TO_GLOBAL_ID, 15)
ITEM(S_JOB_LOCAL_TO_GLOBAL_ID, 17)
ITEM(S_JOB_GLOBAL_TO_LOCAL_ID, 18)
ITEM(S_JOB_SUPPLEMENTARY_GIDS, 19)
ITEM(S_SLURM_VERSION_MAJOR, 21)
ITEM(S_SLURM_RESTART_COUNT, 29)
ITEM(S_JOB_ARRAY_ID, 30)
ITEM(S_JOB_ARRAY_TASK_ID, 31)

/* slurm/spank.h: enum spank_context. */
PLACE(S_CTX_ERROR, 0)
PLACE(S_CTX_LOCAL, 1)
PLACE(S_CTX_REMOTE, 2)
PLACE(S_CTX_ALLOCATOR, 3)
PLACE(S_CTX_SLURMD, 4)
PLACE(S_CTX_JOB_SCRIPT, 5)

/* slurm/slurm_errno.h: slurm_err_t, but for success, which is a macro. */
NUMBER(ESPANK_SUCCESS, 0)
FAULT(ESPANK_ERROR, 3000)
FAULT(ESPANK_BAD_ARG, 3001)
FAULT(ESPANK_NOT_TASK, 3002)
FAULT(ESPANK_ENV_EXISTS, 3003)
FAULT(ESPANK_ENV_NOEXIST, 3004)
FAULT(ESPANK_NOSPACE, 3005)
FAULT(ESPANK_NOT_REMOTE, 3006)
FAULT(ESPANK_NOT_AVAIL, 3009)
FAULT(ESPANK_NOT_LOCAL, 3010)
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
FAULT(ESPANK_NODE_FAILURE, 3011)
FAULT(ESPANK_JOB_FAILURE, 3012)
#else
ABSENT(ESPANK_NODE_FAILURE)
ABSENT(ESPANK_JOB_FAILURE)
#endif

/* slurm/slurm.h: macros. */
STEP(SLURM_INTERACTIVE_STEP, 0xfffffffa)
STEP(SLURM_BATCH_SCRIPT, 0xfffffffb)
STEP(SLURM_EXTERN_CONT, 0xfffffffc)
STEP(NO_VAL, 0xfffffffe)

/* slurm/spank.h: types. */
TYPE(spank_t, struct spank_handle *)
TYPE(spank_f, int(spank_t, int, char **))
TYPE(spank_item_t, enum spank_item)
TYPE(spank_context_t, enum spank_context)
TYPE(spank_err_t, slurm_err_t)
TYPE(spank_opt_cb_f, int (*)(int, const char *, int))

/* slurm/spank.h: struct spank_option, in order and with nothing left out. */
MEMBER(char *, name)
MEMBER(char *, arginfo)
MEMBER(char *, usage)
MEMBER(int, has_arg)
MEMBER(int, val)
MEMBER(spank_opt_cb_f, cb)

/* slurm/spank.h: what Slurm calls. */
FUNCTION(int, slurm_spank_init, (spank_t, int, char **))
FUNCTION(int, slurm_spank_job_prolog, (spank_t, int, char **))
FUNCTION(int, slurm_spank_init_post_opt, (spank_t, int, char **))
FUNCTION(int, slurm_spank_local_user_init, (spank_t, int, char **))
FUNCTION(int, slurm_spank_user_init, (spank_t, int, char **))
FUNCTION(int, slurm_spank_task_init_privileged, (spank_t, int, char **))
FUNCTION(int, slurm_spank_task_init, (spank_t, int, char **))
FUNCTION(int, slurm_spank_task_post_fork, (spank_t, int, char **))
FUNCTION(int, slurm_spank_task_exit, (spank_t, int, char **))
FUNCTION(int, slurm_spank_job_epilog, (spank_t, int, char **))
FUNCTION(int, slurm_spank_slurmd_exit, (spank_t, int, char **))
FUNCTION(int, slurm_spank_exit, (spank_t, int, char **))
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
VARIABLE(int, slurm_spank_init_failure_mode)
#else
ABSENT(slurm_spank_init_failure_mode)
#endif

/* slurm/spank.h: what plugins call. */
FUNCTION(spank_context_t, spank_context, (void))
FUNCTION(int, spank_remote, (spank_t))
FUNCTION(spank_err_t, spank_option_register, (spank_t, struct spank_option *))
FUNCTION(spank_err_t, spank_get_item, (spank_t, spank_item_t, ...))
FUNCTION(spank_err_t, spank_getenv, (spank_t, const char *, char *, int))
FUNCTION(spank_err_t, spank_setenv, (spank_t, const char *, const char *, int))
FUNCTION(spank_err_t, spank_unsetenv, (spank_t, const char *))
FUNCTION(spank_err_t, spank_job_control_setenv,
         (spank_t, const char *, const char *, int))
PRINTER(slurm_error)
PRINTER(slurm_info)
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
FUNCTION(spank_err_t, spank_prepend_task_argv, (spank_t, int, const char **))
#else
ABSENT(spank_prepend_task_argv)
#endif

/* slurm/slurm.h: job_desc_msg_t, the fields that the stand-in of slurmctld sets; there
 * are others, and their places differ from release to release. */
FIELD(char *, account)
FIELD(char *, admin_comment)
FIELD(char *, array_inx)
FIELD(char *, comment)
FIELD(uint16_t, contiguous)
FIELD(uint16_t, cpus_per_task)
FIELD(char *, features)
FIELD(uint32_t, group_id)
FIELD(uint32_t, het_job_offset)
FIELD(char *, licenses)
FIELD(uint16_t, mail_type)
FIELD(uint32_t, max_nodes)
FIELD(uint32_t, min_cpus)
FIELD(uint32_t, min_nodes)
FIELD(uint32_t, num_tasks)
FIELD(char *, partition)
FIELD(uint16_t, pn_min_cpus)
FIELD(uint64_t, pn_min_memory)
FIELD(char *, qos)
FIELD(char *, reservation)
FIELD(char *, script)
FIELD(uint16_t, shared)
FIELD(char **, spank_job_env)
FIELD(uint32_t, spank_job_env_size)
FIELD(uint32_t, time_limit)
FIELD(char *, tres_per_job)
FIELD(uint32_t, user_id)
FIELD(char *, wckey)

#undef ITEM
#undef PLACE
#undef FAULT
#undef STEP
#undef NUMBER
#undef TYPE
#undef MEMBER
#undef FIELD
#undef FUNCTION
#undef VARIABLE
#undef PRINTER
#undef ABSENT
