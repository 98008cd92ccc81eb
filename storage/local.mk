# storage: the keeper. Its parts are a library, so that a test can link them with a plan of
# its own.
noinst_LIBRARIES += libkeeper.a
libkeeper_a_SOURCES = \
	storage/identity.c storage/identity.h \
	storage/outage_note.c storage/outage_note.h \
	storage/process_view.c storage/process_view.h \
	storage/run_directory.c storage/run_directory.h \
	storage/secret.c storage/secret.h \
	storage/sweep.c storage/sweep.h \
	storage/system.c storage/system.h \
	storage/trusted_directory.c storage/trusted_directory.h \
	storage/client/client_id.c storage/client/client_id.h \
	storage/client/client_process.c storage/client/client_process.h \
	storage/client/kernel_names.c storage/client/kernel_names.h \
	storage/client/lock_note.c storage/client/lock_note.h \
	storage/client/loss.c storage/client/loss.h \
	storage/client/outage.c storage/client/outage.h \
	storage/client/relief.c storage/client/relief.h \
	storage/client/server_client.c storage/client/server_client.h \
	storage/keeper/command_line.c storage/keeper/command_line.h \
	storage/keeper/job_comment.c storage/keeper/job_comment.h \
	storage/keeper/job_watch.c storage/keeper/job_watch.h \
	storage/keeper/keeper.c storage/keeper/keeper.h \
	storage/keeper/keeper_answer.c \
	storage/keeper/keeper_graft.c \
	storage/keeper/keeper_loop.c \
	storage/keeper/keeper_outage.c \
	storage/keeper/keeper_plan.c \
	storage/keeper/keeper_start.c \
	storage/keeper/keeper_stop.c \
	storage/keeper/last_policy.c storage/keeper/last_policy.h \
	storage/keeper/squeue.c storage/keeper/squeue.h \
	storage/keeper/stale_jobs.c storage/keeper/stale_jobs.h \
	storage/mount/graft.c storage/mount/graft.h \
	storage/mount/job_directories.c storage/mount/job_directories.h \
	storage/mount/mount.c storage/mount/mount.h \
	storage/mount/namespace.c storage/mount/namespace.h \
	storage/mount/place.c storage/mount/place.h \
	storage/mount/shared_directory.c storage/mount/shared_directory.h \
	storage/volume/fuse_mount.c storage/volume/fuse_mount.h \
	storage/volume/kernel_client.c storage/volume/kernel_client.h \
	storage/volume/kernel_watch.c storage/volume/kernel_watch.h \
	storage/volume/kind.c storage/volume/kind.h \
	storage/volume/kind_bind.c \
	storage/volume/kind_fuse.c \
	storage/volume/kind_kernel.c \
	storage/volume/kind_local.c \
	storage/volume/kind_nfs.c \
	storage/volume/kind_program.c \
	storage/volume/mounter.c storage/volume/mounter.h \
	storage/volume/scratch.c storage/volume/scratch.h \
	storage/volume/scratch_place.c storage/volume/scratch_place.h \
	storage/volume/storage.c storage/volume/storage.h \
	storage/volume/unmount.c storage/volume/unmount.h \
	# End of libkeeper_a_SOURCES

program_PROGRAMS += atelier-keeper
atelier_keeper_SOURCES = storage/keeper/keeper_main.c
atelier_keeper_LDADD = libkeeper.a $(libatelier)
