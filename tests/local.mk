EXTRA_DIST += tests/Beside.pm tests/beside tests/releases tests/room tests/run

include tests/unit/local.mk
include tests/lua/local.mk
include tests/recordings/local.mk
include tests/hooks/local.mk
include tests/headers/local.mk
include tests/messages/local.mk
include tests/launchers/local.mk
include tests/cli/local.mk
include tests/install/local.mk
include tests/package/local.mk
include tests/storage/local.mk
include tests/cluster/local.mk
include tests/frameworks/local.mk
include tests/style/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
