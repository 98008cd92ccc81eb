# The `atelier` command: the host of the commands, which are Lua, and what they ask of this machine.
bin_PROGRAMS += atelier
atelier_SOURCES = \
	cli/atelier_main.c \
	cli/command.h \
	cli/command_ahead.c cli/command_ahead.h \
	cli/command_change.c cli/command_change.h \
	cli/command_host.c cli/command_host.h \
	cli/command_modules.c cli/command_modules.h \
	cli/command_question.c cli/command_question.h \
	cli/command_source.c cli/command_source.h \
	cli/command_watch.c cli/command_watch.h \
	cli/doctor/doctor_fact.c cli/doctor/doctor_fact.h \
	cli/doctor/id_owner.c cli/doctor/id_owner.h \
	cli/doctor/plugin_trial.c cli/doctor/plugin_trial.h \
	cli/doctor/running_slurmd.c cli/doctor/running_slurmd.h \
	cli/file_edit.c cli/file_edit.h \
	cli/imagined_step.c cli/imagined_step.h \
	cli/json_text.h \
	cli/launcher_text.c cli/launcher_text.h \
	cli/lua_json.c cli/lua_json.h \
	cli/output.c cli/output.h \
	cli/policy_reader.c cli/policy_reader.h \
	cli/user.c cli/user.h \
	cli/view.c cli/view.h \
	cli/volume/volume_mounted.c cli/volume/volume_mounted.h \
	cli/volume/volume_question.c cli/volume/volume_question.h \
	lib/slurm/host_list.c lib/slurm/host_list.h \
	lib/slurm/plugstack.c lib/slurm/plugstack.h \
	lib/slurm/slurm_configuration.c lib/slurm/slurm_configuration.h \
	lib/slurm/slurm_record.c lib/slurm/slurm_record.h \
	$(run_command_sources) \
	# End of atelier_SOURCES
atelier_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SMARTCOLS_CFLAGS)
atelier_LDADD = $(libatelier) $(JANSSON_LIBS) $(SMARTCOLS_LIBS) $(SODIUM_LIBS)

# Read by bash-completion under the command's name.
completiondir = $(datadir)/bash-completion/completions
completion_DATA = cli/atelier
EXTRA_DIST += cli/completion.bash
CLEANFILES += cli/atelier

cli/atelier: $(srcdir)/cli/completion.bash
	$(AM_V_GEN)$(MKDIR_P) cli && cp $< $@

# What sbatch, salloc and srun ask about an experiment.
program_PROGRAMS += atelier-experiment
atelier_experiment_SOURCES = \
	cli/experiment_main.c \
	cli/lua_json.c cli/lua_json.h \
	cli/policy_reader.c cli/policy_reader.h \
	cli/user.c cli/user.h \
	# End of atelier_experiment_SOURCES
atelier_experiment_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
atelier_experiment_LDADD = $(libatelier) $(JANSSON_LIBS)

# What srun starts on each node for `atelier doctor --nodes`.
program_PROGRAMS += atelier-doctor
atelier_doctor_SOURCES = cli/doctor/doctor_probe.c
atelier_doctor_CFLAGS = $(AM_CFLAGS) $(MPI_CFLAGS) -pthread
atelier_doctor_LDADD = $(MPI_LIBS)
