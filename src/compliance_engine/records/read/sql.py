"""The SQL of reading CSV: every option that matters is stated, so that nothing is sniffed."""

from pathlib import Path

_LEAST_LINE_SIZE = 2_097_152
"""DuckDB's own limit of a record, in bytes."""


def plain_csv(path: Path, columns: list[str], delimiter: str, skip: int) -> str:
    """Write the call that reads a user's file, after some lines, into text columns of these names."""
    return _read_csv(path, columns, f"delim = {literal(delimiter)}, skip = {skip}")


def clean_csv(path: Path, columns: list[str], longest_record: int) -> str:
    """Write the call that reads a file of our own, with commas, short line ends and records of so many bytes at most.

    The line end is stated because DuckDB else takes a carriage return in a cell of the first record for it. For a
    user's file it is not: stated wrongly, DuckDB returns no rows and no error.
    """
    size = max(longest_record, _LEAST_LINE_SIZE)
    return _read_csv(path, columns, f"delim = ',', new_line = '\\n', max_line_size = {size}, parallel = false")


def identifier(name: str) -> str:
    """Quote a name of a table."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text."""
    return "'" + text.replace("'", "''") + "'"


def _read_csv(path: Path, columns: list[str], options: str) -> str:
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    names = ", ".join(map(literal, columns))
    return (
        f"read_csv({literal(str(path))}, columns = {{{types}}}, force_not_null = [{names}], {options},"
        " auto_detect = false, header = false, quote = '\"', escape = '\"', strict_mode = true, null_padding = false,"
        " compression = 'none', hive_partitioning = false)"
    )
