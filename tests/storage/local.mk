# tests/storage
include tests/storage/keeper.mk

# The user-space NFS client against a real server.
check_PROGRAMS += nfs_mount
nfs_mount_SOURCES = tests/storage/nfs_mount.c
nfs_mount_LDADD = libatelier.la
