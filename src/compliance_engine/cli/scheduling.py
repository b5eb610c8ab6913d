"""What `compliance init --schedule` does: rules of a retention schedule, and what became of every series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.cli.refusing import RefusedError
from compliance_engine.cli.starting import start
from compliance_engine.language.policy import FILE
from compliance_engine.problems import Problem
from compliance_engine.schedules.planned import Became, account, file_of, plan_rules, slug
from compliance_engine.schedules.read import read_schedule
from compliance_engine.schedules.rules_text import Heading


def start_with(schedule: Path, folder: Path, name: str | None, time_zone: str | None) -> ExitCode:
    """Run the verb. A schedule with an error makes nothing, nor does one without a rule."""
    if (folder / FILE).is_file() and (name or time_zone):
        raise click.UsageError(
            f"{folder.as_posix()} has its name and time zone already; leave out --name and --time-zone."
        )
    content = schedule.read_bytes()
    series, problems = read_schedule(content, schedule.as_posix())
    if problems:
        text = content.decode("utf-8-sig", errors="replace")
        return RefusedError(problems, {schedule.as_posix(): text}).told("made")
    stem = slug(schedule.stem)
    heading = Heading(f"Retention schedule {schedule.stem}", schedule.name, f"org.{stem}", datetime.now(UTC).date())
    became = plan_rules(series, heading.prefix)
    if not any(item.plan for item in became):
        click.echo(_counted(schedule, became), err=True)
        none = Problem("no-rules", f"No series of {schedule.as_posix()} became a rule.")
        return RefusedError([none], {}).told("made")
    files = {f"rules/{stem}.yaml": file_of(heading, became), f"{stem}-series.csv": account(heading, became)}
    code = _add(folder, files) if (folder / FILE).is_file() else start(folder, name, time_zone, files)
    if code is ExitCode.OK:
        click.echo(f"\n{_counted(schedule, became)}")
        click.echo(f"what each became, or why not: {(folder / f'{stem}-series.csv').as_posix()}")
        click.echo("the rules are unconfirmed until somebody has compared them with the schedule: change checked: in")
        click.echo(f"  {(folder / 'rules' / f'{stem}.yaml').as_posix()}")
    return code


def _add(folder: Path, files: Mapping[str, str]) -> ExitCode:
    """Add files to a policy folder that is in use; none takes the place of another."""
    there = [path for path in files if (folder / path).exists()]
    if there:
        message = f"{(folder / there[0]).as_posix()} exists already and is left as it is."
        help_ = "remove it, or give the schedule another name"
        return RefusedError([Problem("not-empty", message, help=help_)], {}).told("made")
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
        click.echo(f"made {(folder / path).as_posix()}")
    return ExitCode.OK


def _counted(schedule: Path, became: Sequence[Became]) -> str:
    """How many series became rules, and how many did not, by reason; the counts add up."""
    rules = sum(item.plan is not None for item in became)
    lines = [f"{schedule.as_posix()}: {len(became)} series, {rules} became rules, {len(became) - rules} did not"]
    reasons = Counter(item.reason for item in became if item.plan is None)
    lines += [f"  {count:>5}  {reason}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item))]
    return "\n".join(lines)
