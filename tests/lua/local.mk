tap_files += \
	tests/lua/admin_comment.lua \
	tests/lua/budget.lua \
	tests/lua/changed_size.lua \
	tests/lua/cli_filter.lua \
	tests/lua/effects.lua \
	tests/lua/example.lua \
	tests/lua/explain.lua \
	tests/lua/file.lua \
	tests/lua/groups.lua \
	tests/lua/hooks.lua \
	tests/lua/include.lua \
	tests/lua/job_directories.lua \
	tests/lua/job_submit.lua \
	tests/lua/job_submit_plugin.sh \
	tests/lua/modify.lua \
	tests/lua/mounts.lua \
	tests/lua/name.lua \
	tests/lua/node.lua \
	tests/lua/policy_file.lua \
	tests/lua/policy_keys.lua \
	tests/lua/private_directories.lua \
	tests/lua/pure.lua \
	tests/lua/recorded.lua \
	tests/lua/same_decision \
	tests/lua/scope.lua \
	tests/lua/size.lua \
	tests/lua/lost_record.lua \
	tests/lua/slurm.lua \
	tests/lua/spank_env.lua \
	tests/lua/submit.lua \
	tests/lua/trial.lua \
	tests/lua/volume_kinds.lua \
	# End of tap_files
# Of what only the command asks.
tap_files += \
	tests/lua/case.lua \
	tests/lua/change.lua \
	tests/lua/command.lua \
	tests/lua/command_line.lua \
	tests/lua/doctor.lua \
	tests/lua/enforcement.lua \
	tests/lua/new_experiment.lua \
	tests/lua/replay.lua \
	tests/lua/room.lua \
	tests/lua/requirement.lua \
	tests/lua/setup.lua \
	tests/lua/show.lua \
	# End of the command's
EXTRA_DIST += \
	tests/lua/fixtures/cli-filter-before-folders.lua \
	tests/lua/fixtures/rules-policy.lua \
	tests/lua/fixtures/site-policy.lua \
	tests/lua/recording.lua \
	tests/lua/rules.lua \
	tests/lua/site.lua \
	tests/lua/slurmctld.lua \
	tests/lua/tap.lua

# The plugin that it loads looks for slurmctld's symbols in the program.
check_PROGRAMS += tests/lua/job_submit_stub
tests_lua_job_submit_stub_SOURCES = tests/lua/job_submit_stub.c
tests_lua_job_submit_stub_LDFLAGS = $(AM_LDFLAGS) -rdynamic
tests_lua_job_submit_stub_LDADD = -ldl
