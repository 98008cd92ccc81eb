# storage: the keeper. Its parts are a library, so that a test can link them with a plan of
# its own.
noinst_LTLIBRARIES += libkeeper.la
libkeeper_la_SOURCES = \
	storage/client_id.c storage/client_id.h \
	storage/client_process.c storage/client_process.h \
	storage/command_line.c storage/command_line.h \
	storage/directory.c storage/directory.h \
	storage/file_server.c storage/file_server.h \
	storage/identity.c storage/identity.h \
	storage/job_comment.c storage/job_comment.h \
	storage/job_watch.c storage/job_watch.h \
	storage/keeper.c storage/keeper.h \
	storage/keeper_answer.c \
	storage/keeper_loop.c \
	storage/keeper_outage.c \
	storage/keeper_plan.c \
	storage/keeper_start.c \
	storage/keeper_stop.c \
	storage/last_policy.c storage/last_policy.h \
	storage/job_directories.c storage/job_directories.h \
	storage/kernel_client.c storage/kernel_client.h \
	storage/kernel_watch.c storage/kernel_watch.h \
	storage/kind.c storage/kind.h \
	storage/kind_bind.c \
	storage/kind_kernel.c \
	storage/kind_fuse.c \
	storage/kind_local.c \
	storage/kind_nfs.c \
	storage/kind_program.c \
	storage/lock_note.c storage/lock_note.h \
	storage/loss.c storage/loss.h \
	storage/kernel_names.c storage/kernel_names.h \
	storage/relief.c storage/relief.h \
	storage/mounter.c storage/mounter.h \
	storage/mount.c storage/mount.h \
	storage/namespace.c storage/namespace.h \
	storage/outage.c storage/outage.h \
	storage/outage_note.c storage/outage_note.h \
	storage/place.c storage/place.h \
	storage/process_view.c storage/process_view.h \
	storage/run_directory.c storage/run_directory.h \
	storage/scratch.c storage/scratch.h \
	storage/scratch_place.c storage/scratch_place.h \
	storage/secret.c storage/secret.h \
	storage/shared_directory.c storage/shared_directory.h \
	storage/stale_jobs.c storage/stale_jobs.h \
	storage/storage.c storage/storage.h \
	storage/sweep.c storage/sweep.h \
	storage/system.c storage/system.h \
	storage/unmount.c storage/unmount.h \
	storage/volume.c storage/volume.h \
	# End of libkeeper_la_SOURCES

program_PROGRAMS += atelier-keeper
atelier_keeper_SOURCES = storage/keeper_main.c
atelier_keeper_LDADD = libkeeper.la libatelier.la
