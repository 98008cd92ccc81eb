# tests/storage: the keeper
check_PROGRAMS += tests/storage/stand_in_client tests/storage/join
tests_storage_stand_in_client_SOURCES = tests/storage/stand_in_client.c
tests_storage_stand_in_client_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/storage
tests_storage_stand_in_client_LDADD = libatelier.la
tests_storage_join_SOURCES = tests/storage/join.c
tests_storage_join_LDADD = libatelier.la
