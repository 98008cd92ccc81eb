# tests/style
tap_files += tests/style/lua_house.bats tests/style/style.bats
