# tests/style
tap_files += tests/style/style.bats
tap_files += tests/style/house.bats
