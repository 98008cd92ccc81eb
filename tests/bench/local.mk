root_files += tests/bench/smoke.sh
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/job \
	tests/bench/load.lua \
	tests/bench/nfs_relay.py \
	tests/bench/policy \
	tests/bench/run \
	tests/bench/volume_names.py \
	tests/bench/volumes

# The load that tests/bench/volumes compares with raw libnfs.
check_PROGRAMS += nfs_load
nfs_load_SOURCES = tests/bench/nfs_load.c
nfs_load_CFLAGS = $(AM_CFLAGS) $(LIBNFS_CFLAGS) -pthread
nfs_load_LDADD = $(LIBNFS_LIBS)

# The keeper's.
check_PROGRAMS += tests/bench/keeper_timer
tests_bench_keeper_timer_SOURCES = tests/bench/keeper_timer.c
tests_bench_keeper_timer_LDADD = libatelier.la
root_files += tests/bench/keeper-smoke.sh
EXTRA_DIST += tests/bench/keeper
