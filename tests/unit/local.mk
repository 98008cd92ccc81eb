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
tests_unit_ending_test_SOURCES = tests/unit/ending_test.c tests/unit/scratch.c
tests_unit_ending_test_CFLAGS = $(unit_cflags)
tests_unit_ending_test_LDADD = $(unit_libs)

tests_unit_errand_test_SOURCES = tests/unit/errand_test.c
tests_unit_errand_test_CFLAGS = $(unit_cflags)
tests_unit_errand_test_LDADD = $(unit_libs)

tests_unit_number_test_SOURCES = tests/unit/number_test.c
tests_unit_number_test_CFLAGS = $(unit_cflags)
tests_unit_number_test_LDADD = $(unit_libs)

tests_unit_program_test_SOURCES = tests/unit/program_test.c
tests_unit_program_test_CFLAGS = $(unit_cflags)
tests_unit_program_test_LDADD = $(unit_libs)

tests_unit_said_test_SOURCES = tests/unit/said_test.c
tests_unit_said_test_CFLAGS = $(unit_cflags)
tests_unit_said_test_LDADD = $(unit_libs)

tests_unit_error_test_SOURCES = tests/unit/error_test.c
tests_unit_error_test_CFLAGS = $(unit_cflags)
tests_unit_error_test_LDADD = $(unit_libs)

tests_unit_framework_test_SOURCES = tests/unit/framework_test.c
tests_unit_framework_test_CFLAGS = $(unit_cflags)
tests_unit_framework_test_LDADD = $(unit_libs)

tests_unit_hostlist_test_SOURCES = tests/unit/hostlist_test.c
tests_unit_hostlist_test_CFLAGS = $(unit_cflags)
tests_unit_hostlist_test_LDADD = $(unit_libs)
tests_unit_id_owner_test_SOURCES = tests/unit/id_owner_test.c cli/doctor/id_owner.c cli/doctor/id_owner.h
tests_unit_id_owner_test_CFLAGS = $(unit_cflags) -I$(top_srcdir)/cli
tests_unit_id_owner_test_LDADD = $(unit_libs)

tests_unit_job_gpus_test_SOURCES = tests/unit/job_gpus_test.c
tests_unit_job_gpus_test_CFLAGS = $(unit_cflags)
tests_unit_job_gpus_test_LDADD = $(unit_libs)
tests_unit_namespace_kind_test_SOURCES = tests/unit/namespace_kind_test.c
tests_unit_namespace_kind_test_CFLAGS = $(unit_cflags)
tests_unit_namespace_kind_test_LDADD = $(unit_libs)
tests_unit_slurm_namespace_test_SOURCES = tests/unit/slurm_namespace_test.c
tests_unit_slurm_namespace_test_CFLAGS = $(unit_cflags)
tests_unit_slurm_namespace_test_LDADD = $(unit_libs)
tests_unit_job_state_test_SOURCES = tests/unit/job_state_test.c
tests_unit_job_state_test_CFLAGS = $(unit_cflags)
tests_unit_job_state_test_LDADD = $(unit_libs)

tests_unit_keeper_message_test_SOURCES = tests/unit/keeper_message_test.c
tests_unit_keeper_message_test_CFLAGS = $(unit_cflags)
tests_unit_keeper_message_test_LDADD = $(unit_libs)

tests_unit_lock_contest_test_SOURCES = tests/unit/lock_contest_test.c \
	nfs/lock/lock_contest.c nfs/lock/lock_contest.h
tests_unit_lock_contest_test_CFLAGS = $(unit_cflags) $(LIBNFS_CFLAGS)
tests_unit_lock_contest_test_LDADD = $(unit_libs)

tests_unit_lock_order_test_SOURCES = tests/unit/lock_order_test.c \
	nfs/lock/lock_contest.c nfs/lock/lock_contest.h \
	nfs/lock/lock_holder.c nfs/lock/lock_holder.h \
	nfs/lock/lock_list.c nfs/lock/lock_list.h \
	nfs/lock/lock_order.c nfs/lock/lock_order.h \
	nfs/lock/lock_queue.c nfs/lock/lock_queue.h \
	nfs/lock/lock_range.c nfs/lock/lock_range.h \
	nfs/lock/lock_request.c nfs/lock/lock_request.h \
	nfs/lock/lock_return.c nfs/lock/lock_return.h
tests_unit_lock_order_test_CFLAGS = $(unit_cflags) $(FUSE_CFLAGS) $(LIBNFS_CFLAGS)
tests_unit_lock_order_test_LDADD = $(unit_libs) $(FUSE_LIBS) $(LIBNFS_LIBS)

tests_unit_lock_range_test_SOURCES = tests/unit/lock_range_test.c \
	nfs/lock/lock_range.c nfs/lock/lock_range.h
tests_unit_lock_range_test_CFLAGS = $(unit_cflags)
tests_unit_lock_range_test_LDADD = $(unit_libs)

tests_unit_mount_list_test_SOURCES = tests/unit/mount_list_test.c
tests_unit_mount_list_test_CFLAGS = $(unit_cflags)
tests_unit_mount_list_test_LDADD = $(unit_libs)

tests_unit_log_test_SOURCES = tests/unit/log_test.c tests/unit/scratch.c
tests_unit_log_test_CFLAGS = $(unit_cflags)
tests_unit_log_test_LDADD = $(unit_libs)

tests_unit_name_test_SOURCES = tests/unit/name_test.c
tests_unit_name_test_CFLAGS = $(unit_cflags)
tests_unit_name_test_LDADD = $(unit_libs)

tests_unit_names_test_SOURCES = tests/unit/names_test.c \
	nfs/name/attributes.c nfs/name/attributes.h \
	nfs/name/names.c nfs/name/names.h
tests_unit_names_test_CFLAGS = $(unit_cflags) $(FUSE_CFLAGS) $(LIBNFS_CFLAGS)
tests_unit_names_test_LDFLAGS = -Wl,--wrap=clock_milliseconds
tests_unit_names_test_LDADD = $(unit_libs) $(FUSE_LIBS) $(LIBNFS_LIBS)

tests_unit_memory_kill_test_SOURCES = tests/unit/memory_kill_test.c tests/unit/scratch.c
tests_unit_memory_kill_test_CFLAGS = $(unit_cflags)
tests_unit_memory_kill_test_LDADD = $(unit_libs)

tests_unit_nfs_greeting_test_SOURCES = tests/unit/nfs_greeting_test.c $(nfs_client_sources)
tests_unit_nfs_greeting_test_CFLAGS = $(atelier_nfs_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_nfs_greeting_test_LDADD = $(atelier_nfs_LDADD) $(CMOCKA_LIBS)

tests_unit_nfs_longest_test_SOURCES = tests/unit/nfs_longest_test.c $(nfs_client_sources)
tests_unit_nfs_longest_test_CFLAGS = $(atelier_nfs_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_nfs_longest_test_LDADD = $(atelier_nfs_LDADD) $(CMOCKA_LIBS)

tests_unit_nfs_refused_test_SOURCES = tests/unit/nfs_refused_test.c $(nfs_client_sources)
tests_unit_nfs_refused_test_CFLAGS = $(atelier_nfs_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_nfs_refused_test_LDADD = $(atelier_nfs_LDADD) $(CMOCKA_LIBS)
tests_unit_proof_test_SOURCES = tests/unit/proof_test.c
tests_unit_proof_test_CFLAGS = $(unit_cflags)
tests_unit_proof_test_LDADD = $(unit_libs)

tests_unit_record_test_SOURCES = tests/unit/record_test.c
tests_unit_record_test_CFLAGS = $(unit_cflags)
tests_unit_record_test_LDADD = $(unit_libs)

tests_unit_retry_test_SOURCES = tests/unit/retry_test.c \
	nfs/file/retry.c nfs/file/retry.h
tests_unit_retry_test_CFLAGS = $(unit_cflags)
tests_unit_retry_test_LDADD = $(unit_libs)

tests_unit_roll_test_SOURCES = tests/unit/roll_test.c
tests_unit_roll_test_CFLAGS = $(unit_cflags)
tests_unit_roll_test_LDADD = $(unit_libs)

tests_unit_roll_call_test_SOURCES = tests/unit/roll_call_test.c tests/unit/roll_fixture.c
tests_unit_roll_call_test_CFLAGS = $(unit_cflags)
tests_unit_roll_call_test_LDADD = $(unit_libs)

tests_unit_roll_faults_test_SOURCES = tests/unit/roll_faults_test.c tests/unit/roll_fixture.c
tests_unit_roll_faults_test_CFLAGS = $(unit_cflags)
tests_unit_roll_faults_test_LDADD = $(unit_libs)

tests_unit_roll_strangers_test_SOURCES = tests/unit/roll_strangers_test.c \
	tests/unit/roll_fixture.c
tests_unit_roll_strangers_test_CFLAGS = $(unit_cflags)
tests_unit_roll_strangers_test_LDADD = $(unit_libs)

tests_unit_run_message_test_SOURCES = tests/unit/run_message_test.c
tests_unit_run_message_test_CFLAGS = $(unit_cflags) $(SODIUM_CFLAGS)
tests_unit_run_message_test_LDADD = $(unit_libs)

tests_unit_settings_test_SOURCES = tests/unit/settings_test.c
tests_unit_settings_test_CFLAGS = $(unit_cflags)
tests_unit_settings_test_LDADD = $(unit_libs)

tests_unit_lua_host_test_SOURCES = tests/unit/lua_host_test.c tests/unit/scratch.c
tests_unit_lua_host_test_CFLAGS = $(unit_cflags)
tests_unit_lua_host_test_LDADD = $(unit_libs)

tests_unit_message_test_SOURCES = tests/unit/message_test.c tests/unit/scratch.c
tests_unit_message_test_CFLAGS = $(unit_cflags)
tests_unit_message_test_LDADD = $(unit_libs)

tests_unit_trusted_file_test_SOURCES = tests/unit/trusted_file_test.c tests/unit/scratch.c
tests_unit_trusted_file_test_CFLAGS = $(unit_cflags)
tests_unit_trusted_file_test_LDADD = $(unit_libs)

tests_unit_launcher_settings_test_SOURCES = tests/unit/launcher_settings_test.c tests/unit/launcher_fixture.c tests/unit/scratch.c
tests_unit_launcher_settings_test_CFLAGS = $(unit_cflags)
tests_unit_launcher_settings_test_LDADD = $(unit_libs)

tests_unit_launcher_starter_test_SOURCES = tests/unit/launcher_starter_test.c
tests_unit_launcher_starter_test_CFLAGS = $(unit_cflags)
tests_unit_launcher_starter_test_LDADD = $(unit_libs)

tests_unit_launcher_meeting_test_SOURCES = tests/unit/launcher_meeting_test.c tests/unit/launcher_fixture.c tests/unit/scratch.c
tests_unit_launcher_meeting_test_CFLAGS = $(unit_cflags)
tests_unit_launcher_meeting_test_LDADD = $(unit_libs)

tests_unit_launcher_session_test_SOURCES = tests/unit/launcher_session_test.c tests/unit/launcher_fixture.c tests/unit/scratch.c
tests_unit_launcher_session_test_CFLAGS = $(unit_cflags)
tests_unit_launcher_session_test_LDADD = $(unit_libs)

tests_unit_launcher_test_SOURCES = tests/unit/launcher_test.c tests/unit/launcher_fixture.c tests/unit/scratch.c
tests_unit_launcher_test_CFLAGS = $(unit_cflags)
tests_unit_launcher_test_LDADD = $(unit_libs)

tests_unit_words_test_SOURCES = tests/unit/words_test.c tests/unit/allocation.c
tests_unit_words_test_CFLAGS = $(unit_cflags)
tests_unit_words_test_LDADD = $(unit_libs)
tests_unit_words_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc \
	-Wl,--wrap=realloc,--wrap=strdup,--wrap=strndup

tests_unit_memory_test_SOURCES = tests/unit/memory_test.c tests/unit/allocation.c \
	tests/unit/launcher_fixture.c tests/unit/plan_fixture.c tests/unit/scratch.c
tests_unit_memory_test_CFLAGS = $(unit_cflags)
tests_unit_memory_test_LDADD = $(unit_libs)
tests_unit_memory_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc \
	-Wl,--wrap=realloc,--wrap=strdup,--wrap=strndup

tests_unit_fault_test_SOURCES = tests/unit/fault_test.c
tests_unit_fault_test_CFLAGS = $(unit_cflags)
tests_unit_fault_test_LDADD = $(unit_libs)

tests_unit_plan_test_SOURCES = tests/unit/plan_test.c tests/unit/plan_fixture.c tests/unit/scratch.c
tests_unit_plan_test_CFLAGS = $(unit_cflags)
tests_unit_plan_test_LDADD = $(unit_libs)
tests_unit_plan_volume_test_SOURCES = tests/unit/plan_volume_test.c tests/unit/plan_fixture.c tests/unit/scratch.c
tests_unit_plan_volume_test_CFLAGS = $(unit_cflags)
tests_unit_plan_volume_test_LDADD = $(unit_libs)
endif

# The same programs once more, from the build with the sanitizers.
root_files += tests/unit/sanitized.t
