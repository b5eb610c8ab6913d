"""`json`: the run for programs; its schema is in `outputs/schema.py` and docs/outputs.md."""

from __future__ import annotations

import json
from typing import Any, TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.finding import finding
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, waiver_shown
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

_encode = json.JSONEncoder(ensure_ascii=False).encode
FINDINGS = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR, Outcome.WAIVED)


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the run as one JSON object; findings are written one by one, however many there are."""
    with opened(run, view.key) as reader:
        out.write(json.dumps(head_of(reader, view), indent=1, ensure_ascii=False).removesuffix("\n}"))
        _write_list(out, "findings", reader.results(FINDINGS, limit=view.max_findings), reader, view)
        _write_list(out, "pending", reader.results([Outcome.PENDING], by="due"), reader, view)
    out.write("\n}\n")


def head_of(reader: Reader, view: View) -> dict[str, Any]:
    """Everything but the single results."""
    run = reader.run
    head = {
        **run.info.model_dump(mode="json"),
        "notice": ADVICE,
        "redacted": view.redact,
        "rule_texts": {rule: card.model_dump(mode="json") for rule, card in run.rules.items()},
    }
    head["waivers"] = [
        {**waiver.model_dump(mode="json"), "id": waiver_shown(waiver, view)} for waiver in run.info.waivers
    ]
    if view.redact == "all":
        head["data_findings"] = [{**wrong, "records": []} for wrong in head["data_findings"]]
    total = reader.count(FINDINGS)
    head["findings_total"] = total
    head["findings_left_out"] = max(0, total - view.max_findings) if view.max_findings is not None else 0
    return head


def _write_list(out: TextIO, name: str, results: Any, reader: Reader, view: View) -> None:
    out.write(f',\n "{name}": [')
    before = "\n  "
    for result in results:
        out.write(before + _encode(finding(result, reader.run, view)))
        before = ",\n  "
    out.write("\n ]" if before.startswith(",") else "]")
