"""`compliance explain` on the example company: the words an auditor asks for."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Compliance = Callable[..., Any]
ROOT = Path(__file__).parents[2]
ASKED = ("--policy", "policies/example", "--as-of", "2026-11-22")
BAD = "fixtures/example/bad"


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_a_late_section_2_is_told_with_its_facts_and_the_days_that_were_skipped(compliance: Compliance) -> None:
    done = compliance("explain", BAD, *ASKED, "--rule", "us.i9.section2", "--record", "E1020/1")
    assert done.code == 0
    assert "8 CFR 274a.2(b)(1)(ii)(B)" in done.out
    assert re.search(r"start_date +2025-11-10 +employees\.csv:\d+", done.out)
    assert "3 business days after start_date = 2025-11-14   (closed: Tue 2025-11-11)" in done.out
    assert "=> met-late (violation), due 2025-11-14, done 2025-11-17, 3 days late" in done.out


def test_a_result_that_does_not_apply_says_which_condition_was_false(compliance: Compliance) -> None:
    done = compliance("explain", BAD, *ASKED, "--rule", "us.ssn.unique", "--record", "E1041")
    assert done.code == 0
    assert "first not so: ssn_state = 'valid'" in done.out


def test_the_fingerprint_of_a_finding_leads_to_the_same_explanation(compliance: Compliance, tmp_path: Path) -> None:
    found = compliance("check", BAD, *ASKED, "--run-folder", str(tmp_path / "run"), "-q")
    fingerprint = re.search(r"E1020/1 .*(f-[0-9a-f]+)", found.out)
    assert fingerprint is not None
    done = compliance("explain", fingerprint[1], BAD, *ASKED, "--run", str(tmp_path / "run"))
    assert "subject: employment_spell E1020/1" in done.out


def test_json_says_the_same(compliance: Compliance) -> None:
    done = compliance(
        "explain", BAD, *ASKED, "--rule", "us.i9.section2", "--record", "E1020/1", "-o", "json", "--redact", "none"
    )
    assert done.code == 0
    told = json.dumps(json.loads(done.out))
    assert "met-late" in told
    assert "2025-11-14" in told


def test_of_other_people_nothing_is_told(compliance: Compliance) -> None:
    done = compliance("explain", BAD, *ASKED, "--rule", "us.ssn.unique", "--record", "E1001")
    assert "ssn_hash  " not in done.out
    assert len(set(re.findall(r"employees\.csv:\d+", done.out))) == 1


@pytest.mark.parametrize(
    ("rule", "record"), [("us.i9.sectoin2", "E1020/1"), ("us.i9.section2", "E9999/1")], ids=["rule", "record"]
)
def test_what_is_not_there_is_a_located_question_and_no_traceback(
    compliance: Compliance, rule: str, record: str
) -> None:
    done = compliance("explain", BAD, *ASKED, "--rule", rule, "--record", record)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert done.err


def test_the_waivers_that_are_named_are_told_and_no_others(compliance: Compliance, tmp_path: Path) -> None:
    granted = "reason: a, owner: b, approved_by: c, approved_on: 2025-11-17, expires_on: 2027-01-31"
    (tmp_path / "waivers.yaml").write_text(
        f"waivers: [{{id: once, rule: us.i9.section2, subject: E1020/1, {granted}}}]\n"
    )
    late = ("explain", BAD, *ASKED, "--rule", "us.i9.section2", "--record", "E1020/1")
    assert "waived by" not in compliance(*late).out
    assert "waived by once" in compliance(*late, "--waivers", str(tmp_path / "waivers.yaml")).out
    handbook = ("explain", BAD, *ASKED, "--rule", "org.handbook.acknowledgement", "--record", "E1023/1")
    assert "waived by seasonal-handbook" in compliance(*handbook).out
    assert "waived by" not in compliance(*handbook, "--no-waivers").out
