atelierluadir = $(luadir)/atelier
dist_atelierlua_DATA = \
	lua/atelier/admin_comment.lua \
	lua/atelier/declaration.lua \
	lua/atelier/engine.lua \
	lua/atelier/modify.lua \
	lua/atelier/name.lua \
	lua/atelier/nearest.lua \
	lua/atelier/node.lua \
	lua/atelier/policy.lua \
	lua/atelier/position.lua \
	lua/atelier/problems.lua \
	lua/atelier/reference.lua \
	lua/atelier/refusal.lua \
	lua/atelier/request.lua \
	lua/atelier/schema.lua \
	lua/atelier/submit.lua \
	lua/atelier/value.lua \
	lua/atelier/workspace.lua \
	# End of dist_atelierlua_DATA
