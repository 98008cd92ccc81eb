# The kernel's file systems of a new root, which the working directory is: what programs need,
# and none of the host's disks and terminals.
# shellcheck shell=bash

# libmount would make /run/mount on the host to keep its notes in.
mount() {
    command mount --no-mtab "$@"
}

mount_kernel() {
    mount -t proc -o nosuid,nodev,noexec proc proc
    mount -t sysfs -o nosuid,nodev,noexec,ro sysfs sys
    # What is on the host's bus is not the machine's, and each step's look at it by hwloc is slow
    # where the bus itself is a virtual machine's.
    [ ! -d sys/bus/pci/devices ] || mount -t tmpfs -o nosuid,nodev,noexec,ro,mode=0555 pci sys/bus/pci/devices
    mount -t tmpfs -o nosuid,nodev,mode=0755 run run
    mount -t tmpfs -o nosuid,nodev,mode=1777 tmp tmp
}

mount_devices() {
    local device
    mount -t tmpfs -o nosuid,mode=0755 dev dev
    mkdir dev/pts dev/shm
    touch dev/{null,zero,full,random,urandom,tty,fuse}
    for device in null zero full random urandom tty fuse; do
        mount --bind "/dev/$device" "dev/$device"
    done
    # 5 is Debian's tty in every release; the host may call another group so.
    mount -t devpts -o newinstance,nosuid,noexec,gid=5,mode=0620,ptmxmode=0666 devpts dev/pts
    mount -t tmpfs -o nosuid,nodev,mode=1777 shm dev/shm
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s /proc/self/fd/0 dev/stdin
    ln -s /proc/self/fd/1 dev/stdout
    ln -s /proc/self/fd/2 dev/stderr
}

# The root that was before goes, once nothing of it is used any more.
enter_root() {
    mkdir -p mnt/host
    pivot_root . mnt/host
    cd /
    umount --lazy /mnt/host
    rmdir /mnt/host
}
