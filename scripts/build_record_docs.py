"""Rewrite the tables of record types in docs/records.md: ``python scripts/build_record_docs.py``."""

from __future__ import annotations

from pathlib import Path

from compliance_engine.language.vocabulary import Field, FieldType, Missing, RecordType
from compliance_engine.records.types import VOCABULARY

PAGE = Path(__file__).parents[1] / "docs" / "records.md"
BEGIN = "<!-- record types: written by scripts/build_record_docs.py -->"
END = "<!-- end of record types -->"
_LONG = 12
"""Code lists with more words than this are not written out."""


def written(page: str) -> str:
    """The page with the tables of record types as they are now."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    sections = "\n".join(_section(record_type) for record_type in VOCABULARY.types.values())
    return f"{head}{BEGIN}\n\n{sections}\n{END}{tail}"


def _section(record_type: RecordType) -> str:
    belongs = f" Belongs by {_names(record_type.parents)}." if record_type.parents else ""
    valid = f" Valid from `{record_type.valid[0]}` until before `{record_type.valid[1]}`." if record_type.valid else ""
    key = f"Key {_names(record_type.key)}." if record_type.key else "One an employer."
    lines = [
        f"### {record_type.name}",
        "",
        (
            f"{record_type.meaning[0].upper()}{record_type.meaning[1:]}. {key}{belongs}{valid} "
            f"Confidentiality: {record_type.confidentiality}."
        ),
        "",
        "| field | type | meaning |",
        "|---|---|---|",
        *(f"| `{field.name}` | {_type(field)} | {field.meaning}{_codes(field)} |" for field in record_type.fields),
        "",
    ]
    return "\n".join(lines)


def _type(field: Field) -> str:
    text = field.type.value.replace("_", "/")
    if field.missing is not Missing.FACT:
        text += f", {field.missing.value}"
    return text + (", derived" if field.derived else "")


def _codes(field: Field) -> str:
    if not field.codes or (field.type is FieldType.CODE and field.codes[0].startswith("us.")):
        return ""
    if len(field.codes) > _LONG:
        return f": `{field.codes[0]}`, `{field.codes[1]}` and {len(field.codes) - 2} more"
    return ": " + ", ".join(f"`{code}`" for code in field.codes)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
