# atelier.so. All of it is in a library too, so that the tests link what Slurm loads.
noinst_LIBRARIES += libatelier-plugin.a
libatelier_plugin_a_SOURCES = \
	plugin/admission.c plugin/admission.h \
	plugin/as_user.c plugin/as_user.h \
	plugin/compat.c plugin/compat.h \
	plugin/directories.c plugin/directories.h \
	plugin/failure.c plugin/failure.h \
	plugin/file_fault.c plugin/file_fault.h \
	plugin/file_pattern.c plugin/file_pattern.h \
	plugin/guard.c plugin/guard.h \
	plugin/hooks.c \
	plugin/spank_job.c plugin/spank_job.h \
	plugin/gpus_per_node.c plugin/gpus_per_node.h \
	plugin/job_record.c plugin/job_record.h \
	plugin/inherited.c plugin/inherited.h \
	plugin/job_variables.c plugin/job_variables.h \
	plugin/keeper_client.c plugin/keeper_client.h \
	plugin/launch_check.c plugin/launch_check.h \
	plugin/last_run.c plugin/last_run.h \
	plugin/membership.c plugin/membership.h \
	plugin/new_experiment.c plugin/new_experiment.h \
	plugin/mpi_ranks.c plugin/mpi_ranks.h \
	plugin/node.c plugin/node.h \
	plugin/one_voice.c plugin/one_voice.h \
	plugin/options.c plugin/options.h \
	plugin/ours.c plugin/ours.h \
	plugin/site.c plugin/site.h \
	plugin/start.c plugin/start.h \
	plugin/srun_files.c plugin/srun_files.h \
	plugin/srun_options.c plugin/srun_options.h \
	plugin/step_files.c plugin/step_files.h \
	plugin/step_layout.c plugin/step_layout.h \
	plugin/step_secret.c plugin/step_secret.h \
	plugin/submission.c plugin/submission.h \
	plugin/task.c plugin/task.h \
	plugin/task_environment.c plugin/task_environment.h \
	plugin/variable.c plugin/variable.h \
	# End of libatelier_plugin_a_SOURCES
libatelier_plugin = libatelier-plugin.a $(libatelier) $(SODIUM_LIBS)

# The process that loads it provides the spank_ and slurm_ functions: a second libslurm would
# have state of its own, so they stay undefined here.
plugin_PROGRAMS = atelier.so
atelier_so_SOURCES = $(libatelier_plugin_a_SOURCES)
atelier_so_LDADD = $(libatelier) $(SODIUM_LIBS)
atelier_so_LDFLAGS = $(AM_LDFLAGS) -shared

# What ends the steps of a job under which the plugin was taken away.
dist_program_SCRIPTS = plugin/atelier-guard
