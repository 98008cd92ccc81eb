# tests/style
tap_files += tests/style/style.bats
