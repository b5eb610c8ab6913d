"""Every command that the pages show does and prints what they say."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md"))]
SHOWING = [page for page in PAGES if "```console" in (ROOT / page).read_text("utf-8")]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", SHOWING)
def test_the_commands_of_a_page_end_and_print_as_it_says(page: str, transcripts: ModuleType, tmp_path: Path) -> None:
    text = (ROOT / page).read_text("utf-8")
    if transcripts.OUTSIDE in text and not (ROOT / transcripts.OUTSIDE).is_dir():
        pytest.skip(f"the data that {page} speaks of are not beside the repository")
    copy = transcripts.place(text, tmp_path)
    for step in transcripts.steps(text):
        if isinstance(step, transcripts.Made):
            transcripts.make(step, copy)
            continue
        ran = transcripts.run(step.command, copy)
        printed = "\n".join(ran.printed)
        where = f"{page}:{step.line + 1}: {step.command}"
        assert ran.code == step.code, f"{where}\n{printed}"
        if step.printed:
            assert transcripts.fits(step.printed, ran.printed), f"{where}\nmake transcripts writes it anew:\n{printed}"


def test_the_readme_and_the_quickstart_show_commands() -> None:
    assert {"README.md", "docs/quickstart.md"} <= set(SHOWING)


PAGE = """
```yaml policies/acme/policy.yaml
name: Acme
```
```console
$ compliance check exports   # exit 1
first
…
last
$ compliance rules list
```
"""


def test_a_page_is_read_in_order(transcripts: ModuleType) -> None:
    made, check, listed = transcripts.steps(PAGE)
    assert made == transcripts.Made("policies/acme/policy.yaml", "name: Acme\n")
    assert (check.command, check.code, check.printed) == ("compliance check exports", 1, ("first", "…", "last"))
    assert (listed.command, listed.code, listed.printed) == ("compliance rules list", 0, ())


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        (["a", "b", "c", "d"], True),
        (["a", "…", "d"], True),
        (["…", "b", "…"], True),
        (["a", "b", "c", "d", "…"], True),
        (["a", "b", "c"], False),
        (["a", "…", "c"], False),
        (["b", "…"], False),
        (["a", "b", "…", "b", "…"], False),
        (["a", "b", "c", "…", "c", "d"], False),
    ],
)
def test_a_line_left_out_stands_for_any_lines(shown: list[str], same: bool, transcripts: ModuleType) -> None:
    assert transcripts.fits(shown, ["a", "b", "c", "d"]) is same


def test_a_fingerprint_may_be_left_open_and_nothing_else(transcripts: ModuleType) -> None:
    assert transcripts.fits(["1/1 late f-…"], ["1/1 late f-5def67fc"])
    assert not transcripts.fits(["1/1 late f-…"], ["1/2 late f-5def67fc"])
    assert not transcripts.fits(["1/1 late f-5def67fc"], ["1/1 late f-5def67fd"])
    assert transcripts.anew(["1/1 late f-…"], ["1/1 early f-5def67fc"]) == ["1/1 early f-…"]


def test_a_page_may_ask_for_an_empty_folder(transcripts: ModuleType, tmp_path: Path) -> None:
    assert list(transcripts.place(f"# Page {transcripts.EMPTY}", tmp_path).iterdir()) == []


def test_what_is_written_anew_is_cut_in_the_same_places(transcripts: ModuleType) -> None:
    shown = ["old head", "…", "b", "old", "…", "old end"]
    assert transcripts.anew(shown, ["head", "a", "b", "c", "d", "end"]) == ["head", "…", "b", "c", "…", "end"]
    with pytest.raises(ValueError, match="no longer printed: b"):
        transcripts.anew(shown, ["head", "a", "end"])


def test_nothing_but_compliance_is_run(transcripts: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only commands of compliance"):
        transcripts.run("rm -r .", tmp_path)
