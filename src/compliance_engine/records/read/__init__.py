"""Readers that turn a source file into a table of raw text, with every row either read or reported."""
