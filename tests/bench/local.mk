root_files += tests/bench/smoke.sh
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/commands \
	tests/bench/first_all_reduce.py \
	tests/bench/job \
	tests/bench/launch \
	tests/bench/load.lua \
	tests/bench/nfs_relay.py \
	tests/bench/policy \
	tests/bench/run \
	tests/bench/torchrun_here.py \
	tests/bench/volume_locks.py \
	tests/bench/volume_names.py \
	tests/bench/volumes

# The load that tests/bench/volumes compares with raw libnfs.
check_PROGRAMS += nfs_load
nfs_load_SOURCES = tests/bench/nfs_load.c
nfs_load_CFLAGS = $(AM_CFLAGS) $(LIBNFS_CFLAGS) -pthread
nfs_load_LDADD = $(LIBNFS_LIBS)

# Slurm's programs, of which tests/bench/commands measures when they begin.
check_PROGRAMS += tests/bench/exec_clock
tests_bench_exec_clock_LDADD =
root_files += tests/bench/commands-smoke.sh

# The keeper's.
check_PROGRAMS += tests/bench/keeper_timer
tests_bench_keeper_timer_LDADD = $(libatelier)
root_files += tests/bench/keeper-smoke.sh
EXTRA_DIST += tests/bench/keeper

# The start of a task; it counts what malloc gives, which sanitizers do not let it.
check_PROGRAMS += tests/bench/launch_timer
tests_bench_launch_timer_SOURCES = tests/bench/launch_timer.c \
	tests/hooks/fake_keeper.c tests/hooks/fake_keeper.h \
	tests/hooks/remove_tree.c tests/hooks/remove_tree.h \
	tests/hooks/spank_stub.c tests/hooks/spank_stub.h
tests_bench_launch_timer_LDADD = $(libatelier_plugin)
tests_bench_launch_timer_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=setns,--wrap=unshare,--wrap=stat
root_files += tests/bench/launch-smoke.sh
