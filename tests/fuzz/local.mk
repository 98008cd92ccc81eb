# tests/fuzz: libFuzzer targets, in a build with --enable-fuzzing (README.md there)
fuzz_targets = \
	tests/fuzz/hostlist_fuzz \
	tests/fuzz/nfs_fuzz \
	tests/fuzz/plan_fuzz \
	tests/fuzz/preflight_fuzz \
	tests/fuzz/record_fuzz \
	tests/fuzz/words_fuzz \
	# End of fuzz_targets

root_files += tests/fuzz/targets.t
EXTRA_DIST += tests/fuzz/README.md tests/fuzz/corpus

if FUZZING
check_PROGRAMS += $(fuzz_targets)
sanitized_programs += $(fuzz_targets)
noinst_HEADERS += tests/fuzz/fuzz.h tests/fuzz/fuzz_kernel.h tests/fuzz/fuzz_server.h
fuzz_cflags = $(AM_CFLAGS) $(LUA_CFLAGS)
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_libs = libatelier.la $(LUA_LIBS)

tests_fuzz_hostlist_fuzz_SOURCES = tests/fuzz/hostlist_fuzz.c
tests_fuzz_hostlist_fuzz_CFLAGS = $(fuzz_cflags)
tests_fuzz_hostlist_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_hostlist_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_nfs_fuzz_SOURCES = tests/fuzz/nfs_fuzz.c tests/fuzz/fuzz_kernel.c \
	tests/fuzz/fuzz_server.c tests/unit/allocation.c $(nfs_client_sources)
tests_fuzz_nfs_fuzz_CFLAGS = $(atelier_nfs_CFLAGS)
tests_fuzz_nfs_fuzz_LDFLAGS = $(fuzz_ldflags) -Wl,--wrap=clock_milliseconds \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=strdup,--wrap=strndup
tests_fuzz_nfs_fuzz_LDADD = $(atelier_nfs_LDADD)

tests_fuzz_plan_fuzz_SOURCES = tests/fuzz/plan_fuzz.c
tests_fuzz_plan_fuzz_CFLAGS = $(fuzz_cflags)
tests_fuzz_plan_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_plan_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_preflight_fuzz_SOURCES = tests/fuzz/preflight_fuzz.c tests/fuzz/fuzz_server.c \
	$(nfs_client_sources)
tests_fuzz_preflight_fuzz_CFLAGS = $(atelier_nfs_CFLAGS)
tests_fuzz_preflight_fuzz_LDFLAGS = $(fuzz_ldflags) -Wl,--wrap=poll
tests_fuzz_preflight_fuzz_LDADD = $(atelier_nfs_LDADD)

tests_fuzz_record_fuzz_SOURCES = tests/fuzz/record_fuzz.c
tests_fuzz_record_fuzz_CFLAGS = $(fuzz_cflags)
tests_fuzz_record_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_record_fuzz_LDADD = $(fuzz_libs)

tests_fuzz_words_fuzz_SOURCES = tests/fuzz/words_fuzz.c
tests_fuzz_words_fuzz_CFLAGS = $(fuzz_cflags)
tests_fuzz_words_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_words_fuzz_LDADD = $(fuzz_libs)
endif
