# tests/storage: the keeper
check_PROGRAMS += tests/storage/stand_in_client tests/storage/join tests/storage/hand tests/storage/memory_said
tests_storage_stand_in_client_LDADD = $(libatelier)
tests_storage_join_LDADD = $(libatelier)
tests_storage_hand_LDADD = $(libatelier)
tests_storage_memory_said_LDADD = $(libatelier)
root_files += \
	tests/storage/0101-keeper.bats \
	tests/storage/0102-keeper-failures.bats \
	tests/storage/0103-keeper-faults.bats \
	tests/storage/0105-keeper-children.bats \
	tests/storage/0106-keeper-outages.bats \
	tests/storage/0107-keeper-namespaces.bats \
	tests/storage/0104-keeper-volumes.t \
	tests/storage/0702-stale-jobs.bats \
	# End of root_files
EXTRA_DIST += tests/storage/slurm/squeue tests/storage/keeper.bash tests/storage/README.md

if HAVE_CMOCKA
keeper_tests = \
	tests/storage/client_id_test \
	tests/storage/ending_test \
	tests/storage/job_comment_test \
	tests/storage/job_watch_test \
	tests/storage/kernel_watch_test \
	tests/storage/kinds_test \
	tests/storage/run_directory_test \
	tests/storage/storage_test \
	# End of keeper_tests
check_PROGRAMS += $(keeper_tests)
tap_built += $(keeper_tests)
tests_storage_client_id_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_ending_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_job_comment_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_job_watch_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_kernel_watch_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_kinds_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_kinds_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fork,--wrap=socketpair
tests_storage_run_directory_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_storage_test_SOURCES = tests/storage/storage_test.c \
	tests/storage/system_stand_in.c tests/storage/system_stand_in.h
tests_storage_storage_test_LDADD = libkeeper.a $(unit_libs)
tests_storage_storage_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fork,--wrap=socketpair
endif
