tap_files += \
	tests/lua/admin_comment.lua \
	tests/lua/modify.lua \
	tests/lua/name.lua \
	tests/lua/node.lua \
	tests/lua/policy_file.lua \
	tests/lua/submit.lua
EXTRA_DIST += \
	tests/lua/site.lua \
	tests/lua/tap.lua
