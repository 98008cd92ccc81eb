# tests/storage
include tests/storage/keeper.mk

# The user-space NFS client against a real server.
check_PROGRAMS += nfs_mount
nfs_mount_SOURCES = tests/storage/nfs_mount.c
nfs_mount_LDADD = libkeeper.la libatelier.la
root_files += \
	tests/storage/0201-nfs-operations.t \
	tests/storage/0202-nfs-programs.t \
	tests/storage/0203-nfs-refusals.t \
	tests/storage/0204-nfs-faults.t \
	tests/storage/0205-nfs-two-nodes.t \
	tests/storage/0206-nfs-writes.t \
	tests/storage/0207-nfs-rules.t
EXTRA_DIST += tests/storage/nfs_sandbox.sh tests/storage/nfs_operations.py \
	tests/storage/nfs_check.py tests/storage/nfs_check_attributes.py \
	tests/storage/nfs_check_files.py tests/storage/nfs_check_names.py
