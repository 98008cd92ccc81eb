# tests/unit: one program for each noun of lib/
unit_tests = \
	tests/unit/client_message_test \
	tests/unit/deadline_test \
	tests/unit/directory_list_test \
	tests/unit/ending_test \
	tests/unit/errand_test \
	tests/unit/error_test \
	tests/unit/fault_test \
	tests/unit/framework_test \
	tests/unit/hostlist_test \
	tests/unit/id_owner_test \
	tests/unit/job_gpus_test \
	tests/unit/job_state_test \
	tests/unit/namespace_kind_test \
	tests/unit/slurm_namespace_test \
	tests/unit/keeper_message_test \
	tests/unit/launcher_settings_test \
	tests/unit/launcher_starter_test \
	tests/unit/launcher_meeting_test \
	tests/unit/launcher_session_test \
	tests/unit/launcher_test \
	tests/unit/lock_contest_test \
	tests/unit/lock_order_test \
	tests/unit/lock_range_test \
	tests/unit/log_test \
	tests/unit/lua_host_test \
	tests/unit/memory_kill_test \
	tests/unit/memory_test \
	tests/unit/message_test \
	tests/unit/mount_list_test \
	tests/unit/name_test \
	tests/unit/names_test \
	tests/unit/nfs_greeting_test \
	tests/unit/nfs_longest_test \
	tests/unit/nfs_refused_test \
	tests/unit/number_test \
	tests/unit/plan_test \
	tests/unit/plan_volume_test \
	tests/unit/program_test \
	tests/unit/proof_test \
	tests/unit/record_test \
	tests/unit/retry_test \
	tests/unit/roll_call_test \
	tests/unit/roll_faults_test \
	tests/unit/roll_strangers_test \
	tests/unit/roll_test \
	tests/unit/run_message_test \
	tests/unit/said_test \
	tests/unit/settings_test \
	tests/unit/trusted_file_test \
	tests/unit/words_test \
	# End of unit_tests

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
tap_built += $(unit_tests)
sanitized_programs += $(unit_tests)
noinst_HEADERS += tests/unit/allocation.h tests/unit/launcher_fixture.h tests/unit/plan_fixture.h tests/unit/roll_fixture.h tests/unit/scratch.h tests/unit/unit.h

check_LIBRARIES += tests/unit/libunit.a
tests_unit_libunit_a_SOURCES = \
	tests/unit/allocation.c \
	tests/unit/launcher_fixture.c \
	tests/unit/plan_fixture.c \
	tests/unit/roll_fixture.c \
	tests/unit/scratch.c \
	# End of tests_unit_libunit_a_SOURCES

# Of the programs that name neither, the source is NAME.c and this is what they are linked with.
unit_libs = tests/unit/libunit.a $(libatelier) $(CMOCKA_LIBS) $(SODIUM_LIBS)
LDADD = $(unit_libs)

tests_unit_id_owner_test_SOURCES = tests/unit/id_owner_test.c cli/doctor/id_owner.c

# Of the NFS client's nouns.
nfs_unit_libs = tests/unit/libunit.a $(libatelier_nfs) $(CMOCKA_LIBS)
tests_unit_lock_contest_test_CFLAGS = $(nfs_cflags)
tests_unit_lock_contest_test_LDADD = $(nfs_unit_libs)
tests_unit_lock_order_test_CFLAGS = $(nfs_cflags)
tests_unit_lock_order_test_LDADD = $(nfs_unit_libs)
tests_unit_lock_range_test_CFLAGS = $(nfs_cflags)
tests_unit_lock_range_test_LDADD = $(nfs_unit_libs)
tests_unit_names_test_CFLAGS = $(nfs_cflags)
tests_unit_names_test_LDADD = $(nfs_unit_libs)
tests_unit_names_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_milliseconds
tests_unit_nfs_greeting_test_CFLAGS = $(nfs_cflags)
tests_unit_nfs_greeting_test_LDFLAGS = $(nfs_ldflags)
tests_unit_nfs_greeting_test_LDADD = $(nfs_unit_libs)
tests_unit_nfs_longest_test_CFLAGS = $(nfs_cflags)
tests_unit_nfs_longest_test_LDFLAGS = $(nfs_ldflags)
tests_unit_nfs_longest_test_LDADD = $(nfs_unit_libs)
tests_unit_nfs_refused_test_CFLAGS = $(nfs_cflags)
tests_unit_nfs_refused_test_LDFLAGS = $(nfs_ldflags)
tests_unit_nfs_refused_test_LDADD = $(nfs_unit_libs)
tests_unit_retry_test_CFLAGS = $(nfs_cflags)
tests_unit_retry_test_LDADD = $(nfs_unit_libs)

# Where an allocation may fail.
allocation_ldflags = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=strdup,--wrap=strndup
tests_unit_memory_test_LDFLAGS = $(allocation_ldflags)
tests_unit_words_test_LDFLAGS = $(allocation_ldflags)
endif

# The same programs once more, from the build with the sanitizers.
root_files += tests/unit/sanitized.t
