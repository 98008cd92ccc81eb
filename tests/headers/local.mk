# tests/headers: the plugin against the headers of releases of Slurm that are not here.
#
# headers.bats makes these, not `make build-tests`: one program for each release, of the files
# that include Slurm's headers and the plugin as it is built.
headers_replays = $(addprefix tests/headers/replay-, \
	22.05.8 23.02.8 23.11.11 24.05.8 24.11.5 25.05.8 25.11.7 26.05.3)
headers_sources = \
	plugin/hooks.c plugin/spank_job.c \
	tests/hooks/replay.c tests/hooks/replay_actions.c tests/hooks/replay_expectations.c \
	tests/hooks/spank_stub.c \
	# End of headers_sources
headers_lone_sources = tests/cluster/forge.c tests/lua/job_submit_stub.c
headers_rest = tests/hooks/fake_keeper.c tests/hooks/remove_tree.c tests/hooks/replay_line.c

headers_compile = $(CC) -I$(srcdir)/tests/headers/described -I$(srcdir) -DDESCRIBED=$$described \
	$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) -Werror $(CFLAGS)

# 23.02.8 is 23,2,8 in C, where 08 is no number.
$(headers_replays): tests/headers/replay-%: $(headers_sources) $(headers_lone_sources) \
    tests/headers/slurm_facts.h tests/hooks/replay
	$(AM_V_at)$(MKDIR_P) tests/headers/$*
	$(AM_V_CCLD)described=`echo $* | sed 's/\.0*/,/g'` && \
	for source in $(headers_sources) $(headers_lone_sources); do \
	    $(headers_compile) -c -o tests/headers/$*/`basename $$source .c`.o $(srcdir)/$$source || \
	        exit; \
	done
	$(AM_V_at)$(CC) $(AM_CFLAGS) $(CFLAGS) \
	    $(tests_hooks_replay_LDFLAGS) $(LDFLAGS) -o $@ \
	    $(addprefix tests/headers/$*/,$(notdir $(headers_sources:.c=.o))) \
	    $(headers_rest:.c=.$(OBJEXT)) $(libatelier_plugin) $(LIBS)

# Warnings would be about Slurm's own headers.
headers-agreement:
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) -I$(srcdir) $(AM_CPPFLAGS) $(CPPFLAGS) \
	    $(AM_CFLAGS) $(CFLAGS) -w -fsyntax-only $(srcdir)/tests/headers/agreement.c

headers-clean:
	rm -rf $(headers_replays) $(headers_replays:tests/headers/replay-%=tests/headers/%)

clean-local: headers-clean
.PHONY: headers-agreement headers-clean

tap_files += tests/headers/headers.bats

EXTRA_DIST += \
	tests/headers/agreement.c \
	tests/headers/described/slurm/slurm.h \
	tests/headers/described/slurm/slurm_version.h \
	tests/headers/described/slurm/spank.h \
	tests/headers/slurm_facts.h \
	# End of EXTRA_DIST
