# tests/headers: the plugin against the headers of releases of Slurm that are not here.
#
# headers.bats makes these, not `make build-tests`: for each release the programs of tests/hooks that
# know Slurm's headers, of all files that do, and of the plugin as it is built. A test of tests/style
# holds both lists to what includes Slurm's headers.
headers_releases = 22.05.8 23.02.8 23.11.11 24.05.8 24.11.5 25.05.8 25.11.7 26.05.3
headers_plugin = plugin/file_fault.c plugin/hooks.c plugin/spank_job.c
headers_replay = tests/hooks/replay.c tests/hooks/replay_actions.c tests/hooks/replay_expectations.c
headers_stub = tests/hooks/spank_stub.c
headers_lone = tests/hooks/recorded_spank.c tests/hooks/test_files.c
headers_rest = tests/hooks/fake_keeper.c tests/hooks/remove_tree.c tests/hooks/replay_line.c

# What is linked with nothing that knows them: their words are all that is looked at.
headers_read = \
	tests/bench/launch_timer.c \
	tests/cluster/container_plugin.c \
	tests/cluster/forge.c \
	tests/cluster/namespace_plugin.c \
	tests/lua/job_submit_stub.c \
	tests/recordings/spank.c \
	# End of headers_read

headers_linked = $(headers_plugin) $(headers_replay) $(headers_stub) $(headers_lone)
headers_compile = $(CC) -I$(srcdir)/tests/headers/described -I$(srcdir) \
	$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) -Werror $(CFLAGS)
headers_link = $(CC) $(AM_CFLAGS) $(CFLAGS) $(tests_hooks_replay_LDFLAGS) $(LDFLAGS)

# Of a release: its objects of these sources.
headers_objects = $(patsubst %.c,tests/headers/$*/%.o,$(notdir $(1)))

$(headers_releases:%=headers-%): headers-%: tests/hooks/replay
	$(AM_V_at)$(srcdir)/tests/headers/against $* $(headers_linked:%=$(srcdir)/%) -- $(headers_compile)
	$(AM_V_at)for source in $(headers_read); do \
	    $(headers_compile) -DDESCRIBED="`echo $* | sed 's/\.0*/,/g'`" -fsyntax-only $(srcdir)/$$source || \
	        exit; \
	done
	$(AM_V_at)$(headers_link) -o tests/headers/$*/replay \
	    $(call headers_objects,$(headers_plugin) $(headers_replay) $(headers_stub)) \
	    $(headers_rest:.c=.$(OBJEXT)) $(libatelier_plugin) $(LIBS)
	$(AM_V_at)$(headers_link) -o tests/headers/$*/test_files \
	    $(call headers_objects,$(headers_plugin) tests/hooks/test_files.c $(headers_stub)) \
	    $(libatelier_plugin) $(CMOCKA_LIBS) $(LIBS)
	$(AM_V_at)$(headers_link) -o tests/headers/$*/recorded_spank \
	    $(call headers_objects,tests/hooks/recorded_spank.c $(headers_stub)) $(LIBS)

# Warnings would be about Slurm's own headers.
headers-agreement:
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) -I$(srcdir) $(AM_CPPFLAGS) $(CPPFLAGS) \
	    $(AM_CFLAGS) $(CFLAGS) -w -fsyntax-only $(srcdir)/tests/headers/agreement.c

headers-clean:
	rm -rf $(headers_releases:%=tests/headers/%)

clean-local: headers-clean
.PHONY: $(headers_releases:%=headers-%) headers-agreement headers-clean

tap_files += tests/headers/agreement.bats tests/headers/headers.bats

EXTRA_DIST += \
	tests/headers/against \
	tests/headers/agreement.c \
	tests/headers/described/slurm/slurm.h \
	tests/headers/described/slurm/slurm_version.h \
	tests/headers/described/slurm/spank.h \
	tests/headers/slurm_facts.h \
	# End of EXTRA_DIST
