"""What is measured, row by row."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.exports import FORMATS as EXPORTS
from benchmarks.measure import COMPLIANCE, ROOT, BrokenRunError, Figure, Measure, Sample, part, process
from benchmarks.table import Group, Row
from compliance_engine.outputs import FORMATS

TWENTY_FOUR = Path(__file__).parent / "rules" / "twenty-four.yaml"
LIBRARY = ROOT / "rules"
AS_OF = "2026-06-15"
JUDGED = (0, 1, 3)
"""Exit codes of a check that came to an end."""
SHEET = 100_000
"""Rows of the workbook that is read: a sheet is held in memory meanwhile."""
CUT = {
    "md": ", the worst of each rule",
    "html": ", the worst of each kind",
    "junit": ", 100 of each rule",
    "sarif": ", the first 25,000",
    "github": ", ten of each level",
}
"""What formats do not list whole, as docs/outputs.md says."""
PARTS = ("starting", "employees", "peers", "reading", "writing", "rules")
"""What can be measured by itself."""
TIMES: tuple[Measure, ...] = ("wall", "cpu")
SCRIPTS = ("gen.py", "b_duckdb.py", "rules.py")
"""What the folder of the hand-written baseline must hold."""
PEERS = {
    "ours": ("SQL of the same rules, as compiled", ()),
    "plain": ("plain Python functions with dateutil", ("dateutil",)),
    "zen_engine": ("zen-engine, compiled expressions", ("zen",)),
    "durable_rules": ("durable-rules, a fact at a time", ("durable_rules_engine",)),
}
"""Ways to evaluate the four rules, what they are called, and the modules that they need."""


@dataclass(frozen=True)
class Suite:
    """The settings of one run of the benchmark.

    Attributes:
        sizes: employees.
        findings: findings of the run that is written out.
        runs: runs of what takes a moment; what takes longer is run less often.
        data: where invented records are kept between runs.
        baseline: folder of the hand-written SQL.
        scratch: for what the measured processes write.
        say: told what is measured now.
    """

    sizes: tuple[int, ...]
    peers_at: int
    findings: int
    runs: int
    data: Path
    baseline: Path
    scratch: Path
    say: Callable[[str], None]

    def groups(self, parts: Collection[str] = PARTS) -> Iterator[Group]:
        """What is measured, in the order of the table; parts: only these of it."""
        if "starting" in parts:
            yield Group("Starting", tuple(self.starting()))
        if "employees" in parts:
            for size in self.sizes:
                yield Group(f"{size:,} employees, 24 rules", tuple(self.whole_and_parts(size)))
        if "peers" in parts:
            title = f"One record at a time: 4 rules, {self.peers_at:,} employees"
            yield Group(title, tuple(self.one_by_one(self.peers_at)))
        if "reading" in parts:
            yield Group(f"Reading one file of {max(self.sizes):,} employees", tuple(self.reading(max(self.sizes))))
        if "writing" in parts:
            yield Group(f"Writing out {self.findings:,} findings", tuple(self.writing_out(self.findings)))
        if "rules" in parts:
            yield Group("Many rules", (*self.many_rules(300, min(self.sizes)), *self.library()))

    # ---- rows --------------------------------------------------------------------------------------------------------

    def starting(self) -> Iterator[Row]:
        """What somebody waits for before anything happens."""
        help_ = self._repeat(self.runs, "--help", lambda: process((*COMPLIANCE, "--help")))
        yield Row("`compliance --help`", help_, "goal: wall < 0.15")

    def whole_and_parts(self, size: int) -> Iterator[Row]:
        """A whole check, its two large parts, and the hand-written SQL beside the engine."""
        data, runs = self.records(size), self._fewer(size)
        whole = self._repeat(runs, f"check of {size:,}", lambda: self.check(data, TWENTY_FOUR))
        yield Row("`compliance check`, the whole process", whole)
        tables = self.scratch / f"tables-{size}"
        loading = self._repeat(runs, f"loading {size:,}", lambda: self.load(data, tables))
        yield Row("loading alone", loading, "reading, casting, keys; peak of the process")
        by_hand, why = self.by_hand(size)
        ours, theirs, loaded = self._side_by_side(tables, by_hand, runs)
        results = ours.samples[0].said
        yield Row("engine alone, on loaded tables", ours, f"{results['results']:,} results, {results['rows']:,} kept")
        if theirs is None or loaded is None:
            yield Row("hand-written SQL of 24 such rules", None, f"not run: {why}")
            return
        rows = theirs.samples[0].said["rows"]
        yield Row("hand-written SQL of 24 such rules", theirs, f"{rows:,} kept; reads only its columns, from Parquet")
        yield Row("the same on loaded tables", loaded, "CPU with loading them")
        times = ", ".join(f"{what} {ours.best(what) / theirs.best(what):.2f}×" for what in TIMES)
        peaks = f"peak {_peaks(ours, theirs)}, on loaded tables {_peaks(ours, loaded)}"
        yield Row("engine beside hand-written SQL", None, f"{times} (goal: 1.3×); {peaks} (goal: 1.5×)")

    def one_by_one(self, size: int) -> Iterator[Row]:
        """Engines that take one record at a time; their states are compared with ours."""
        tables = self.scratch / f"tables-{size}"
        self.load(self.records(size), tables)
        for peer, (what, needs) in PEERS.items():
            missing = [module for module in needs if find_spec(module) is None]
            if missing:
                yield Row(what, None, f"not run: {', '.join(missing)} is not installed")
                continue
            figure = self._repeat(self.runs, what, lambda peer=peer: part("four", peer, tables))  # type: ignore[misc]
            said = figure.samples[0].said
            each = figure.best("wall") / said["cases"] * 1e6
            same = "states equal in every case" if not said["different"] else f"{said['different']:,} states DIFFER"
            yield Row(what, figure, f"{each:.2f} µs an evaluation; {same}")

    def many_rules(self, number: int, size: int) -> Iterator[Row]:
        """Few records and many rules: reading rules, compiling them and planning statements decide."""
        rules, data = self.scratch / f"rules-{number}", self.records(size)
        self._module("rule_files", number, rules)
        check = self._repeat(self.runs, f"check by {number} rules", lambda: self.check(data, rules), warm=True)
        yield Row(f"`compliance check` of {size:,} employees by {number} generated rules", check, "goal: wall < 1")
        kept = self.scratch / "cache"
        cold = self._repeat(self.runs, "rules without cache", lambda: self.cached(rules, kept, empty=True))
        yield Row(f"reading {number} rules, cache empty", cold)
        warm = self._repeat(self.runs, "rules with cache", lambda: self.cached(rules, kept, empty=False))
        yield Row(f"reading {number} rules from the cache", warm)

    def reading(self, size: int) -> Iterator[Row]:
        """The same employees in each format that is read."""
        for form in EXPORTS:
            rows = min(size, SHEET) if form == "xlsx" else size
            folder = self.scratch / "export"
            self._module("exports", form, self.records(size), rows, folder)
            megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
            figure = self._repeat(self._fewer(size), f"reading {form}", lambda folder=folder: part("reading", folder))  # type: ignore[misc]
            read = figure.samples[0].said["rows"]
            yield Row(f"{form}, {rows:,} rows", figure, f"{read:,} rows kept; file of {megabytes:,.1f} MB")
            shutil.rmtree(folder)

    def writing_out(self, findings: int) -> Iterator[Row]:
        """One kept run in each format."""
        run, target = self.scratch / "made-up-run", self.scratch / "written"
        self.say(f"making up {findings:,} findings")
        self._module("findings", findings, run)
        for form in (form for form in FORMATS if form != "csv:bom"):  # `csv` and three bytes
            figure = self._repeat(1, f"writing {form}", lambda form=form: part("outputs", form, run, target))  # type: ignore[misc]
            yield Row(f"`{form}`", figure, f"{figure.samples[0].said['bytes'] / 1e6:,.1f} MB{CUT.get(form, '')}")

    def library(self, rules: Path = LIBRARY) -> Iterator[Row]:
        """The examples that rules carry."""
        examples = self._repeat(min(self.runs, 3), "examples", lambda: part("examples", rules))
        said = examples.samples[0].said
        yield Row(
            "examples of the shipped rules", examples, f"{said['examples']:,} examples of {said['rules']:,} rules"
        )

    def _side_by_side(
        self, tables: Path, by_hand: Path | None, runs: int
    ) -> tuple[Figure, Figure | None, Figure | None]:
        """The engine and the hand-written SQL in turn, so that what else the machine does hits both."""
        ours: list[Sample] = []
        theirs: list[Sample] = []
        loaded: list[Sample] = []
        script = self.baseline / "b_duckdb.py"
        for _ in range(runs):
            self.say(f"engine on {tables.name}")
            ours.append(part("engine", tables))
            if by_hand is not None:
                theirs.append(part("baseline", script, "wide_enum", by_hand))
                loaded.append(part("baseline", script, "wide_enum+native", by_hand))
        if by_hand is None:
            return Figure(tuple(ours)), None, None
        return Figure(tuple(ours)), Figure(tuple(theirs)), Figure(tuple(loaded))

    # ---- what the rows run -------------------------------------------------------------------------------------------

    def check(self, data: Path, rules: Path) -> Sample:
        """One `compliance check` from start to exit."""
        command = (*COMPLIANCE, "check", str(data), "--rules", str(rules), "--as-of", AS_OF, "--quiet")
        return process((*command, "--run-folder", str(self.scratch / "run")), good=JUDGED, folder=self.scratch)

    def load(self, data: Path, tables: Path) -> Sample:
        """Load an export and keep its tables."""
        shutil.rmtree(tables, ignore_errors=True)
        return part("records", data, tables)

    def cached(self, rules: Path, kept: Path, *, empty: bool) -> Sample:
        """Read rules through the cache."""
        if empty:
            shutil.rmtree(kept, ignore_errors=True)
        return part("cache", rules, kept)

    def records(self, size: int) -> Path:
        """Invented records, made again if the generator has changed since."""
        folder = self.data / str(size)
        by = hashlib.sha256((Path(__file__).parent / "generate.py").read_bytes()).hexdigest()
        mark = folder / ".made-by"
        if not mark.is_file() or mark.read_text("utf-8") != by:
            self.say(f"making records of {size:,}")
            self._module("generate", size, folder)
            mark.write_text(by, "utf-8")
        return folder

    def by_hand(self, size: int) -> tuple[Path | None, str]:
        """The data of the hand-written SQL, or why there is none."""
        if not all((self.baseline / script).is_file() for script in SCRIPTS):
            return None, "its folder is not there (--baseline)"
        missing = [module for module in ("numpy", "pyarrow", "holidays") if find_spec(module) is None]
        if missing:
            return None, f"{', '.join(missing)} is not installed"
        folder = self.data / f"by-hand-{size}"
        if not (folder / "hol.npy").is_file():  # the last file it writes
            self.say(f"making records of {size:,} for the hand-written SQL")
            try:
                process((sys.executable, str(self.baseline / "gen.py"), str(size), str(folder)))
            except BrokenRunError as problem:
                return None, f"its generator failed: {problem}"
        return folder, ""

    def _module(self, name: str, *arguments: object) -> None:
        """Make something in a process of its own: what this one holds would count as memory of those it starts."""
        process((sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)))

    def _fewer(self, size: int) -> int:
        return max(1, self.runs if size <= 10_000 else self.runs // 2 if size <= 100_000 else self.runs // 5)

    def _repeat(self, runs: int, what: str, run: Callable[[], Sample], *, warm: bool = False) -> Figure:
        """Measure several times; `warm`: after a time that does not count."""
        self.say(what)
        if warm:
            run()
        return Figure(tuple(run() for _ in range(runs)))


def _peaks(ours: Figure, theirs: Figure) -> str:
    return f"{ours.median('peak') / theirs.median('peak'):.2f}×"
