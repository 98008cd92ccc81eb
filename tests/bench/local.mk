root_files += tests/bench/smoke.sh
EXTRA_DIST += \
	tests/bench/README.md \
	tests/bench/job \
	tests/bench/load.lua \
	tests/bench/policy \
	tests/bench/run
