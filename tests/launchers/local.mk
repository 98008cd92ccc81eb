# tests/launchers
