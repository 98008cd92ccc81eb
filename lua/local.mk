# Below luadir as they are here, so that `require("atelier.base.name")` finds base/name.lua.
# tests/style/lua_house.bats has which folder may require which.
nobase_dist_pkgdata_DATA = \
	lua/atelier/budget.lua \
	lua/atelier/duration.lua \
	lua/atelier/early_refusal.lua \
	lua/atelier/engine.lua \
	lua/atelier/slurm.lua \
	lua/atelier/accounting/accounting_plan.lua \
	lua/atelier/accounting/association.lua \
	lua/atelier/accounting/association_rows.lua \
	lua/atelier/accounting/change.lua \
	lua/atelier/accounting/coordinators.lua \
	lua/atelier/accounting/enforcement.lua \
	lua/atelier/accounting/removal.lua \
	lua/atelier/accounting/required_accounting.lua \
	lua/atelier/accounting/slurmdbd.lua \
	lua/atelier/base/agreed.lua \
	lua/atelier/base/budget.lua \
	lua/atelier/base/copy.lua \
	lua/atelier/base/duration.lua \
	lua/atelier/base/name.lua \
	lua/atelier/base/nearest.lua \
	lua/atelier/base/option.lua \
	lua/atelier/base/private_directories.lua \
	lua/atelier/base/problems.lua \
	lua/atelier/base/refusal.lua \
	lua/atelier/base/set.lua \
	lua/atelier/base/short_string.lua \
	lua/atelier/command/doctor.lua \
	lua/atelier/command/framework.lua \
	lua/atelier/command/policy.lua \
	lua/atelier/command/site.lua \
	lua/atelier/command/volume.lua \
	lua/atelier/command_line/completion.lua \
	lua/atelier/command_line/help.lua \
	lua/atelier/command_line/nouns.lua \
	lua/atelier/command_line/option_reader.lua \
	lua/atelier/command_line/session.lua \
	lua/atelier/decide/admin_comment.lua \
	lua/atelier/decide/allocation.lua \
	lua/atelier/decide/decision.lua \
	lua/atelier/decide/explanation.lua \
	lua/atelier/decide/framework_room.lua \
	lua/atelier/decide/gpus.lua \
	lua/atelier/decide/job_size.lua \
	lua/atelier/decide/limits.lua \
	lua/atelier/decide/modification.lua \
	lua/atelier/decide/mount_list.lua \
	lua/atelier/decide/new_experiment.lua \
	lua/atelier/decide/node.lua \
	lua/atelier/decide/qos.lua \
	lua/atelier/decide/recorded_facts.lua \
	lua/atelier/decide/request.lua \
	lua/atelier/decide/route.lua \
	lua/atelier/decide/scope.lua \
	lua/atelier/decide/submission.lua \
	lua/atelier/decide/trace.lua \
	lua/atelier/decide/trial.lua \
	lua/atelier/doctor/leftover.lua \
	lua/atelier/doctor/machine.lua \
	lua/atelier/doctor/nodes.lua \
	lua/atelier/doctor/plugstack.lua \
	lua/atelier/doctor/ring.lua \
	lua/atelier/doctor/step.lua \
	lua/atelier/explain/case.lua \
	lua/atelier/explain/described_job.lua \
	lua/atelier/explain/explanation_answer.lua \
	lua/atelier/explain/explanation_questions.lua \
	lua/atelier/explain/explanation_text.lua \
	lua/atelier/explain/known_job.lua \
	lua/atelier/explain/replay.lua \
	lua/atelier/policy/collection.lua \
	lua/atelier/policy/declaration.lua \
	lua/atelier/policy/entry.lua \
	lua/atelier/policy/experiment.lua \
	lua/atelier/policy/hook.lua \
	lua/atelier/policy/loader.lua \
	lua/atelier/policy/membership.lua \
	lua/atelier/policy/names_in_slurm.lua \
	lua/atelier/policy/narrowing.lua \
	lua/atelier/policy/no_workspaces.lua \
	lua/atelier/policy/operators.lua \
	lua/atelier/policy/policy_line.lua \
	lua/atelier/policy/reference.lua \
	lua/atelier/policy/schema.lua \
	lua/atelier/policy/shared_temp.lua \
	lua/atelier/policy/source.lua \
	lua/atelier/policy/value.lua \
	lua/atelier/policy/volume_kind.lua \
	lua/atelier/policy/volume_place.lua \
	lua/atelier/policy/words.lua \
	lua/atelier/policy/workspace.lua \
	lua/atelier/sbatch/batch_script.lua \
	lua/atelier/sbatch/job_words.lua \
	lua/atelier/sbatch/sbatch_environment.lua \
	lua/atelier/sbatch/sbatch_options.lua \
	lua/atelier/sbatch/sbatch_request.lua \
	lua/atelier/sbatch/sbatch_value.lua \
	lua/atelier/setup/file_text.lua \
	lua/atelier/setup/our_script.lua \
	lua/atelier/setup/setting_line.lua \
	lua/atelier/setup/setup_plan.lua \
	lua/atelier/setup/setup_questions.lua \
	lua/atelier/setup/unified_diff.lua \
	lua/atelier/show/policy_entries.lua \
	lua/atelier/show/task_lines.lua \
	lua/atelier/show/visible_policy.lua \
	lua/atelier/show/volume_list.lua \
	lua/atelier/site/configuration_questions.lua \
	lua/atelier/site/inventory.lua \
	lua/atelier/site/people.lua \
	lua/atelier/site/policy_problems.lua \
	lua/atelier/site/requirement.lua \
	lua/atelier/site/slurm_settings.lua \
	lua/atelier/slurmctld/bridge.lua \
	lua/atelier/slurmctld/heterogeneous_job.lua \
	lua/atelier/slurmctld/job_desc.lua \
	lua/atelier/slurmctld/policy_file.lua \
	lua/atelier/slurmctld/private_places.lua \
	lua/atelier/slurmctld/spank_env.lua \
	lua/atelier/slurmctld/trust.lua \
	lua/atelier/slurmctld/user_groups.lua \
	# End of nobase_dist_pkgdata_DATA

# Not read by Slurm where it is installed: the site copies it beside slurm.conf.
slurmdatadir = $(pkgdatadir)/slurm
slurmdata_DATA = lua/job_submit.lua lua/cli_filter.lua
EXTRA_DIST += lua/job_submit.lua.in lua/cli_filter.lua.in
CLEANFILES += $(slurmdata_DATA)

fill_in_directories = $(AM_V_GEN)$(MKDIR_P) lua && sed -e 's|@luadir[@]|$(luadir)|g' \
	-e 's|@policydir[@]|$(policydir)|g' \
	-e 's|@slurmconfdir[@]|$(slurmconfdir)|g' $< >$@.tmp && mv $@.tmp $@

lua/job_submit.lua: $(srcdir)/lua/job_submit.lua.in Makefile
	$(fill_in_directories)

lua/cli_filter.lua: $(srcdir)/lua/cli_filter.lua.in Makefile
	$(fill_in_directories)

# A file of an earlier release would still be found by its name.
install-data-hook:
	@cd '$(DESTDIR)$(luadir)' && \
	    find atelier -name '*.lua' | while read -r file; do \
	        case ' $(nobase_dist_pkgdata_DATA) ' in \
	        *" lua/$$file "*) ;; \
	        *) rm -f "$$file" ;; \
	        esac; \
	    done && find atelier -type d -empty -delete
