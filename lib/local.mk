# What the policy engine has alike.
BUILT_SOURCES += lib/agreed.h lib/option/option_rows.h
CLEANFILES += lib/agreed.h lib/option/option_rows.h
EXTRA_DIST += lib/agreed.awk lib/option/option_rows.awk

# What make includes it makes first, whatever it is asked for.
CLEANFILES += lib/built.mk
-include lib/built.mk

lib/built.mk: $(BUILT_SOURCES)
	@: >$@

lib/agreed.h: $(srcdir)/lua/atelier/base/agreed.lua $(srcdir)/lib/agreed.awk
	$(AM_V_GEN)$(MKDIR_P) lib && LC_ALL=C $(AWK) -f $(srcdir)/lib/agreed.awk \
	    $(srcdir)/lua/atelier/base/agreed.lua >$@.tmp && mv $@.tmp $@

lib/option/option_rows.h: $(srcdir)/lua/atelier/base/option.lua $(srcdir)/lib/option/option_rows.awk
	$(AM_V_GEN)$(MKDIR_P) lib && LC_ALL=C $(AWK) -f $(srcdir)/lib/option/option_rows.awk \
	    $(srcdir)/lua/atelier/base/option.lua >$@.tmp && mv $@.tmp $@

noinst_LIBRARIES += libatelier.a
nodist_libatelier_a_SOURCES = lib/agreed.h lib/option/option_rows.h
libatelier_a_SOURCES = \
	lib/deadline.c lib/deadline.h \
	lib/ending.c lib/ending.h \
	lib/errand.c lib/errand.h \
	lib/error.c lib/error.h \
	lib/fault.c lib/fault.h \
	lib/hostlist.c lib/hostlist.h \
	lib/log.c lib/log.h \
	lib/message.c lib/message.h \
	lib/mounted.c lib/mounted.h \
	lib/name.c lib/name.h \
	lib/nobody.c lib/nobody.h \
	lib/number.c lib/number.h \
	lib/process.c lib/process.h \
	lib/program.c lib/program.h \
	lib/record.c lib/record.h \
	lib/said.c lib/said.h \
	lib/settings.c lib/settings.h \
	lib/trusted_file.c lib/trusted_file.h \
	lib/words.c lib/words.h \
	lib/launcher/launcher.c lib/launcher/launcher.h \
	lib/launcher/launcher_directory.c lib/launcher/launcher_directory.h \
	lib/launcher/launcher_layout.c lib/launcher/launcher_layout.h \
	lib/launcher/launcher_meeting.c lib/launcher/launcher_meeting.h \
	lib/launcher/launcher_run.c lib/launcher/launcher_run.h \
	lib/launcher/launcher_session.c lib/launcher/launcher_session.h \
	lib/launcher/launcher_starter.c lib/launcher/launcher_starter.h \
	lib/lua/lua_environment.c lib/lua/lua_environment.h \
	lib/lua/lua_field.c lib/lua/lua_field.h \
	lib/lua/lua_host.c lib/lua/lua_host.h \
	lib/lua/lua_library.c lib/lua/lua_library.h \
	lib/option/directory_list.c lib/option/directory_list.h \
	lib/option/framework.c lib/option/framework.h \
	lib/option/mount_list.c lib/option/mount_list.h \
	lib/option/option.c lib/option/option.h \
	lib/policy/facts.c lib/policy/facts.h \
	lib/policy/plan.c lib/policy/plan.h \
	lib/policy/plan_answer.c lib/policy/plan_answer.h \
	lib/policy/plan_reader.c lib/policy/plan_reader.h \
	lib/policy/plan_volume.c lib/policy/plan_volume.h \
	lib/policy/policy_engine.c lib/policy/policy_engine.h \
	lib/policy/policy_text.c lib/policy/policy_text.h \
	lib/protocol/client_message.c lib/protocol/client_message.h \
	lib/protocol/client_protocol.h \
	lib/protocol/client_target.c lib/protocol/client_target.h \
	lib/protocol/field.c lib/protocol/field.h \
	lib/protocol/file_server.c lib/protocol/file_server.h \
	lib/protocol/keeper_message.c lib/protocol/keeper_message.h \
	lib/protocol/keeper_protocol.h \
	lib/protocol/proof.c lib/protocol/proof.h \
	lib/protocol/release.c lib/protocol/release.h \
	lib/protocol/run_line.c lib/protocol/run_line.h \
	lib/protocol/run_message.c lib/protocol/run_message.h \
	lib/protocol/run_protocol.h \
	lib/roll/resolve.c lib/roll/resolve.h \
	lib/roll/roll.c lib/roll/roll.h \
	lib/roll/roll_answer.c \
	lib/roll/roll_call.c lib/roll/roll_call.h \
	lib/roll/roll_mark.c lib/roll/roll_mark.h \
	lib/roll/roll_message.c lib/roll/roll_message.h \
	lib/roll/roll_peers.c lib/roll/roll_peers.h \
	lib/roll/roll_question.c lib/roll/roll_question.h \
	lib/roll/roll_socket.c lib/roll/roll_socket.h \
	lib/slurm/job_gpus.c lib/slurm/job_gpus.h \
	lib/slurm/job_line.c lib/slurm/job_line.h \
	lib/slurm/job_state.c lib/slurm/job_state.h \
	lib/slurm/memory_kill.c lib/slurm/memory_kill.h \
	lib/slurm/mpi_library.c lib/slurm/mpi_library.h \
	lib/slurm/namespace_kind.c lib/slurm/namespace_kind.h \
	lib/slurm/random_pause.c lib/slurm/random_pause.h \
	lib/slurm/slurm_command.c lib/slurm/slurm_command.h \
	lib/slurm/slurm_mpi.c lib/slurm/slurm_mpi.h \
	lib/slurm/slurm_namespace.c lib/slurm/slurm_namespace.h \
	lib/slurm/slurm_option.h \
	lib/slurm/slurm_place.c lib/slurm/slurm_place.h \
	# End of libatelier_a_SOURCES
libatelier = libatelier.a $(LUA_LIBS)
