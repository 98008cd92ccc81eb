# tests/storage
include tests/storage/keeper.mk

# The user-space NFS client against a real server.
check_PROGRAMS += nfs_mount
nfs_mount_SOURCES = tests/storage/nfs_mount.c
nfs_mount_LDADD = libkeeper.a $(libatelier)
root_files += \
	tests/storage/0201-nfs-operations.t \
	tests/storage/0202-nfs-programs.t \
	tests/storage/0203-nfs-refusals.t \
	tests/storage/0204-nfs-faults.t \
	tests/storage/0205-nfs-two-nodes.t \
	tests/storage/0206-nfs-writes.t \
	tests/storage/0207-nfs-rules.t \
	tests/storage/0208-nfs-root.t \
	tests/storage/0209-nfs-names.t \
	tests/storage/0301-nfs-locks.t \
	tests/storage/0302-nfs-oracle.t \
	tests/storage/0303-nfs-many.t \
	tests/storage/0304-nfs-turns.t \
	tests/storage/0305-nfs-locks-of-the-dead.t \
	tests/storage/0306-nfs-pair.t \
	tests/storage/0307-nfs-crowd.t \
	tests/storage/0308-nfs-lock-owners.t \
	tests/storage/0309-nfs-lock-turns.t \
	tests/storage/0311-nfs-rows.t \
	tests/storage/0312-nfs-lock-crowds.t \
	tests/storage/0310-nfs-fresh-locks.t \
	tests/storage/0701-preflight.t

# Two nodes do the same programs there and on one machine; the server's times may be coarse.
# Made to be preloaded: the program has no sanitizers.
check_PROGRAMS += coarse_times.so
coarse_times_so_SOURCES = tests/storage/coarse_times.c
coarse_times_so_CFLAGS = $(ATELIER_CFLAGS)
coarse_times_so_LDFLAGS = -shared
EXTRA_DIST += tests/storage/nfs_hand.py tests/storage/nfs_pair.py tests/storage/nfs_pair_judge.py \
	tests/storage/nfs_pair_programs.py tests/storage/nfs_pair_rows.py \
	tests/storage/nfs_pair_kernel.json tests/storage/nfs_crowd.py

# A file server that lies to the client that the sanitizers watch.
root_files += \
	tests/storage/0401-nfs-lies.t \
	tests/storage/0402-nfs-lies-writing.t \
	tests/storage/0404-nfs-shortages.t \
	# End of the lies
EXTRA_DIST += tests/storage/nfs_lies.sh tests/storage/nfs_fake_server.py \
	tests/storage/nfs_fake_volume.py

# Other kinds of volumes, and the kernel's client.
root_files += \
	tests/storage/0501-kernel.t \
	tests/storage/0508-kernel-rows.t \
	tests/storage/0502-kinds.t \
	tests/storage/0503-scratch.t \
	tests/storage/0504-glusterfs.t \
	tests/storage/0505-rclone.t \
	tests/storage/0506-object-stores.t \
	tests/storage/0507-kernel-words.t \
	tests/storage/0509-names-of-older-kernels.t \
	tests/storage/0510-memory-of-version-2.t \
	# End of the kinds

# Run when it is named: a whole sandbox, in the guest.
demand_files += \
	tests/storage/0511-cluster-of-version-2.t \
	# End of demand_files
check_PROGRAMS += tests/qemu/ticks
tests_qemu_ticks_SOURCES = tests/qemu/ticks.c
EXTRA_DIST += tests/qemu/cluster.sh tests/qemu/guest tests/qemu/init tests/qemu/inside.sh \
	tests/qemu/kernel.sh \
	tests/qemu/memory.sh tests/qemu/names.sh tests/qemu/pair.sh tests/qemu/rows.sh tests/storage/guest.sh \
	tests/storage/tap.sh
EXTRA_DIST += tests/storage/nfs_rows.py tests/storage/nfs_rows_judge.py \
	tests/storage/nfs_rows_node.py
EXTRA_DIST += tests/storage/kinds.sh tests/storage/azurite_url.py
# Parts of volumes.
root_files += \
	tests/storage/0601-mounts.t \
	tests/storage/0602-mounts-keeper.bats \
	tests/storage/0603-job-directories.t \
	# End of mounts
EXTRA_DIST += tests/storage/nfs_job.sh tests/storage/nfs_nodes.sh tests/storage/nfs_lock_node.py \
	tests/storage/nfs_lock_use.py tests/storage/nfs_lock_crowd.py \
	tests/storage/nfs_oracle.py tests/storage/nfs_oracle_steps.py \
	tests/storage/nfs_root.py tests/storage/nfs_names_node.py \
	tests/storage/nfs_turns.py tests/storage/nfs_sandbox.sh tests/storage/nfs_operations.py \
	tests/storage/nfs_check.py tests/storage/nfs_check_attributes.py \
	tests/storage/nfs_check_files.py tests/storage/nfs_check_names.py
