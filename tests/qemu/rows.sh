# rows.sh: in the guest: what two nodes see of each other by the kernel's client.
#     rows: the lines of atelier-volume(7); trace.SEED: random programs (nfs_pair.py)
# shellcheck shell=bash disable=SC1091,SC2154
# /guest/settings says which: seeds, operations, and whether to wait until all is seen.
. /guest/pair.sh
. /guest/settings

python=(/usr/bin/python3 -B)

rows() { # NAME OPTIONS LIMIT
    mount_both "$2"
    "${python[@]}" /guest/nfs_rows.py run "$3" "$(place a)" "$(place b)" >"/tmp/$1"
    hand_out "$1" "/tmp/$1"
    unmount_both
}

rows long actimeo=600 0
[ "${waits:-no}" = no ] || rows short actimeo=1 3
mount_both rw
inside a grep ' /mnt/volume ' /proc/self/mountinfo >/tmp/mounts
inside b grep ' /mnt/volume ' /proc/self/mountinfo >>/tmp/mounts
hand_out mounts /tmp/mounts
for seed in $seeds; do
    "${python[@]}" /guest/nfs_pair.py record "$seed" "$operations" "$(place a)" "$(place b)" \
        >"/tmp/$seed"
    hand_out "trace.$seed" "/tmp/$seed"
done
unmount_both
