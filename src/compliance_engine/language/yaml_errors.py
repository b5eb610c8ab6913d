"""Sentences for the syntax errors of the YAML parser, in words of the person who wrote the file."""

from collections.abc import Callable

import yaml

from compliance_engine.problems import Position, Problem

_QUOTE_HELP = "put the whole value in quotes, or write it on its own line below a key that ends in >-"
_CLOSED_HELP = (
    "a value that starts with a quote ends where the quote closes: put the whole value in quotes, "
    "in which an apostrophe is written twice, or write it on its own line below a key that ends in >-"
)
_COLON_HELP = (
    "if the colon belongs to the text, put the whole value in quotes or below a key that ends in >-; "
    "if it ends a key, check the indentation"
)
_SENTENCES: dict[str, tuple[str, str | None]] = {
    "mapping values are not allowed in this context": (
        "A colon followed by a space stands where no key can be.",
        _COLON_HELP,
    ),
    "found unexpected ':'": ("A space must follow the colon here.", _QUOTE_HELP),
    "mapping keys are not allowed in this context": ("A key cannot start here.", None),
    "block sequence entries are not allowed in this context": (
        "A list item cannot start here.",
        "put each item on its own line, indented below the key of the list",
    ),
    "did not find expected '-' indicator": (
        "This line is neither an item of the list above it nor a key around it.",
        "check the indentation",
    ),
    "did not find expected comment or line break": (
        'After the sign "|" or ">", the text must start on the next line.',
        "if the sign belongs to the value, put the whole value in quotes",
    ),
    "found an indentation indicator equal to 0": ('After the sign "|" or ">", a 0 has no meaning.', None),
    "found unknown escape character": (
        "Within double quotes, a backslash must start a known escape such as \\n.",
        "in single quotes a backslash is only a backslash",
    ),
    "did not find expected hexdecimal number": ("The escape lacks hexadecimal digits.", None),
    "found invalid Unicode character escape code": ("The escape names no character.", None),
    "did not find expected <document start>": ("Text follows where the content of the file has ended.", None),
    "found incompatible YAML document": ("The file asks for a version of YAML that is not read.", "remove this line"),
    "found undefined tag handle": ('A word that starts with "!" is a tag, and tags are not used.', _QUOTE_HELP),
}
_OPENERS = {"]": ("list", "["), "}": ("mapping", "{")}


def syntax_problem(error: yaml.MarkedYAMLError, source: str, at: Callable[[int], Position]) -> Problem:
    """Say in plain words what the parser stumbled on.

    Args:
        error: as raised by the parser.
        source: the text it read.
        at: gives the position of an index in the text.
    """
    fault = error.problem or ""
    index = _index(error.problem_mark, source)
    start = _index(error.context_mark, source) if error.context_mark else index
    context = error.context or ""
    prefix = _line_until(source, index)
    char = source[index : index + 1]

    def problem(message: str, place: int = index, help_: str | None = None, code: str = "yaml-syntax") -> Problem:
        return Problem(code, message, at(place), help=help_)

    if "\t" in prefix + char and not prefix.strip():
        tab = index - len(prefix) + (prefix + char).index("\t")
        return problem("A tab indents this line.", tab, "indent with spaces only", "tab-indentation")
    if "quoted scalar" in context and fault.startswith("found unexpected"):
        return problem("The quote that opens here is never closed.", start)
    if fault == "could not find expected ':'":
        return problem("This has no colon behind it, so it is no key.", start, "write key: value")
    if fault == "found character that cannot start any token":
        return problem(f'A value cannot start with "{char}".', help_=_QUOTE_HELP)
    if "anchor" in context or "alias" in context or "tag" in context:
        return problem(
            f'"{source[start : start + 1]}" has a special meaning at the start of a value.', start, _QUOTE_HELP
        )
    if "directive" in context:
        return problem('A line that starts with "%" is an instruction to YAML, and this one is unknown.', start)
    if described := _misplaced(fault, context, source, index, start, at):
        return problem(*described)
    sentence, advice = _SENTENCES.get(fault, ("This is not valid YAML.", None))
    return problem(sentence, help_=advice)


def _misplaced(
    fault: str, context: str, source: str, index: int, start: int, at: Callable[[int], Position]
) -> tuple[str, int, str | None] | None:
    """Something stands, or is lacking, where a key, a value or a closing bracket should be: message, place, help."""
    char, before = source[index : index + 1], _line_until(source, index).rstrip()
    wants_close, wants_value = fault.endswith(("']'", "'}'")), fault.endswith("node content")
    if not (wants_close or wants_value or fault.endswith("expected key")):
        return None
    if "flow" in context and not source[index:].strip():
        opener = start if wants_close else max(source.rfind("[", 0, index), source.rfind("{", 0, index))
        return f'The "{source[opener : opener + 1]}" that opens here is never closed.', opener, None
    if before.endswith(("'", '"')) and not wants_value:
        return "Text follows the closing quote.", index, _CLOSED_HELP
    if "block" in context and char in _OPENERS:
        what, opening = _OPENERS[char]
        return f'This "{char}" closes a {what} that no "{opening}" has opened.', index, None
    if wants_close:
        opening = source[start : start + 1]
        return f'Expected a comma or "{fault[-2]}" here.', index, f'the "{opening}" stands on line {at(start).line}'
    if wants_value:
        return "A value is missing here.", index, None
    if char == ":":
        return "A key is missing in front of the colon.", index, None
    if before:
        return "Text follows where the value has ended.", index, _QUOTE_HELP
    return "The indentation of this line fits none of the keys above it.", index, None


def _line_until(source: str, index: int) -> str:
    """The line of a place, from its first column to that place."""
    return source[max(source.rfind("\n", 0, index), source.rfind("\r", 0, index)) + 1 : index]


def _index(mark: yaml.Mark | None, source: str) -> int:
    """Index of a mark in the text; one at the end is moved to just behind the last thing that can be seen."""
    index = mark.index if mark else 0
    return index if source[index:].strip() else len(source.rstrip())
