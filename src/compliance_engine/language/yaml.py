"""Reads a YAML file into nodes that know where they stand.

YAML is read as version 1.2 and only in part: what makes a file mean something else than it seems to say (tags,
anchors, merge keys, repeated keys, invisible characters) is refused, each at its place, all in one run.
"""

import re
import unicodedata
from bisect import bisect_right
from itertools import islice

import yaml

from compliance_engine.language.nodes import Entry, Mapping, Node, Scalar, Sequence
from compliance_engine.language.scalars import data, looks_like_date, position_in, scalar_value
from compliance_engine.language.yaml_errors import syntax_problem
from compliance_engine.problems import Level, Position, Problem, in_order

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "data", "parse", "position_in", "scalar_value"]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
"""Lists and mappings inside each other; rules need five or six."""
_MAX_CHARACTERS = 20
"""Forbidden characters reported from one file; a file that is no text has thousands."""
_MAX_PROBLEMS = 200
"""Problems reported from one file before reading stops; nobody reads on, and a hostile file could have a million."""

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that cannot be seen but change what is read, in the file or on a terminal."""
_STANDARD_TAG = "tag:yaml.org,2002:"
"""What the parser puts in the place of the `!!` that the file has."""
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NUMBER_SIGN = re.compile(r"[ \t]+#(?=[0-9])")


def parse(text: str | bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """Read the text of one file.

    Args:
        text: content of the file; bytes must be UTF-8, with or without a byte order mark.
        file: name of the file in positions.

    Returns:
        The root (None if the file is empty or cannot be read to its end) and everything that is wrong, in order.
    """
    source, problems = _decode(text, file)
    if source is None or problems:
        return None, problems
    reader = _Reader(source, file)
    node = reader.read()
    return node, in_order(reader.problems)


def _decode(text: str | bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The characters of the file without byte order mark, or why there are none."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"The file has {size / 1e6:.1f} MB; files up to {MAX_BYTES / 1e6:.0f} MB are read."
        return None, [Problem("file-too-large", message, Position(file, 1, 1), help="split it into several files")]
    if isinstance(text, bytes):
        text = text.removeprefix(b"\xef\xbb\xbf")
        try:
            source = text.decode("utf-8")
        except UnicodeDecodeError as error:
            place = _Lines(text[: error.start].decode("utf-8"), file).at(error.start)
            message = f"The byte 0x{text[error.start]:02x} is not UTF-8."
            return None, [Problem("not-utf-8", message, place, help="save the file with the encoding UTF-8")]
    else:
        source = text.removeprefix("\ufeff")
    lines = _Lines(source, file)
    found = islice(_FORBIDDEN.finditer(source), _MAX_CHARACTERS)
    return source, [_forbidden(match.group(), lines.at(match.start())) for match in found]


def _forbidden(char: str, position: Position) -> Problem:
    name = unicodedata.name(char, "a control character")
    message = f"U+{ord(char):04X} ({name.lower()}) cannot be seen and is not allowed."
    return Problem("control-character", message, position, help="delete it, or type the text anew")


class _Lines:
    """Turns an index in a text into line and column."""

    def __init__(self, source: str, file: str) -> None:
        self._file = file
        self._length = len(source)
        self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(source))]

    def at(self, index: int, length: int = 1) -> Position:
        index = min(index, self._length)
        line = bisect_right(self._starts, index)
        return Position(self._file, line, index - self._starts[line - 1] + 1, max(1, length))


class _UnreadableError(Exception):
    """The rest of the file cannot be read; the reason is among the problems."""


class _Reader:
    """Builds nodes from the events of libyaml, whose own builder of nodes crashes on deep nesting."""

    def __init__(self, source: str, file: str) -> None:
        self._source = source
        self._lines = _Lines(source, file)
        self._events = yaml.parse(source, Loader=yaml.CSafeLoader)
        self.problems: list[Problem] = []

    def read(self) -> Node | None:
        node: Node | None = None
        try:
            while not isinstance(event := next(self._events), yaml.StreamEndEvent):
                if isinstance(event, yaml.DocumentStartEvent):
                    if node is not None:
                        self._refuse("several-documents", "A second document starts here; a file has one.", event)
                        return None
                    node = self._node(next(self._events), 0, False)
        except _UnreadableError:
            return None
        except yaml.MarkedYAMLError as error:
            self.problems.append(syntax_problem(error, self._source, self._lines.at))
            return None
        return node

    def _node(self, event: yaml.Event, depth: int, in_flow: bool) -> Node:
        """Read the node that starts with this event.

        Args:
            event: the first of the node.
            depth: how many lists and mappings it is in.
            in_flow: whether it stands within brackets or braces.
        """
        self._check_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, in_flow)
        if isinstance(event, yaml.CollectionStartEvent):
            if depth == MAX_DEPTH:
                self._refuse("nested-too-deep", f"Lists and mappings are nested deeper than {MAX_DEPTH}.", event)
                raise _UnreadableError
            is_sequence = isinstance(event, yaml.SequenceStartEvent)
            build = self._sequence if is_sequence else self._mapping
            return build(event, depth + 1, in_flow or bool(event.flow_style))
        return Scalar("", True, self._position(event))

    def _check_properties(self, event: yaml.Event) -> None:
        """Refuse what can stand in front of a value, or in its stead."""
        if isinstance(event, yaml.AliasEvent):
            message = f'"*{event.anchor}" is a reference, and references are not used.'
            self._refuse("alias", message, event, "write the value here again, or quote the asterisk")
            return
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            message = f'"&{event.anchor}" names a value for reuse, which is not possible.'
            self._refuse("anchor", message, event, "remove it, or put the whole value in quotes")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            message = f'"{event.tag.replace(_STANDARD_TAG, "!!")}" is a tag, and tags are not used.'
            self._refuse("tag", message, event, "remove it, or put the whole value in quotes")

    def _scalar(self, event: yaml.ScalarEvent, in_flow: bool) -> Scalar:
        begin, end = _span(event)
        scalar = Scalar(event.value, not event.style, self._position(event), self._source[begin:end])
        if scalar.plain:
            self._check_plain(scalar, end, in_flow)
        elif hidden := _FORBIDDEN.search(scalar.value):
            self._report(_forbidden(hidden.group(), position_in(scalar, hidden.start())))
        return scalar

    def _check_plain(self, scalar: Scalar, end: int, in_flow: bool) -> None:
        """Report text without quotes that was cut short, and dates that do not exist."""
        if looks_like_date(scalar) and isinstance(scalar_value(scalar), str):
            message = f"{scalar.value} is not a day of the calendar."
            self._report(Problem("not-a-date", message, scalar.position))
        if in_flow and scalar.value.count("(") > scalar.value.count(")") and self._source[end : end + 1] == ",":
            message = "Within braces or brackets the comma ends the value, here inside its parentheses."
            help_ = "put the whole expression in quotes, or write the mapping in block style"
            self._report(Problem("split-value", message, self._lines.at(end), Level.WARNING, help=help_))
        if cut := _NUMBER_SIGN.match(self._source, end):
            message = "A # behind a space starts a comment: the value ends before it."
            help_ = "if it belongs to the text, put the whole value in quotes"
            place = self._lines.at(cut.end() - 1)
            self._report(Problem("cut-at-number-sign", message, place, Level.WARNING, help=help_))

    def _sequence(self, start: yaml.CollectionStartEvent, depth: int, in_flow: bool) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth, in_flow))
        return Sequence(tuple(items), self._position(start))

    def _mapping(self, start: yaml.CollectionStartEvent, depth: int, in_flow: bool) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(key_event := next(self._events), yaml.MappingEndEvent):
            key = self._node(key_event, depth, in_flow)
            value_event = next(self._events)
            value = self._node(value_event, depth, in_flow)
            if not isinstance(key, Scalar):
                self._refuse("key-not-text", "A key must be text, not a list or mapping.", key_event)
            elif self._is_usable(key, key_event, value_event, entries):
                entries[key.value] = Entry(key, value)
        return Mapping(tuple(entries.values()), self._position(start))

    def _is_usable(self, key: Scalar, event: yaml.Event, value_event: yaml.Event, earlier: dict[str, Entry]) -> bool:
        """Whether a key can be told from the others; if not, it is reported and its value left out."""
        value_begin, value_end = _span(value_event)
        has_value = value_end > value_begin or ":" in self._source[_span(event)[1] : value_begin]
        if isinstance(event, yaml.AliasEvent):
            return False
        if key.plain and key.value == "<<":
            self._refuse(
                "merge-key", 'The key "<<" merges mappings, which is not possible.', event, "list the keys here"
            )
        elif not key.value:
            self._refuse("key-not-text", "A key is missing in front of the colon.", event)
        elif not has_value:
            help_ = "write key: value"
            if earlier:
                last = next(reversed(earlier))
                help_ = f'if the comma belongs to the value of "{last}", put that value in quotes or use block style'
            self._refuse("key-without-value", f'"{key.value}" has no colon and no value.', event, help_)
        elif first := earlier.get(key.value):
            message = f'The key "{key.value}" stands on line {first.key.position.line} already.'
            self._refuse("duplicate-key", message, event)
        else:
            return True
        return False

    def _refuse(self, code: str, message: str, event: yaml.Event, help_: str | None = None) -> None:
        self._report(Problem(code, message, self._position(event), help=help_))

    def _report(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) == _MAX_PROBLEMS:
            message = f"The file has {_MAX_PROBLEMS} problems up to here; the rest of it was not read."
            self.problems.append(Problem("too-many-problems", message, problem.position))
            raise _UnreadableError

    def _position(self, event: yaml.Event) -> Position:
        """Start of an event, as long as its text on the first line; a list or mapping is marked by one character."""
        begin, end = _span(event)
        if not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            end = begin + 1
        return self._lines.at(begin, len(_LINE_BREAK.split(self._source[begin:end], maxsplit=1)[0]))


def _span(event: yaml.Event) -> tuple[int, int]:
    """Where the text of an event begins and ends, as indexes in the source."""
    begin, end = event.start_mark, event.end_mark
    return (begin.index, end.index) if begin and end else (0, 0)
