root_files += tests/bench/smoke.sh
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/job \
	tests/bench/load.lua \
	tests/bench/policy \
	tests/bench/run
check_PROGRAMS += tests/bench/keeper_timer
tests_bench_keeper_timer_SOURCES = tests/bench/keeper_timer.c
tests_bench_keeper_timer_LDADD = libatelier.la
root_files += tests/bench/keeper-smoke.sh
EXTRA_DIST += tests/bench/keeper
