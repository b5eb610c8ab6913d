"""Findings of reading: cells that could not be read, rows that are nobody's, rows that came twice."""

from __future__ import annotations

import duckdb

from compliance_engine.records.assignments import REPLACED
from compliance_engine.records.cast import Staging
from compliance_engine.records.cells import Fault
from compliance_engine.records.findings import SHOWN, DataFinding

SENTENCES = {
    "unreadable-cell": "the cell cannot be read as what the column holds",
    "impossible-date": "there is no such day",
    "ambiguous-date-order": "no date of the column proves the order of month and day; name it as dates: in the profile",
    "two-digit-year": "the year has two digits, so the century is not known",
    "excel-serial-date": "the date is a spreadsheet's day number; format the column as a date and export again",
    "implausible-date": "no date in a personnel record can be meant",
    "sentinel-date": "the date stands for no date",
    "instant-without-zone": "the moment has no zone; name one under zone: in the profile",
    "only-the-day-is-known": "the cell has a day where a moment is needed",
    "day-depends-on-zone": "the moment is in UTC, so its day depends on the place; export the local day",
    "unknown-code": "the word is not in the code list; map it under codes: in the profile",
    "unknown-zone": "the zone is in no table of zones; write it as America/New_York",
    "ambiguous-decimal-mark": "no number of the column proves whether a comma or a point stands before a fraction",
    "scientific-notation": "a spreadsheet has turned the identifier into a power of ten; its digits are lost",
    "two-date-formats": "dates are written in more than one way in this column",
    "missing-key": "the row does not say whose it is, so it is left out",
    "repeated-header": "the row is the header once more, so it is left out; the file was put together of several",
    "spell-not-known": "the person has several spells and the row does not say which it belongs to",
    "orphan": "the person, case or place that the row belongs to is in no file",
    "spell-start-differs": "the first day in the row is not that of the person's only spell, to which it was given",
    "conflicting-duplicates": "rows with the same key contradict each other, so the value is not relied on",
    "duplicate-rows": "the row repeats the key of an earlier row and was merged with it",
    "overlapping-spells": "a spell begins before the one before it has ended",
    "overlapping-assignments": "a main assignment begins before the one before it has ended",
    "minutes-of-the-course": "no minutes were measured; the planned length of the completed course stands in",
}
"""One sentence for each kind of finding."""


def reading_findings(
    connection: duckdb.DuckDBPyConnection, staging: Staging, paths: dict[int, str]
) -> tuple[DataFinding, ...]:
    """Group what was noted while rows were read and ordered: one finding for each kind, field and file."""
    noted = connection.execute(
        "SELECT kind, type, field, _file, count(*), list_slice(list(_record ORDER BY _record), 1, ?), lost FROM ("
        "SELECT DISTINCT reason AS kind, type, field, _file, _record, FALSE AS lost FROM _bad_stage UNION ALL "
        "SELECT DISTINCT kind, type, field, _file, _record, FALSE FROM _noted UNION ALL "
        f"SELECT DISTINCT reason, type, '', _file, _record, TRUE FROM _left_out WHERE reason <> '{REPLACED}') "
        "GROUP BY ALL ORDER BY ALL",
        [SHOWN],
    ).fetchall()
    findings = [
        DataFinding(
            kind, type_name, field, paths[file_id], _message(staging, kind, (type_name, field, file_id)), count,
            tuple(records), lost,
        )
        for kind, type_name, field, file_id, count, records, lost in noted
    ]  # fmt: skip
    findings += [
        DataFinding("two-date-formats", type_name, field, paths[file_id], SENTENCES["two-date-formats"], 1)
        for type_name, field, file_id in staging.mixed
    ]
    return tuple(sorted(findings))


def _message(staging: Staging, kind: str, at: tuple[str, str, int]) -> str:
    sentence = SENTENCES[kind]
    if kind not in set(Fault) or kind == Fault.SENTINEL:
        return sentence
    examples = staging.examples.get((*at, Fault(kind)), [])
    return f"{sentence} ({', '.join(examples) if examples else 'not shown'})"
