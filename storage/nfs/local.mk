# storage/nfs: the user-space NFS client
program_PROGRAMS += atelier-nfs
atelier_nfs_SOURCES = \
	storage/client_protocol.h \
	storage/nfs/attributes.c storage/nfs/attributes.h \
	storage/nfs/call.c storage/nfs/call.h \
	storage/nfs/client.c storage/nfs/client.h \
	storage/nfs/connection.c storage/nfs/connection.h \
	storage/nfs/create.c storage/nfs/create.h \
	storage/nfs/directory.c storage/nfs/directory.h \
	storage/nfs/entry.c storage/nfs/entry.h \
	storage/nfs/file.c storage/nfs/file.h \
	storage/nfs/inode.c storage/nfs/inode.h \
	storage/nfs/interrupt.c storage/nfs/interrupt.h \
	storage/nfs/main.c \
	storage/nfs/preflight.c storage/nfs/preflight.h \
	storage/nfs/probe.c storage/nfs/probe.h \
	storage/nfs/privileges.c storage/nfs/privileges.h \
	storage/nfs/procedure.c storage/nfs/procedure.h \
	storage/nfs/remove.c storage/nfs/remove.h \
	storage/nfs/server.c storage/nfs/server.h \
	storage/nfs/session.c storage/nfs/session.h \
	storage/nfs/status.c storage/nfs/status.h \
	storage/nfs/volume.h \
	# End of atelier_nfs_SOURCES
atelier_nfs_CFLAGS = $(AM_CFLAGS) $(LIBNFS_CFLAGS) $(FUSE_CFLAGS) $(ATELIER_SANITIZE) -pthread
atelier_nfs_LDADD = libatelier.la $(LIBNFS_LIBS) $(FUSE_LIBS)
atelier_nfs_LDFLAGS = $(AM_LDFLAGS) $(ATELIER_SANITIZE)
