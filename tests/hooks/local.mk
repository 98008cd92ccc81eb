# tests/hooks
check_PROGRAMS += tests/hooks/prolog_options tests/hooks/recorded_spank tests/hooks/replay tests/hooks/test_files
tests_hooks_replay_SOURCES = \
	tests/hooks/fake_keeper.c tests/hooks/fake_keeper.h \
	tests/hooks/remove_tree.c tests/hooks/remove_tree.h \
	tests/hooks/replay.c tests/hooks/replay.h \
	tests/hooks/replay_actions.c \
	tests/hooks/replay_expectations.c \
	tests/hooks/replay_line.c \
	tests/hooks/spank_stub.c tests/hooks/spank_stub.h \
	# End of tests_hooks_replay_SOURCES
tests_hooks_replay_LDADD = $(libatelier_plugin)
tests_hooks_replay_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=setns,--wrap=unshare,--wrap=stat,--wrap=slurm_namespace_open

tests_hooks_test_files_SOURCES = \
	tests/hooks/test_files.c \
	tests/hooks/spank_stub.c tests/hooks/spank_stub.h \
	# End of tests_hooks_test_files_SOURCES
tests_hooks_test_files_LDADD = $(libatelier_plugin) $(CMOCKA_LIBS)
tests_hooks_test_files_LDFLAGS = $(tests_hooks_replay_LDFLAGS)

tests_hooks_recorded_spank_SOURCES = \
	tests/hooks/recorded_spank.c \
	tests/hooks/spank_stub.c tests/hooks/spank_stub.h \
	# End of tests_hooks_recorded_spank_SOURCES
tests_hooks_recorded_spank_LDADD =
tests_hooks_recorded_spank_LDFLAGS = $(tests_hooks_replay_LDFLAGS)

tests_hooks_prolog_options_SOURCES = \
	tests/hooks/prolog_options.c \
	tests/hooks/spank_stub.c tests/hooks/spank_stub.h \
	# End of tests_hooks_prolog_options_SOURCES
tests_hooks_prolog_options_LDADD = $(libatelier_plugin)
tests_hooks_prolog_options_LDFLAGS = $(tests_hooks_replay_LDFLAGS)

tap_built += tests/hooks/recorded_spank tests/hooks/replay tests/hooks/test_files
tap_files += tests/hooks/option_readers.lua tests/hooks/recorded-commands.bats tests/hooks/replay.bats tests/hooks/slurm.bats tests/hooks/system-calls.bats

EXTRA_DIST += \
	tests/hooks/fake-keeper \
	tests/hooks/experiment-stand-in \
	tests/hooks/fake-scontrol \
	tests/hooks/silent/scontrol tests/hooks/silent/squeue \
	tests/hooks/sacctmgr \
	tests/hooks/squeue \
	tests/hooks/launchers/mirror.lua \
	tests/hooks/launchers/broken.lua \
	tests/hooks/launchers/picky.lua \
	tests/hooks/mounts.hooks \
	tests/hooks/node.hooks \
	tests/hooks/step.hooks \
	tests/hooks/submission.hooks \
	tests/hooks/task.hooks \
	# End of EXTRA_DIST
