"""Run the commands that README.md and the pages under docs/ show, and write what they print into the pages.

In a block marked `console` a line that begins with `$ ` is a command, with `# exit N` behind it unless it ends with 0.
The lines below it are what it prints to standard output; a line `…` stands for any lines left out. No line below: what
it prints is not shown. Where the page shows `f-…`, any fingerprint fits: the keys of new policies are made by chance.
A block that names a path behind its language (`yaml policies/acme/policy.yaml`) is a file that
the reader makes before the next command. All commands of a page are run in order in one copy of the checkout, or in an
empty folder if the page says `<!-- run in an empty folder -->`.

    python scripts/transcripts.py            # write the pages anew
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GAP = "…"
EMPTY = "<!-- run in an empty folder -->"
_FINGERPRINT = re.compile(r"\bf-[0-9a-f]{8}\b")
_ANY_FINGERPRINT = "f-…"
OUTSIDE = "../shared"
"""Data that some pages speak of and that are no part of the repository."""
_FENCE = re.compile(r"^```(?P<language>\S*) ?(?P<path>\S*)$")
_EXIT = re.compile(r"\s+# exit (?P<code>\d+)$")
_NEEDED = ("rules", "policies", "fixtures", "docs", "README.md", "pyproject.toml")


@dataclass(frozen=True)
class Shown:
    """One command of a page.

    Attributes:
        line: index of its line in the page; what it prints stands in the lines behind it, up to `end`.
        code: the exit code that the page states.
        printed: the lines that the page shows; none if what it prints is not shown.
    """

    line: int
    command: str
    code: int
    printed: tuple[str, ...]

    @property
    def end(self) -> int:
        """Index of the first line behind what it prints."""
        return self.line + 1 + len(self.printed)


@dataclass(frozen=True)
class Made:
    """A file that the reader of a page makes."""

    path: str
    text: str


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    printed: tuple[str, ...]


def pages(root: Path = ROOT) -> list[Path]:
    """The pages that show commands."""
    found = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    return [page for page in found if "```console" in page.read_text("utf-8")]


def steps(page: str) -> Iterator[Shown | Made]:
    """The commands of a page and the files that it has its reader make, in order."""
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence is None:
            at += 1
            continue
        end = next(i for i in range(at + 1, len(lines)) if lines[i] == "```")
        inside = lines[at + 1 : end]
        if fence["language"] == "console":
            yield from _commands(inside, at + 1)
        elif fence["path"]:
            yield Made(fence["path"], "\n".join(inside) + "\n")
        at = end + 1


def _commands(lines: Sequence[str], first: int) -> Iterator[Shown]:
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    for i, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = lines[i].removeprefix("$ ")
        stated = _EXIT.search(text)
        code = int(stated["code"]) if stated else 0
        yield Shown(first + i, _EXIT.sub("", text), code, tuple(lines[i + 1 : following]))


def place(page: str, folder: Path) -> Path:
    """Where the commands of a page are run: a copy of the checkout, or an empty folder."""
    if EMPTY not in page:
        return checkout(folder)
    (folder / "own").mkdir()
    return folder / "own"


def checkout(folder: Path) -> Path:
    """A copy of what commands read, with the data outside the repository beside it if they are there."""
    copy = folder / ROOT.name
    for name in _NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("runs", "__pycache__"))
        else:
            copy.mkdir(exist_ok=True)
            shutil.copy(source, copy / name)
    outside = (ROOT / OUTSIDE).resolve()
    if outside.is_dir():
        (folder / outside.name).symlink_to(outside)
    return copy


def run(command: str, copy: Path) -> Ran:
    """Run a command in a copy of the checkout.

    Raises:
        ValueError: it is not the command `compliance`.
    """
    words = shlex.split(command)
    if words[0] != "compliance":
        msg = f"only commands of compliance stand in console blocks: {command}"
        raise ValueError(msg)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPLIANCE_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 (the words come from our own pages)
        words, cwd=copy, env={**kept, "PATH": path, "NO_COLOR": "1"}, capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, tuple(line.rstrip() for line in done.stdout.splitlines()))


def make(file: Made, copy: Path) -> None:
    """Write a file that the page has its reader make."""
    target = copy / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(file.text, "utf-8")


def parts(shown: Sequence[str]) -> list[list[str]]:
    """What a page shows, cut at the lines left out."""
    found: list[list[str]] = [[]]
    for line in shown:
        if line == GAP:
            found.append([])
        else:
            found[-1].append(line)
    return found


def _as_shown(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """What was printed, without fingerprints if the page leaves them open."""
    if not any(_ANY_FINGERPRINT in line for line in shown):
        return list(printed)
    return [_FINGERPRINT.sub(_ANY_FINGERPRINT, line) for line in printed]


def fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether what is shown is what was printed, but for what it leaves out."""
    first, *rest = parts(shown)
    real = _as_shown(shown, printed)
    if real[: len(first)] != first:
        return False
    if not rest:
        return len(real) == len(first)
    *middle, last = rest
    at = len(first)
    for part in middle:
        found = next((i for i in range(at, len(real)) if real[i : i + len(part)] == part), None)
        if found is None:
            return False
        at = found + len(part)
    return len(real) - len(last) >= at and real[len(real) - len(last) :] == last


def anew(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """The same cut of what was printed now: as many lines at both ends; parts between are found by their first line.

    Raises:
        ValueError: such a first line is no longer printed; the page must be cut by hand.
    """
    first, *rest = parts(shown)
    real = _as_shown(shown, printed)
    if not rest:
        return real
    *middle, last = rest
    result = real[: len(first)]
    at = len(first)
    for part in middle:
        if not part or part[0] not in real[at:]:
            msg = f"no longer printed: {part[0] if part else GAP}"
            raise ValueError(msg)
        found = real.index(part[0], at)
        at = found + len(part)
        result += [GAP, *real[found:at]]
    return [*result, GAP, *real[len(real) - len(last) :]]


def rewritten(page: str, copy: Path) -> str:
    """A page with what its commands print now."""
    lines = page.splitlines()
    behind = 0
    for step in steps(page):
        if isinstance(step, Made):
            make(step, copy)
            continue
        ran = run(step.command, copy)
        exit_ = f"  # exit {ran.code}" if ran.code else ""
        new = [f"$ {step.command}{exit_}", *(anew(step.printed, ran.printed) if step.printed else [])]
        lines[step.line + behind : step.end + behind] = new
        behind += len(new) - (step.end - step.line)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all pages anew."""
    for page in pages():
        text = page.read_text("utf-8")
        if OUTSIDE in text and not (ROOT / OUTSIDE).is_dir():
            print(f"left as it is: {page.name} speaks of data that are not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            new = rewritten(text, place(text, Path(folder)))
        if new != text:
            page.write_text(new, "utf-8")
            print(f"written: {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
