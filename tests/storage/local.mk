# tests/storage
include tests/storage/keeper.mk
