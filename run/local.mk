# run: `atelier run`, which is a part of the `atelier` command.
run_command_sources = \
	run/log_file.c run/log_file.h \
	run/option_number.c run/option_number.h \
	run/rank_command.c run/rank_command.h \
	run/run.c run/run.h \
	run/run_allocation.c run/run_allocation.h \
	run/run_command.c run/run_command.h \
	run/run_directories.c run/run_directories.h \
	run/run_job.c run/run_job.h \
	run/run_log.c run/run_log.h \
	run/run_loss.c run/run_loss.h \
	run/run_peer.c run/run_peer.h \
	run/run_plan.c run/run_plan.h \
	run/run_share.c run/run_share.h \
	run/run_step.c run/run_step.h \
	run/run_verdict.c run/run_verdict.h \
	# End of run_command_sources

# What srun starts for each process of `atelier run`; under the second name, which the plugin
# knows, for each node's preparation.
program_PROGRAMS += atelier-rank atelier-prepare
atelier_rank_SOURCES = \
	run/log_file.c run/log_file.h \
	run/rank_command.c run/rank_command.h \
	run/rank_link.c run/rank_link.h \
	run/rank_main.c \
	run/rank_options.c run/rank_options.h \
	run/rank_output.c run/rank_output.h \
	run/rank_service.c run/rank_service.h \
	run/run_directories.c run/run_directories.h \
	# End of atelier_rank_SOURCES
atelier_rank_LDADD = $(libatelier) $(SODIUM_LIBS)
atelier_prepare_SOURCES = $(atelier_rank_SOURCES)
atelier_prepare_LDADD = $(libatelier) $(SODIUM_LIBS)
