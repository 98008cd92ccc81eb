#!/usr/bin/env bats
# The MPI example: three ranks on this machine read a data set, whole and damaged.

setup() {
    programs=${top_builddir:-.}/examples/mpi
    data=$BATS_TEST_TMPDIR/shards
    command -v mpirun >/dev/null || skip "mpirun is missing (Debian: openmpi-bin)"
    [ -x "$programs/read_shards" ] || skip "$programs/read_shards is not built"
}

# Root may run the tests, in a container for one; loopback is enough for one machine.
read_shards() {
    run env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        OMPI_MCA_btl=self,vader OMPI_MCA_oob_tcp_if_include=lo \
        timeout 60 mpirun --oversubscribe -n 3 "$programs/read_shards" "$@"
    echo "$output"
}

# Writes one byte over shard $1 at offset $2.
damage() {
    printf '!' | dd of="$data/$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "three ranks read all shards, each its own" {
    "$programs/make_shards" "$data" 7 100000
    read_shards "$data"
    [ "$status" -eq 0 ]
    [[ $output == *"rank 0 of 3 on $(hostname): 300000 bytes, "*" MB/s"* ]]
    [[ $output == *"rank 1 of 3 on $(hostname): 200000 bytes, "* ]]
    [[ $output == *"rank 2 of 3 on $(hostname): 200000 bytes, "* ]]
    [[ $output == *"all 7 shards are right: 700000 bytes"* ]]
}

@test "the volume datasets is read where no directory is named" {
    mkdir -p "$BATS_TEST_TMPDIR/datasets"
    "$programs/make_shards" "$BATS_TEST_TMPDIR/datasets/shards" 2 5000
    ATELIER_MOUNT_ROOT=$BATS_TEST_TMPDIR read_shards
    [ "$status" -eq 0 ]
    [[ $output == *"all 2 shards are right: 10000 bytes"* ]]
    ATELIER_MOUNT_ROOT='' run env -u ATELIER_MOUNT_ROOT "$programs/read_shards"
    [ "$status" -ne 0 ]
    [[ $output == *"submit the job with --workspace=NAME"* ]]
}

@test "one wrong byte is found and the shard is named" {
    "$programs/make_shards" "$data" 4 2000000
    damage shard-0002 1999999
    read_shards "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"$data/shard-0002 has 2000000 bytes with checksum "* ]]
    [[ $output == *"4 of 4 shards read, 1 failures"* ]]
}

@test "a short, a missing and an exchanged shard are found" {
    "$programs/make_shards" "$data" 6 3000
    truncate -s 2999 "$data/shard-0000"
    rm "$data/shard-0001"
    mv "$data/shard-0002" "$data/spare"
    mv "$data/shard-0003" "$data/shard-0002"
    mv "$data/spare" "$data/shard-0003"
    read_shards "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"shard-0000 has 2999 bytes"* ]]
    [[ $output == *"cannot read $data/shard-0001: No such file"* ]]
    [[ $output == *"5 of 6 shards read, 4 failures"* ]]
}

@test "a missing or broken manifest ends all ranks with a sentence" {
    read_shards "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"cannot open $data/manifest: No such file or directory"* ]]
    "$programs/make_shards" "$data" 2 100
    echo "not a line" >>"$data/manifest"
    read_shards "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"$data/manifest is not a manifest"* ]]
    : >"$data/manifest"
    read_shards "$data"
    [ "$status" -ne 0 ]
    [[ $output == *"$data/manifest is not a manifest"* ]]
}

@test "the checksum is FNV-1a: its published value of foobar" {
    mkdir "$data"
    printf foobar >"$data/shard-0000"
    echo "6 85944171f73967e8" >"$data/manifest"
    read_shards "$data"
    [ "$status" -eq 0 ]
}

@test "the same data set every time, and no manifest for a half-written one" {
    "$programs/make_shards" "$data" 3 70000
    "$programs/make_shards" "$data.again" 3 70000
    diff -r "$data" "$data.again"
    run cmp -s "$data/shard-0000" "$data/shard-0001"
    [ "$status" -eq 1 ]
    rm "$data/shard-0001"
    mkdir "$data/shard-0001"
    run "$programs/make_shards" "$data" 3 70000
    [ "$status" -eq 1 ]
    [[ $output == *"cannot write $data/shard-0001: Is a directory"* ]]
    [ ! -e "$data/manifest" ]
}

@test "make_shards refuses numbers that are none" {
    for arguments in "0" "1025" "x" "-1" "3 0" "3 1k" "3 4 5"; do
        # shellcheck disable=SC2086 # split on purpose
        run "$programs/make_shards" "$data" $arguments
        [ "$status" -eq 2 ]
        [ ! -e "$data" ]
    done
}
