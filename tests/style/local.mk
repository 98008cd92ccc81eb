# tests/style
tap_files += tests/style/style.bats
tap_files += tests/style/house.bats
tap_files += tests/style/lua_house.bats tests/style/style.bats
