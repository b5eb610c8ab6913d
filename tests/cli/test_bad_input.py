"""Bad input through the command line: always a located problem or a finding and an exit code, never a traceback."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Compliance = Callable[..., Any]

RULES = """\
law: Handbook
jurisdiction: org
authority: Handbook
checked: {on: 2026-01-01, by: text}
values:
  org.days:
    title: Days to sign
    type: number
    cells:
      - {to: 2024-12-31, is: 5}
      - {from: 2025-01-01, is: 3}
facts:
  org.new:
    title: Somebody new
    cite: Handbook, 1
    about: employment_spell
    is: start_date >= 2025-01-01
rules:
  org.started:
    kind: check
    title: Everybody has started
    cite: Handbook, 2
    about: employment_spell
    must: start_date <= 2026-11-22
    fix: Start.
  org.form:
    kind: deadline
    title: Everybody has a form
    cite: Handbook, 3
    about: employment_spell
    when: fact(org.new) and worker_type = 'employee'
    due: value(org.days) days after start_date
    done: i9.section2_signed_on
    fix: Sign.
"""


@pytest.fixture(autouse=True)
def _work_where_there_is_no_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def changed(old: str, new: str) -> bytes:
    """RULES with one change."""
    assert RULES.count(old) == 1, old
    return RULES.replace(old, new).encode()


BAD_RULES: dict[str, tuple[bytes, str, int]] = {
    "broken YAML": (changed("cells:", "cells: ["), "yaml-syntax", 10),
    "a key twice": (changed("    fix: Start.", "    fix: Start.\n    fix: Go."), "duplicate-key", 26),
    "a bomb of lists": (b"law: " + b"[" * 60_000, "nested-too-deep", 1),
    "a bomb of references": (b"a: &a [x]\nb: &b [*a, *a]\nlaw: *b\n", "anchor", 1),
    "a tag": (changed("law: Handbook", "law: !!python/object/apply:os.system [id]"), "tag", 1),
    "ten megabytes": (RULES.encode() + b"# " + b"x" * 10_000_000, "file-too-large", 1),
    "a number where a text belongs": (changed("title: Everybody has a form", "title: {a: b}"), "wrong-type", 28),
    "a text where a list belongs": (changed("    fix: Sign.", "    fix: Sign.\n    examples: none"), "wrong-type", 35),
    "an unknown key": (changed("    due:", "    dew:"), "unknown-key", 32),
    "a key of another kind": (changed("    fix: Start.", "    keep: start_date\n    fix: Start."), "unknown-key", 25),
    "an unknown kind": (changed("kind: check", "kind: chekc"), "bad-kind", 20),
    "no kind": (changed("    kind: check\n", ""), "missing-key", 19),
    "an unknown record type": (
        changed("about: employment_spell\n    must", "about: employe\n    must"),
        "unknown-name",
        23,
    ),
    "an unknown field": (changed("must: start_date", "must: strat_date"), "unknown-name", 24),
    "an unknown code": (changed("'employee'", "'employe'"), "unknown-code", 31),
    "an unknown calendar": (
        changed("    fix: Sign.", "    calendar: us-fedral\n    fix: Sign."),
        "unknown-calendar",
        34,
    ),
    "an unknown value": (changed("value(org.days)", "value(org.dasy)"), "unknown-name", 32),
    "a keyword in the place of a field": (changed("must: start_date", "must: end"), "unknown-name", 24),
    "facts in a circle": (
        changed("is: start_date >= 2025-01-01", "is: fact(org.new) and start_date >= 2025-01-01"),
        "circle",
        13,
    ),
    "a gap between dated values": (changed("from: 2025-01-01, is", "from: 2025-02-01, is"), "value-gap", 11),
    "dated values that overlap": (changed("to: 2024-12-31", "to: 2025-01-31"), "value-overlap", 11),
    "a day that is none": (changed("to: 2024-12-31", "to: 2024-02-30"), "not-a-date", 10),
    "a date compared with a text": (changed("start_date <= 2026-11-22", "start_date <= 'soon'"), "wrong-type", 24),
    "a date compared with a number": (changed("start_date <= 2026-11-22", "start_date <= 5"), "wrong-type", 24),
    "a clock over a text": (changed("days after start_date", "days after worker_type"), "wrong-type", 32),
    "a clock that outlasts time": (changed("value(org.days) days", "99999999999 days"), "wrong-type", 32),
    "a number too large for a record": (changed("is: 3}", f"is: {'9' * 26}}}"), "wrong-type", 11),
    "a number too fine for a record": (
        changed("start_date <= 2026-11-22", "expected_business_days > 0.00001"),
        "wrong-type",
        24,
    ),
    "parentheses within parentheses": (
        changed("start_date <= 2026-11-22", "(" * 3000 + "yes" + ")" * 3000),
        "bad-expression",
        24,
    ),
    "a condition that breaks off": (changed("start_date <= 2026-11-22", "start_date <="), "bad-expression", 24),
    "an id of another place": (changed("  org.form:", "  us.form:"), "bad-id", 26),
    "the same id twice": (changed("  org.form:", "  org.started:"), "duplicate-key", 26),
    "an empty file": (b"", "empty-file", 1),
    "only a remark": (b"# nothing yet\n", "empty-file", 1),
    "a list": (b"- law\n- rules\n", "wrong-type", 1),
    "bytes that are no text": (
        changed("law: Handbook", "law: H\xe4ndbook").replace(b"\xc3\xa4", b"\xe4"),
        "not-utf-8",
        1,
    ),
    "hidden characters": (changed("law: Handbook", "law: Hand\u202ebook"), "control-character", 1),
    "a table instead": (b"employee_number,start_date\nE1,2025-03-03\n", "wrong-type", 1),
    "zero bytes": (b"\x00" * 64, "control-character", 1),
}


@pytest.mark.parametrize(("content", "code", "line"), BAD_RULES.values(), ids=BAD_RULES.keys())
def test_bad_rules(compliance: Compliance, tmp_path: Path, content: bytes, code: str, line: int) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes(content)
    exports(tmp_path, {})

    validated = compliance("validate", file, "--rules", file)
    assert validated.code == 1
    assert f"error[{code}]" in validated.out
    assert f"  --> {file}:{line}:" in validated.out
    assert "Traceback" not in validated.out + validated.err

    checked = compliance("check", tmp_path / "exports", "--rules", file, "--run-folder", tmp_path / "run")
    assert (checked.code, checked.out) == (2, "")
    assert f"error[{code}]" in checked.err
    assert "Nothing was evaluated." in checked.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["policy.yaml", "rules.yaml", "profile.yaml"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"- a\n- b\n",
        b"a\n",
        b"profile: [",
        b"\x00" * 9,
        b"[" * 60_000,
        b"profile: x\n" * 2,
        b"#" * 3_000_000,
        b"\xff\xfe",
    ],
    ids=["empty", "list", "text", "broken", "zeros", "bomb", "twice", "large", "bytes"],
)
def test_no_content_of_any_kind_of_file_is_too_bad(
    compliance: Compliance, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    called = compliance("validate", tmp_path / name, "--rules", tmp_path, "--fix")
    assert called.code == 1
    assert f"  --> {tmp_path / name}:" in called.out
    assert (tmp_path / name).read_bytes() == content


def test_a_folder_without_rules(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    exports(tmp_path, {})
    validated = compliance("validate", tmp_path / "rules", "--rules", tmp_path / "rules")
    assert validated.code == 1
    assert f"There is no rule file in {tmp_path / 'rules'}." in validated.out
    checked = compliance("check", tmp_path / "exports", "--rules", tmp_path / "rules", "--run-folder", tmp_path / "run")
    assert (checked.code, checked.out) == (2, "")
    assert "There is no rule file in" in checked.err


def pipe(place: Path) -> Path:
    os.mkfifo(place)
    return place


@pytest.mark.timeout(30)
def test_a_pipe_in_the_place_of_rules_is_never_waited_for(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    file = pipe(tmp_path / "rules" / "rules.yaml")
    folder = exports(tmp_path, {})
    for called, code in (
        (compliance("validate", file, "--rules", tmp_path / "rules"), 1),
        (compliance("validate", file.parent, "--rules", file.parent), 1),
        (compliance("check", folder, "--rules", file.parent, "--run-folder", tmp_path / "run"), 2),
    ):
        assert called.code == code
        assert f"{file.as_posix()} cannot be read: it is a pipe or a device, no file." in called.out + called.err


def test_a_folder_named_like_a_rule_file_is_told(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "rules" / "rules.yaml").mkdir(parents=True)
    folder = exports(tmp_path, {})
    called = compliance("check", folder, "--rules", tmp_path / "rules", "--run-folder", tmp_path / "run")
    assert called.code == 2
    assert "rules.yaml cannot be read: Is a directory." in called.err


@pytest.mark.parametrize("verb", [["validate"], ["check", "exports", "--rules"], ["rules", "list", "--rules"]])
def test_rules_that_are_not_there(compliance: Compliance, tmp_path: Path, verb: list[str]) -> None:
    called = compliance(*verb, tmp_path / "absent.yaml")
    assert (called.code, called.out) == (2, "")
    assert "absent.yaml" in called.err
    assert "does not exist" in called.err


# ---- records ---------------------------------------------------------------------------------------------------------

HEAD = "employee_number,worker_type,start_date,termination_date,job_title,worksite_id\n"
ROWS = "E1,employee,2025-03-03,,Weaver,HQ\nE2,employee,2025-04-07,,Dyer,HQ\n"
FORMS = "employee_number,start_date,section2_signed_on\nE1,2025-03-03,2025-03-04\nE2,2025-04-07,2025-04-08\n"
SITES = "worksite_id,state,city,time_zone\nHQ,NY,Albany,America/New_York\n"
GOOD = {"employees.csv": HEAD + ROWS, "i9.csv": FORMS, "worksites.csv": SITES}


def exports(folder: Path, changes: Mapping[str, bytes | str | None]) -> Path:
    """An export in which nothing is wrong but what is changed; None leaves a file out."""
    (folder / "exports").mkdir()
    for name, content in {**GOOD, **changes}.items():
        if content is not None:
            (folder / "exports" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "exports"


def people(*rows: str) -> dict[str, bytes | str | None]:
    return {"employees.csv": HEAD + "".join(f"{row}\n" for row in rows)}


ALL_PASS = "4 pass · 0 pending · 0 violations · 0 unknown"
HARMLESS: dict[str, Mapping[str, bytes | str | None]] = {
    "nothing": {},
    "UTF-16": {"employees.csv": (HEAD + ROWS).encode("utf-16")},
    "a byte order mark": {"employees.csv": b"\xef\xbb\xbf" + (HEAD + ROWS).encode()},
    "CP1252": {"employees.csv": (HEAD + ROWS.replace("Dyer", "Färber")).encode("cp1252")},
    "semicolons": {"employees.csv": (HEAD + ROWS).replace(",", ";")},
    "tabs": {"employees.csv": (HEAD + ROWS).replace(",", "\t")},
    "Windows line ends": {"employees.csv": (HEAD + ROWS).replace("\n", "\r\n")},
    "a line end inside a cell": {"employees.csv": HEAD + ROWS.replace("Weaver", '"Weaver\nand more"')},
    "formulas in a text": {"employees.csv": HEAD + ROWS.replace("Weaver", '"=HYPERLINK(""x"")"')},
}


@pytest.mark.parametrize("changes", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_can_be_read_without_doubt_is_read(
    compliance: Compliance, tmp_path: Path, changes: Mapping[str, bytes | str | None]
) -> None:
    called = check(compliance, tmp_path, changes)
    assert called.code == 0, called.out
    assert ALL_PASS in called.out


BAD_RECORDS: dict[str, tuple[Mapping[str, bytes | str | None], str]] = {
    "an empty file": ({"employees.csv": b""}, "employees.csv:1  the file is empty"),
    "only a header": ({"employees.csv": HEAD}, "employees.csv:1  the file has a header and no rows"),
    "a missing column": (
        {"employees.csv": "employee_number,worker_type,worksite_id\nE1,employee,HQ\nE2,employee,HQ\n"},
        "employment_spell.start_date: 4 results of 2 rules",
    ),
    "a missing table": ({"i9.csv": None}, "i9.section2_signed_on: 2 results of 1 rule"),
    "an id twice": (
        people("E1,employee,2025-03-03,,Weaver,HQ", "E1,employee,2025-03-03,,Dyer,HQ", "E2,employee,2025-04-07,,,HQ"),
        "repeats the key of an earlier row",
    ),
    "a form of nobody": ({"i9.csv": FORMS + "E9,2025-03-03,2025-03-04\n"}, "is in no file (1 row: 4)"),
    "jobs that overlap": (
        people("E1,employee,2025-03-03,2025-12-31,,HQ", "E1,employee,2025-06-02,,,HQ", "E2,employee,2025-04-07,,,HQ"),
        "a spell begins before the one before it has ended",
    ),
    "30 February": (people("E1,employee,02/30/2025,,,HQ", "E2,employee,04/07/2025,,,HQ"), "there is no such day"),
    "a year of two digits": (
        people("E1,employee,3/3/25,,,HQ", "E2,employee,04/07/2025,,,HQ"),
        "the century is not known",
    ),
    "a day number of a spreadsheet": (people("E1,employee,45719,,,HQ", "E2,employee,2025-04-07,,,HQ"), "day number"),
    "a quote that is not closed": (
        people('E1,employee,2025-03-03,,"Weaver,HQ', "E2,employee,2025-04-07,,,HQ"),
        "employees.csv:2  record 2 is left out: a quoted cell begins here and its closing quote is missing",
    ),
    "a cell of five megabytes": (
        people(f"E1,employee,2025-03-03,,{'x' * 5_000_000},HQ", "E2,employee,2025-04-07,,,HQ"),
        "employees.csv:2  record 2 is left out: a cell has more than 1,000,000 characters",
    ),
    "zero bytes": (
        people("E1,employee,2025-03-03,,We\0ver,HQ", "E2,employee,2025-04-07,,,HQ"),
        "employees.csv:2  record 2 is left out: the row contains zero bytes",
    ),
    "a delimiter that is none": (
        {"employees.csv": (HEAD + ROWS).replace(",", "^")},
        "no column gives the employee_number of employee",
    ),
    "ragged rows": (
        people("E1,employee,2025-03-03,,HQ", "E2,employee,2025-04-07,,,HQ", "E3,employee,2025-04-07,,,HQ"),
        "employees.csv:2  record 2",
    ),
    "a formula for a date": (
        people("E1,employee,=TODAY(),,,HQ", "E2,employee,2025-04-07,,,HQ"),
        "employment_spell.start_date: the cell cannot be read",
    ),
    "a word outside the code list": (
        people("E1,gnome,2025-03-03,,,HQ", "E2,employee,2025-04-07,,,HQ"),
        "employment_spell.worker_type: the word is not in the code list",
    ),
    "a file of another name": ({"notes.csv": "a,b\n1,2\n"}, "notes.csv:1  no table of the profile"),
    "no export": (dict.fromkeys(GOOD), "none of the paths holds a file that the profile describes"),
}


@pytest.mark.parametrize(("changes", "told"), BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_what_cannot_be_read_is_told_and_never_passes(
    compliance: Compliance, tmp_path: Path, changes: Mapping[str, bytes | str | None], told: str
) -> None:
    called = check(compliance, tmp_path, changes)
    assert called.code == 3, called.out
    assert told in called.out
    assert "Traceback" not in called.out + called.err
    assert "xxxx" not in called.out + called.err


def check(compliance: Compliance, tmp_path: Path, changes: Mapping[str, bytes | str | None]) -> Any:
    (tmp_path / "rules.yaml").write_text(RULES)
    folder = exports(tmp_path, changes)
    flags = ["--as-of", "2026-11-22", "--run-folder", tmp_path / "run", "-q"]
    return compliance("check", folder, "--rules", tmp_path / "rules.yaml", *flags)


def test_records_that_are_not_there(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    called = compliance(
        "check", tmp_path / "absent", "--rules", tmp_path / "rules.yaml", "--run-folder", tmp_path / "run", "-q"
    )
    assert called.code == 3
    assert f"{tmp_path / 'absent'}:1  there is no such file or folder" in called.out


@pytest.mark.timeout(30)
def test_a_pipe_in_the_place_of_records_is_never_waited_for(compliance: Compliance, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    file = pipe(tmp_path / "employees.csv")
    flags = ["--rules", tmp_path / "rules.yaml", "--run-folder", tmp_path / "run", "-q"]
    called = compliance("check", file, *flags)
    assert called.code == 3
    assert "employees.csv" in called.out


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "2026-02-30", "soon", ""])
def test_a_day_beyond_all_calendars_or_none_at_all_is_refused(compliance: Compliance, tmp_path: Path, day: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    folder = exports(tmp_path, {})
    for verb in ("check", "deadlines"):
        called = compliance(verb, folder, "--rules", tmp_path / "rules.yaml", "--as-of", day)
        assert (called.code, called.out) == (2, "")
        assert "--as-of" in called.err


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_can_be_asked_for(compliance: Compliance, tmp_path: Path, day: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    folder = exports(tmp_path, {})
    flags = ["--rules", tmp_path / "rules.yaml", "--run-folder", tmp_path / "run", "-q", "--as-of", day]
    assert compliance("check", folder, *flags).code in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_no_defect_and_no_success(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    program = "from compliance_engine.cli.main import main; main()"
    words = ["check", exports(tmp_path, {}), "--rules", tmp_path / "rules.yaml", "--run-folder", tmp_path / "run", "-q"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program, *map(str, words)], stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "error[disk-full]: the disk is full, so the result could not be written"


@pytest.mark.parametrize("size", ["1MB", "5MB"])
def test_too_little_memory_is_no_defect_and_no_success(compliance: Compliance, tmp_path: Path, size: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    run = tmp_path / "run"
    flags = ["--rules", tmp_path / "rules.yaml", "--run-folder", run, "-q", "--memory-limit", size]
    answer = compliance("check", exports(tmp_path, {}), *flags)
    assert answer.code == 3
    assert "error[memory]: the answer needs more memory than it may use" in answer.err
    assert "--memory-limit" in answer.err
    assert not run.exists()


@pytest.mark.parametrize("damage", ["cut off", "other bytes", "gone"])
def test_a_kept_run_whose_results_are_damaged_is_refused(compliance: Compliance, tmp_path: Path, damage: str) -> None:
    check(compliance, tmp_path, {})
    results = tmp_path / "run" / "outcomes.parquet"
    whole = results.read_bytes()
    results.unlink()
    if damage != "gone":
        results.write_bytes(whole[:-9] if damage == "cut off" else b"a,b\n1,2\n")
    for verb in ("report", "deadlines"):
        called = compliance(verb, tmp_path / "run")
        assert (called.code, called.out) == (2, "")
        assert "outcomes.parquet is missing, cut off or damaged" in called.err


@pytest.mark.parametrize("flag", [["-o", "json={file}/findings.json"], ["--run-folder", "{file}/run"]])
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_read(
    compliance: Compliance, tmp_path: Path, flag: list[str]
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "file").write_text("")
    folder = exports(tmp_path, {})
    named = [part.format(file=tmp_path / "file") for part in flag]
    elsewhere = [] if "--run-folder" in flag else ["--run-folder", tmp_path / "run"]
    called = compliance("check", folder, "--rules", tmp_path / "rules.yaml", *elsewhere, *named)
    assert (called.code, called.out) == (2, "")
    assert "cannot be written" in called.err
    assert not (tmp_path / "run").exists()
