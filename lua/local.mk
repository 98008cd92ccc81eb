atelierluadir = $(luadir)/atelier
dist_atelierlua_DATA = \
	lua/atelier/accounting.lua \
	lua/atelier/admin_comment.lua \
	lua/atelier/agreed.lua \
	lua/atelier/allocation.lua \
	lua/atelier/budget.lua \
	lua/atelier/closure.lua \
	lua/atelier/collection.lua \
	lua/atelier/components.lua \
	lua/atelier/decision.lua \
	lua/atelier/declaration.lua \
	lua/atelier/duration.lua \
	lua/atelier/engine.lua \
	lua/atelier/entry.lua \
	lua/atelier/experiment.lua \
	lua/atelier/explain.lua \
	lua/atelier/file.lua \
	lua/atelier/gpus.lua \
	lua/atelier/groups.lua \
	lua/atelier/hook.lua \
	lua/atelier/job_desc.lua \
	lua/atelier/kind.lua \
	lua/atelier/limits.lua \
	lua/atelier/membership.lua \
	lua/atelier/modify.lua \
	lua/atelier/mount.lua \
	lua/atelier/name.lua \
	lua/atelier/names_in_slurm.lua \
	lua/atelier/narrowing.lua \
	lua/atelier/nearest.lua \
	lua/atelier/node.lua \
	lua/atelier/operators.lua \
	lua/atelier/option.lua \
	lua/atelier/place.lua \
	lua/atelier/policy.lua \
	lua/atelier/position.lua \
	lua/atelier/problems.lua \
	lua/atelier/qos.lua \
	lua/atelier/recorded.lua \
	lua/atelier/reference.lua \
	lua/atelier/refusal.lua \
	lua/atelier/request.lua \
	lua/atelier/room.lua \
	lua/atelier/route.lua \
	lua/atelier/schema.lua \
	lua/atelier/scope.lua \
	lua/atelier/set.lua \
	lua/atelier/shared_temp.lua \
	lua/atelier/size.lua \
	lua/atelier/short_string.lua \
	lua/atelier/slurm.lua \
	lua/atelier/source.lua \
	lua/atelier/spank_env.lua \
	lua/atelier/submit.lua \
	lua/atelier/trace.lua \
	lua/atelier/trust.lua \
	lua/atelier/value.lua \
	lua/atelier/words.lua \
	lua/atelier/workspace.lua \
	# End of dist_atelierlua_DATA

# What only the `atelier` command asks.
dist_atelierlua_DATA += \
	lua/atelier/association.lua \
	lua/atelier/batch_script.lua \
	lua/atelier/case.lua \
	lua/atelier/change.lua \
	lua/atelier/configuration.lua \
	lua/atelier/coordinators.lua \
	lua/atelier/enforcement.lua \
	lua/atelier/explained_job.lua \
	lua/atelier/explanation.lua \
	lua/atelier/explanation_view.lua \
	lua/atelier/inventory.lua \
	lua/atelier/new_experiment.lua \
	lua/atelier/people.lua \
	lua/atelier/removal.lua \
	lua/atelier/replay.lua \
	lua/atelier/requirement.lua \
	lua/atelier/sbatch.lua \
	lua/atelier/sbatch_environment.lua \
	lua/atelier/sbatch_options.lua \
	lua/atelier/sbatch_value.lua \
	lua/atelier/show.lua \
	lua/atelier/slurm_settings.lua \
	lua/atelier/slurmdbd.lua \
	lua/atelier/tasks.lua \
	lua/atelier/trial.lua \
	lua/atelier/view.lua \
	lua/atelier/volume_list.lua \
	# End of the command's

# What `atelier doctor` judges.
atelierdoctordir = $(luadir)/atelier/doctor
dist_atelierdoctor_DATA = \
	lua/atelier/doctor/leftover.lua \
	lua/atelier/doctor/machine.lua \
	lua/atelier/doctor/nodes.lua \
	lua/atelier/doctor/plugstack.lua \
	lua/atelier/doctor/ring.lua \
	lua/atelier/doctor/step.lua \
	# End of dist_atelierdoctor_DATA

# Its commands, one file a verb.
ateliercommanddir = $(luadir)/atelier/command
dist_ateliercommand_DATA = \
	lua/atelier/command/doctor.lua \
	lua/atelier/command/framework_list.lua \
	lua/atelier/command/framework_show.lua \
	lua/atelier/command/policy_apply.lua \
	lua/atelier/command/policy_check.lua \
	lua/atelier/command/policy_explain.lua \
	lua/atelier/command/policy_show.lua \
	lua/atelier/command/policy_test.lua \
	lua/atelier/command/volume_test.lua \
	# End of dist_ateliercommand_DATA

# What all of them use.
ateliercommandlinedir = $(luadir)/atelier/command_line
dist_ateliercommandline_DATA = \
	lua/atelier/command_line/completion.lua \
	lua/atelier/command_line/help.lua \
	lua/atelier/command_line/nouns.lua \
	lua/atelier/command_line/options.lua \
	lua/atelier/command_line/session.lua \
	# End of dist_ateliercommandline_DATA

# Not read by Slurm where it is installed: the site copies it beside slurm.conf.
slurmdatadir = $(pkgdatadir)/slurm
slurmdata_DATA = lua/job_submit.lua lua/cli_filter.lua
EXTRA_DIST += lua/job_submit.lua.in lua/cli_filter.lua.in
CLEANFILES += $(slurmdata_DATA)

fill_in_directories = $(AM_V_GEN)$(MKDIR_P) lua && sed -e 's|@luadir[@]|$(luadir)|g' \
	-e 's|@policydir[@]|$(policydir)|g' $< >$@.tmp && mv $@.tmp $@

lua/job_submit.lua: $(srcdir)/lua/job_submit.lua.in Makefile
	$(fill_in_directories)

lua/cli_filter.lua: $(srcdir)/lua/cli_filter.lua.in Makefile
	$(fill_in_directories)
