# The `atelier` command. A verb is one file; so is what several of them use.
bin_PROGRAMS += atelier
atelier_SOURCES = \
	cli/command.h \
	cli/command_change.c cli/command_change.h \
	cli/command_host.c cli/command_host.h \
	cli/command_question.c cli/command_question.h \
	cli/command_source.c cli/command_source.h \
	cli/doctor/doctor.c cli/doctor/doctor.h \
	cli/doctor/doctor_check.h \
	cli/doctor/doctor_client_ids.c \
	cli/doctor/doctor_configuration.c \
	cli/doctor/doctor_local.c \
	cli/doctor/doctor_nodes.c \
	cli/doctor/doctor_plugin.c \
	cli/doctor/doctor_removal.c \
	cli/doctor/doctor_step.c cli/doctor/doctor_step.h \
	cli/doctor/doctor_verdict.c cli/doctor/doctor_verdict.h \
	cli/doctor/plugin_trial.c cli/doctor/plugin_trial.h \
	cli/doctor/plugstack.c cli/doctor/plugstack.h \
	cli/host_list.c cli/host_list.h \
	cli/launcher_text.c cli/launcher_text.h \
	cli/layout.c cli/layout.h \
	cli/lua_json.c cli/lua_json.h \
	cli/main.c \
	cli/output.c cli/output.h \
	cli/policy_host.c cli/policy_host.h \
	cli/policy_reader.c cli/policy_reader.h \
<<<<<<< yours
	cli/rank_command.c cli/rank_command.h \
	cli/run.c \
	cli/run_allocation.c cli/run_allocation.h \
	cli/run_command.c cli/run_command.h \
	cli/run_directories.c cli/run_directories.h \
	cli/run_job.c cli/run_job.h \
	cli/run_log.c cli/run_log.h \
	cli/run_loss.c cli/run_loss.h \
	cli/run_peer.c cli/run_peer.h \
	cli/run_plan.c cli/run_plan.h \
	cli/run_share.c cli/run_share.h \
	cli/run_step.c cli/run_step.h \
	cli/run_verdict.c cli/run_verdict.h \
	cli/slurm_command.c cli/slurm_command.h \
	cli/slurm_record.c cli/slurm_record.h \
	cli/slurm_mpi.c cli/slurm_mpi.h \
	cli/slurm_place.c cli/slurm_place.h \
=======
>>>>>>> main
	cli/slurm_configuration.c cli/slurm_configuration.h \
	cli/slurm_record.c cli/slurm_record.h \
	cli/user.c cli/user.h \
	cli/view.c cli/view.h \
	cli/volume/volume_mounted.c cli/volume/volume_mounted.h \
	cli/volume/volume_nodes.c cli/volume/volume_nodes.h \
	cli/volume/volume_question.c cli/volume/volume_question.h \
	$(run_command_sources) \
	# End of atelier_SOURCES
atelier_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS) $(JANSSON_CFLAGS) $(SMARTCOLS_CFLAGS)
atelier_LDADD = libatelier.la $(LUA_LIBS) $(JANSSON_LIBS) $(SMARTCOLS_LIBS) $(SODIUM_LIBS)

# Read by bash-completion under the command's name.
completiondir = $(datadir)/bash-completion/completions
completion_DATA = cli/atelier
EXTRA_DIST += cli/completion.bash
CLEANFILES += cli/atelier

cli/atelier: $(srcdir)/cli/completion.bash
	$(AM_V_GEN)$(MKDIR_P) cli && cp $< $@

<<<<<<< yours
# What srun starts for each process of `atelier run`; under the second name, which the plugin
# knows, for each node's preparation.
program_PROGRAMS += atelier-rank atelier-prepare
atelier_rank_SOURCES = \
	cli/log_file.c cli/log_file.h \
	cli/rank_command.c cli/rank_command.h \
	cli/rank_link.c cli/rank_link.h \
	cli/rank_main.c \
	cli/rank_options.c cli/rank_options.h \
	cli/rank_output.c cli/rank_output.h \
	cli/rank_service.c cli/rank_service.h \
	cli/run_directories.c cli/run_directories.h \
	# End of atelier_rank_SOURCES
atelier_rank_LDADD = libatelier.la $(SODIUM_LIBS)
atelier_prepare_SOURCES = $(atelier_rank_SOURCES)
atelier_prepare_LDADD = libatelier.la $(SODIUM_LIBS)

=======
>>>>>>> main
# What sbatch, salloc and srun ask about an experiment.
program_PROGRAMS += atelier-experiment
atelier_experiment_SOURCES = \
	cli/experiment_main.c \
	cli/lua_json.c cli/lua_json.h \
	cli/policy_host.c cli/policy_host.h \
	cli/policy_reader.c cli/policy_reader.h \
	cli/user.c cli/user.h \
	# End of atelier_experiment_SOURCES
atelier_experiment_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS) $(JANSSON_CFLAGS)
atelier_experiment_LDADD = libatelier.la $(LUA_LIBS) $(JANSSON_LIBS)

# What srun starts on each node for `atelier doctor --nodes`.
program_PROGRAMS += atelier-doctor
atelier_doctor_SOURCES = cli/doctor/doctor_probe.c
atelier_doctor_CFLAGS = $(AM_CFLAGS) $(MPI_CFLAGS) -pthread
atelier_doctor_LDADD = $(MPI_LIBS)
