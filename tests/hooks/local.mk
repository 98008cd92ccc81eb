# tests/hooks
