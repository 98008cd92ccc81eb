EXTRA_DIST += \
	tests/recordings/22.05/cli_filter.text \
	tests/recordings/22.05/commands.text \
	tests/recordings/22.05/job_submit.text \
	tests/recordings/22.05/questions.text \
	tests/recordings/22.05/spank.text \
	tests/recordings/24.11/cli_filter.text \
	tests/recordings/24.11/commands.text \
	tests/recordings/24.11/job_submit.text \
	tests/recordings/24.11/questions.text \
	tests/recordings/24.11/spank.text \
	tests/recordings/26.05/cli_filter.text \
	tests/recordings/26.05/commands.text \
	tests/recordings/26.05/job_submit.text \
	tests/recordings/26.05/questions.text \
	tests/recordings/26.05/spank.text \
	tests/recordings/by_process.py \
	tests/recordings/cli_filter.lua \
	tests/recordings/job_submit.lua \
	tests/recordings/record \
	tests/recordings/spank.c \
	tests/recordings/true.sh \
	# End of EXTRA_DIST
