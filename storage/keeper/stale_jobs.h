/* stale_jobs.h: what is left on the node of jobs whose keeper was killed.
 *
 * The NFS clients die with their keeper, and the mounts with the job's last process. What
 * stays is the run directory, which the job's epilog removes, and what lock_note.h is
 * for. This here is for jobs that never had an epilog, since slurmd was killed too or the
 * node lost its power.
 */
#ifndef ATELIER_STALE_JOBS_H
#define ATELIER_STALE_JOBS_H

/* Removes the run directories below RUN/NODE that nobody holds (run_directory.h), of
 * whatever job, and logs each one. Several may do so at once, and jobs may start and end
 * meanwhile. What cannot be removed stays. */
void stale_jobs_clear(const char *run, const char *node);

#endif
