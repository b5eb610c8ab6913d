"""How the outputs of a run are written: what they show, whether the run was made just now or is a kept one."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Protocol

from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.cli.feeding import COMING, Feeds, write_feeds
from compliance_engine.cli.sinks import Sink, opened, opened_bytes
from compliance_engine.language.policy import Policy
from compliance_engine.outputs import BINARY, FEEDS, byte_renderer, renderer
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Group

SHOWN = 50
"""Findings that text on standard output lists unless told otherwise."""


class Wanted(Protocol):
    """The flags that say how outputs look."""

    @property
    def redact(self) -> Redact | None: ...
    @property
    def max_findings(self) -> int | None: ...
    @property
    def group_by(self) -> Group | None: ...
    @property
    def junit_per_subject(self) -> bool: ...
    @property
    def verbose(self) -> bool: ...
    @property
    def plain(self) -> bool: ...


def redaction(wanted: Redact | None, policy: Policy | None, sink: Sink) -> Redact:
    """What an output hides unless a flag says otherwise: text nothing, every other output what the policy says."""
    usual: Redact = "none" if sink.form == "text" else (policy.redact if policy is not None else "ids")
    return wanted or usual


def listed(wanted: int | None, sink: Sink) -> int | None:
    """How many findings or changes an output lists unless a flag says otherwise; None for all."""
    shown = SHOWN if sink.form == "text" and sink.path is None else None
    return wanted if wanted is not None else shown


def view_of(wanted: Wanted, policy: Policy | None, key: bytes | None, code: ExitCode, sink: Sink) -> View:
    """What one output shows.

    Args:
        code: what `check` ends with for this run and these flags.
    """
    on_terminal = sink.path is None and sys.stdout.isatty()
    return View(
        redact=redaction(wanted.redact, policy, sink),
        key=key,
        max_findings=listed(wanted.max_findings, sink),
        colour=on_terminal and not wanted.plain and not os.environ.get("NO_COLOR"),
        group_by=wanted.group_by,
        width=shutil.get_terminal_size().columns if on_terminal else None,
        verbose=wanted.verbose,
        exit_code=int(code),
        per_subject=wanted.junit_per_subject,
    )


def write(run: Run, view: View, sink: Sink, feeds: Feeds) -> None:
    """Write one output of a run."""
    if sink.form in FEEDS:
        write_feeds(run, view, COMING, sink, feeds)
    elif sink.form in BINARY:
        with opened_bytes(sink) as stream:
            byte_renderer(sink.form)(run, view, stream)
    else:
        with opened(sink) as text:
            renderer(sink.form)(run, view, text)
