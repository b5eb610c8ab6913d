"""What `compliance init` does: copy the template, and add what must be made for each folder anew."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import available_timezones

import click

from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.cli.schemas import of_file
from compliance_engine.data import policy_template_folder
from compliance_engine.language.policy import FILE
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Problem, render

KEY = "fingerprint.key"
_KEY_BYTES = 32
_PLACE = "POLICY_FOLDER"
"""Stands in the template's texts for the folder that is made."""
_SCHEMAS = {"rule": "rules.schema.json", "policy": "policy.schema.json", "profile": "profile.schema.json"}
_IGNORED = f"# The key is secret, and runs hold records.\n{KEY}\nruns/\n"


def start(folder: Path, name: str | None, time_zone: str | None, more: Mapping[str, str] | None = None) -> ExitCode:
    """Run the verb; a new folder appears whole or not at all.

    more: further texts that it holds, by their path in it.
    """
    problem = _refused(folder, time_zone)
    if problem is not None:
        click.echo(render(problem, {}), err=True)
        return ExitCode.INVALID
    beside = folder if folder.exists() else folder.parent
    beside.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".compliance-init-", dir=beside))
    try:
        _fill(made, folder, name, time_zone, more or {})
        if folder.exists():  # it may be where the shell stands, so it is filled and not replaced
            for inside in made.iterdir():
                inside.rename(folder / inside.name)
            made.rmdir()
        else:
            made.chmod(0o755)
            made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    click.echo(_told(folder))
    return ExitCode.OK


def _refused(folder: Path, time_zone: str | None) -> Problem | None:
    """Why nothing can be made there."""
    if time_zone is not None and time_zone not in available_timezones():
        guess = did_you_mean(time_zone, available_timezones())
        return Problem("unknown-name", f'"{time_zone}" is no time zone.', suggestion=guess)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder.as_posix()} exists already and is left as it is."
        return Problem("not-empty", message, help="name a folder that does not exist, or an empty one")
    above = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        return Problem("unwritable", f"Nothing can be made in {above.as_posix()}.")
    return None


def _fill(made: Path, folder: Path, name: str | None, time_zone: str | None, more: Mapping[str, str]) -> None:
    shutil.copytree(policy_template_folder(), made, dirs_exist_ok=True)
    for file in sorted(made.rglob("*")):
        if file.is_file():
            text = file.read_text("utf-8")
            file.write_text(text.replace(_PLACE, folder.as_posix()), "utf-8")
    policy = made / FILE
    text = policy.read_text("utf-8")
    # A JSON string is a YAML string in double quotes, whatever the name holds.
    for key, value in (("name", name), ("time_zone", time_zone)):
        if value is not None:
            before, rest = re.split(rf"^{key}:.*$", text, maxsplit=1, flags=re.MULTILINE)
            text = f"{before}{key}: {json.dumps(value, ensure_ascii=False)}{rest}"
    policy.write_text(text, "utf-8")
    for path, text in more.items():
        (made / path).write_text(text, "utf-8")
    (made / "schemas").mkdir()
    for what, file_name in _SCHEMAS.items():
        schema = json.dumps(of_file(what), indent=1, ensure_ascii=False)
        (made / "schemas" / file_name).write_text(schema + "\n", "utf-8")
    _point_to_schema(policy, made / "schemas" / _SCHEMAS["policy"])
    for rules in sorted((made / "rules").glob("*.yaml")):
        _point_to_schema(rules, made / "schemas" / _SCHEMAS["rule"])
    (made / ".gitignore").write_text(_IGNORED, "utf-8")
    handle = os.open(made / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file_of_key:
        file_of_key.write(secrets.token_hex(_KEY_BYTES) + "\n")


def _point_to_schema(file: Path, schema: Path) -> None:
    """Put the line on top by which an editor finds the schema of a file."""
    path = Path(os.path.relpath(schema, file.parent)).as_posix()
    file.write_text(f"# yaml-language-server: $schema={path}\n{file.read_text('utf-8')}", "utf-8")


def _told(folder: Path) -> str:
    lines = [f"made {folder.as_posix()}"]
    lines += [f"  {name}" for name in _contents(folder)]
    lines += [
        f"{KEY} is secret: it is left out of git by .gitignore, and there is no other copy of it.",
        "",
        "next:",
        f"  compliance validate {folder.as_posix()}",
        f"  compliance test {(folder / 'rules').as_posix()}",
        f"  compliance check {(folder / 'sample').as_posix()} --policy {folder.as_posix()}",
    ]
    return "\n".join(lines)


def _contents(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
