# The `atelier` command. A verb is one file; so is what several of them use.
bin_PROGRAMS += atelier
atelier_SOURCES = \
	cli/command.h \
	cli/explanation.c cli/explanation.h \
	cli/layout.c cli/layout.h \
	cli/lua_json.c cli/lua_json.h \
	cli/main.c \
	cli/output.c cli/output.h \
	cli/policy_apply.c \
	cli/policy_check.c \
	cli/policy_explain.c \
	cli/policy_host.c cli/policy_host.h \
	cli/policy_show.c \
	cli/policy_test.c \
	cli/request.c cli/request.h \
	cli/slurm_command.c cli/slurm_command.h \
	cli/slurm_inventory.c cli/slurm_inventory.h \
	cli/user.c cli/user.h \
	cli/volume_nodes.c cli/volume_nodes.h \
	cli/volume_question.c cli/volume_question.h \
	cli/volume_test.c \
	# End of atelier_SOURCES
atelier_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS) $(JANSSON_CFLAGS)
atelier_LDADD = libatelier.la $(LUA_LIBS) $(JANSSON_LIBS)
