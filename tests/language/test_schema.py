"""The schemas that editors use accept what the models accept, and refuse what they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compliance_engine.language import accepted, yaml
from compliance_engine.language.schema import MEANINGS, policy_schema, rules_schema
from compliance_engine.records.types import VOCABULARY

DATA = Path(__file__).parent / "data"
LIBRARY = Path(__file__).parents[2] / "rules"
FILES = sorted(path for path in (*DATA.rglob("*.yaml"), *LIBRARY.rglob("*.yaml")) if path.name != accepted.FILE)


@cache
def validator() -> Draft202012Validator:
    schema = rules_schema(VOCABULARY)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def as_json(value: Any) -> Any:
    """What an editor makes of YAML: dates are texts."""
    match value:
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case _:
            return value


def content(path: Path) -> Any:
    node, problems = yaml.parse(path.read_bytes(), path.as_posix())
    assert node is not None, problems
    return as_json(yaml.data(node))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_rule_files_fit(path: Path) -> None:
    assert [f"{list(e.absolute_path)}: {e.message}" for e in validator().iter_errors(content(path))] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dew", "start_date"),
        ("severity", "hgh"),
        ("keep", "start_date"),
        ("kind", "dedline"),
        ("about", "employe"),
        ("unless", "never"),
        ("examples", [{"titel": "x"}]),
        ("in_force", {"form": "2025-01-01"}),
    ],
)
def test_what_the_models_refuse_is_refused(key: str, value: object) -> None:
    good = content(DATA / "good" / "us" / "notices" / "notice.yaml")
    good["rules"]["us.test.notice"][key] = value
    assert not validator().is_valid(good)


def test_a_rule_without_kind_is_refused() -> None:
    good = content(DATA / "good" / "us" / "notices" / "notice.yaml")
    del good["rules"]["us.test.notice"]["kind"]
    assert not validator().is_valid(good)


def test_policies_fit_or_do_not() -> None:
    schema = policy_schema()
    Draft202012Validator.check_schema(schema)
    good = {"name": "A", "time_zone": "America/New_York", "rules": [{"pack": "library"}], "adopt_unconfirmed": "yes"}
    assert Draft202012Validator(schema).is_valid(good)
    assert not Draft202012Validator(schema).is_valid({**good, "lookback": 3})
    assert not Draft202012Validator(schema).is_valid({**good, "adopt_unconfirmed": "perhaps"})


def test_every_key_is_described() -> None:
    def keys(node: Any) -> set[str]:
        if isinstance(node, list):
            return {key for item in node for key in keys(item)}
        if not isinstance(node, dict):
            return set()
        own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        return own | {key for item in node.values() for key in keys(item)}

    written = keys(rules_schema(VOCABULARY)) | keys(policy_schema())
    assert written <= MEANINGS.keys()
    assert MEANINGS.keys() <= written
