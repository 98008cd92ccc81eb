# nfs: the user-space NFS client
noinst_LIBRARIES += libatelier-nfs.a
libatelier_nfs_a_SOURCES = \
	nfs/back_off.c nfs/back_off.h \
	nfs/client.c nfs/client.h \
	nfs/client_request.c \
	nfs/crowd.c nfs/crowd.h \
	nfs/export_list.c nfs/export_list.h \
	nfs/greeting.c nfs/greeting.h \
	nfs/preflight.c nfs/preflight.h \
	nfs/privileges.c nfs/privileges.h \
	nfs/probe.c nfs/probe.h \
	nfs/server.c nfs/server.h \
	nfs/session.c nfs/session.h \
	nfs/silence.c nfs/silence.h \
	nfs/turn.c nfs/turn.h \
	nfs/volume.h \
	nfs/call/call.c nfs/call/call.h \
	nfs/call/caller.c nfs/call/caller.h \
	nfs/call/connection.c nfs/call/connection.h \
	nfs/call/decode.c \
	nfs/call/encode.c \
	nfs/call/patience.c nfs/call/patience.h \
	nfs/call/port.c nfs/call/port.h \
	nfs/call/procedure.c nfs/call/procedure.h \
	nfs/call/status.c nfs/call/status.h \
	nfs/file/append.c nfs/file/append.h \
	nfs/file/extent.c nfs/file/extent.h \
	nfs/file/file.c nfs/file/file.h \
	nfs/file/file_write.c \
	nfs/file/pages.c nfs/file/pages.h \
	nfs/file/parked.c nfs/file/parked.h \
	nfs/file/retry.c nfs/file/retry.h \
	nfs/file/told.c nfs/file/told.h \
	nfs/file/unsafe.c nfs/file/unsafe.h \
	nfs/file/writes.c nfs/file/writes.h \
	nfs/lock/lock.c nfs/lock/lock.h \
	nfs/lock/lock_contest.c nfs/lock/lock_contest.h \
	nfs/lock/lock_grant.c nfs/lock/lock_grant.h \
	nfs/lock/lock_holder.c nfs/lock/lock_holder.h \
	nfs/lock/lock_list.c nfs/lock/lock_list.h \
	nfs/lock/lock_order.c nfs/lock/lock_order.h \
	nfs/lock/lock_queue.c nfs/lock/lock_queue.h \
	nfs/lock/lock_range.c nfs/lock/lock_range.h \
	nfs/lock/lock_request.c nfs/lock/lock_request.h \
	nfs/lock/lock_return.c nfs/lock/lock_return.h \
	nfs/lock/lock_service.c nfs/lock/lock_service.h \
	nfs/lock/lock_thread.c nfs/lock/lock_thread.h \
	nfs/lock/unlock.c nfs/lock/unlock.h \
	nfs/name/attributes.c nfs/name/attributes.h \
	nfs/name/create.c nfs/name/create.h \
	nfs/name/directory.c nfs/name/directory.h \
	nfs/name/entry.c nfs/name/entry.h \
	nfs/name/inode.c nfs/name/inode.h \
	nfs/name/listing.c nfs/name/listing.h \
	nfs/name/names.c nfs/name/names.h \
	nfs/name/prune.c nfs/name/prune.h \
	nfs/name/remove.c nfs/name/remove.h \
	# End of libatelier_nfs_a_SOURCES
nfs_cflags = $(AM_CFLAGS) $(LIBNFS_CFLAGS) $(FUSE_CFLAGS) -pthread
if SANITIZERS
# libnfs decodes answers to memory that is aligned to four bytes only.
nfs_cflags += -fno-sanitize=alignment
endif
libatelier_nfs_a_CFLAGS = $(nfs_cflags)
# All of it: encode.c and decode.c are called by libnfs alone, and are to be found before its own.
nfs_ldflags = $(AM_LDFLAGS) -Wl,--whole-archive,libatelier-nfs.a,--no-whole-archive
libatelier_nfs = libatelier-nfs.a $(libatelier) $(LIBNFS_LIBS) $(FUSE_LIBS)

program_PROGRAMS += atelier-nfs
atelier_nfs_SOURCES = nfs/nfs_main.c
atelier_nfs_CFLAGS = $(nfs_cflags)
atelier_nfs_LDFLAGS = $(nfs_ldflags)
atelier_nfs_LDADD = $(libatelier_nfs)
