/* stale_jobs.h: what is left on the node of jobs whose keeper was killed.
 *
 * With a keeper its NFS clients die, and with the job's last process its mounts: there
 * remains the run directory, which its epilog removes, and what lock_note.h is for. This
 * is for the jobs that never had one, since slurmd was killed too or the node lost its
 * power.
 */
#ifndef ATELIER_STALE_JOBS_H
#define ATELIER_STALE_JOBS_H

/* Removes the run directories below RUN/NODE that nobody holds (run_directory.h), of
 * whatever job, and logs each one. Several may do so at once, and jobs may start and end
 * meanwhile. What cannot be removed stays. */
void stale_jobs_clear(const char *run, const char *node);

#endif
