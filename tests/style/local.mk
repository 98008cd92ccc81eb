# tests/style
tap_files += tests/style/house.bats
tap_files += tests/style/lua_house.bats
tap_files += tests/style/nouns.bats
tap_files += tests/style/runner.bats
tap_files += tests/style/style.bats
EXTRA_DIST += tests/style/nouns.py
