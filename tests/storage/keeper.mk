# tests/storage: the keeper
check_PROGRAMS += tests/storage/stand_in_client tests/storage/join tests/storage/hand
tests_storage_stand_in_client_SOURCES = tests/storage/stand_in_client.c
tests_storage_stand_in_client_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_stand_in_client_LDADD = libatelier.la
tests_storage_join_SOURCES = tests/storage/join.c
tests_storage_join_LDADD = libatelier.la
tests_storage_hand_SOURCES = tests/storage/hand.c
tests_storage_hand_LDADD = libatelier.la
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
check_PROGRAMS += tests/storage/storage_test
tap_built += tests/storage/storage_test
tests_storage_storage_test_SOURCES = tests/storage/storage_test.c \
	tests/storage/system_stand_in.c tests/storage/system_stand_in.h
tests_storage_storage_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_storage_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_storage_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fork,--wrap=socketpair
tests_storage_storage_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/client_id_test
tap_built += tests/storage/client_id_test
tests_storage_client_id_test_SOURCES = tests/storage/client_id_test.c
tests_storage_client_id_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_client_id_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_client_id_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/job_comment_test
tap_built += tests/storage/job_comment_test
tests_storage_job_comment_test_SOURCES = tests/storage/job_comment_test.c \
	tests/unit/scratch.c
tests_storage_job_comment_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_job_comment_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_job_comment_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/job_watch_test
tap_built += tests/storage/job_watch_test
tests_storage_job_watch_test_SOURCES = tests/storage/job_watch_test.c tests/unit/scratch.c
tests_storage_job_watch_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_job_watch_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_job_watch_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/kinds_test
tap_built += tests/storage/kinds_test
tests_storage_kinds_test_SOURCES = tests/storage/kinds_test.c
tests_storage_kinds_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_kinds_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_kinds_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fork,--wrap=socketpair
tests_storage_kinds_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)
check_PROGRAMS += tests/storage/ending_test
tap_built += tests/storage/ending_test
tests_storage_ending_test_SOURCES = tests/storage/ending_test.c
tests_storage_ending_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_ending_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_ending_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/kernel_watch_test
tap_built += tests/storage/kernel_watch_test
tests_storage_kernel_watch_test_SOURCES = tests/storage/kernel_watch_test.c
tests_storage_kernel_watch_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_kernel_watch_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_kernel_watch_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)

check_PROGRAMS += tests/storage/run_directory_test
tap_built += tests/storage/run_directory_test
tests_storage_run_directory_test_SOURCES = tests/storage/run_directory_test.c
tests_storage_run_directory_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/storage
tests_storage_run_directory_test_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_storage_run_directory_test_LDADD = libkeeper.la libatelier.la $(CMOCKA_LIBS)
endif
