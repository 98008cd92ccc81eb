# tests/storage: the keeper
check_PROGRAMS += tests/storage/stand_in_client tests/storage/join
tests_storage_stand_in_client_SOURCES = tests/storage/stand_in_client.c
tests_storage_stand_in_client_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/storage
tests_storage_stand_in_client_LDADD = libatelier.la
tests_storage_join_SOURCES = tests/storage/join.c
tests_storage_join_LDADD = libatelier.la
keeper_bats = \
	tests/storage/0101-keeper.bats \
	tests/storage/0102-keeper-failures.bats \
	tests/storage/0103-keeper-faults.bats \
	# End of keeper_bats
root_files += $(keeper_bats)
EXTRA_DIST += $(keeper_bats) tests/storage/keeper.bash
