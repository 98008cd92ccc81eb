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
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer

tests_fuzz_hostlist_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_hostlist_fuzz_LDADD = $(libatelier)

tests_fuzz_nfs_fuzz_SOURCES = tests/fuzz/nfs_fuzz.c tests/fuzz/fuzz_kernel.c \
	tests/fuzz/fuzz_server.c tests/unit/allocation.c
tests_fuzz_nfs_fuzz_CFLAGS = $(nfs_cflags)
tests_fuzz_nfs_fuzz_LDFLAGS = $(nfs_ldflags) -fsanitize=fuzzer -Wl,--wrap=clock_milliseconds \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
	-Wl,--wrap=strdup,--wrap=strndup
tests_fuzz_nfs_fuzz_LDADD = $(libatelier_nfs)

tests_fuzz_plan_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_plan_fuzz_LDADD = $(libatelier)

tests_fuzz_preflight_fuzz_SOURCES = tests/fuzz/preflight_fuzz.c tests/fuzz/fuzz_server.c
tests_fuzz_preflight_fuzz_CFLAGS = $(nfs_cflags)
tests_fuzz_preflight_fuzz_LDFLAGS = $(nfs_ldflags) -fsanitize=fuzzer -Wl,--wrap=poll
tests_fuzz_preflight_fuzz_LDADD = $(libatelier_nfs)

tests_fuzz_record_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_record_fuzz_LDADD = $(libatelier)

tests_fuzz_words_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_words_fuzz_LDADD = $(libatelier)
endif
