"""Runs: one evaluation kept as a folder, which every output reads and nothing else does."""
