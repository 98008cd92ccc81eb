# tests/storage
