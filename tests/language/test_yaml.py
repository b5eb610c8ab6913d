"""YAML files are read as they look; whatever would make them mean something else is refused, at its place."""

import string
import time
from datetime import date
from decimal import Decimal

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.language.nodes import locate
from compliance_engine.language.suggest import did_you_mean, one_of
from compliance_engine.language.yaml import (
    MAX_BYTES,
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    data,
    parse,
    position_in,
    scalar_value,
)
from compliance_engine.problems import Level, Position, render


def read(text: str | bytes) -> Node:
    node, problems = parse(text, "rule.yaml")
    assert problems == []
    assert node is not None
    return node


def places(text: str | bytes) -> list[tuple[str, int, int]]:
    """Code, line and column of each problem of a text."""
    _, problems = parse(text, "rule.yaml")
    return [(problem.code, problem.position.line, problem.position.column) for problem in problems if problem.position]


# What is read


def test_a_rule_is_read_with_the_place_of_each_key_and_value() -> None:
    root = read("id: us.i9\nretention:\n  keep: 3 years after hire_date\n  tags: [i9, hr]\n")
    assert isinstance(root, Mapping)
    retention = root.get("retention")
    assert isinstance(retention, Mapping)
    keep = retention.entry("keep")
    assert keep is not None
    assert keep.key.position == Position("rule.yaml", 3, 3, 4)
    assert keep.value == Scalar("3 years after hire_date", True, Position("rule.yaml", 3, 9, 23))
    tags = retention.get("tags")
    assert isinstance(tags, Sequence)
    assert [item.position.column for item in tags] == [10, 14]
    assert root.get("title") is None


def test_locate_follows_a_path_as_far_as_it_leads() -> None:
    root = read("a:\n  - x: 1\n    y: 2\n")
    assert locate(root, ("a", 0, "y")) == Position("rule.yaml", 3, 8, 1)
    assert locate(root, ("a", 0, "y"), key=True) == Position("rule.yaml", 3, 5, 1)
    assert locate(root, ("a", 0, "z", "deeper")) == Position("rule.yaml", 2, 5, 1)
    assert locate(root, ("a", 7)) == Position("rule.yaml", 2, 3, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("8.50", Decimal("8.50")),
        ("-0.5", Decimal("-0.5")),
        ("2025-01-31", date(2025, 1, 31)),
        ("'2025-01-31'", "2025-01-31"),
        ('"7"', "7"),
        ("''", ""),
        ("|-\n  7", "7"),
    ],
)
def test_numbers_dates_and_words_of_yaml_1_2_have_their_meaning(text: str, value: object) -> None:
    root = read(f"key: {text}\n")
    assert isinstance(root, Mapping)
    scalar = root.get("key")
    assert isinstance(scalar, Scalar)
    resolved = scalar_value(scalar)
    assert (type(resolved), resolved) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        *("no", "NO", "on", "off", "y", "yes", "tRUE"),
        *("12:30", "0123", "0x1F", "0o17", "1_000", "1e5", ".5", "5.", ".inf", ".nan"),
        *("2025-1-31", "2025-01-31T10:00:00", "٣", "="),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    root = read(f"key: {text}\n")
    assert data(root) == {"key": text}


def test_a_number_of_more_than_a_hundred_digits_is_text() -> None:
    assert data(read("9" * 100)) == int("9" * 100)
    assert data(read("9" * 101)) == "9" * 101


def test_an_empty_file_is_no_node_and_no_problem() -> None:
    assert parse("", "rule.yaml") == (None, [])
    assert parse(b"# only a comment\n", "rule.yaml") == (None, [])


def test_a_byte_order_mark_is_accepted_and_takes_no_column() -> None:
    assert read(b"\xef\xbb\xbfid: x") == read("\ufeffid: x") == read("id: x")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_alike_with_every_line_break(line_break: str) -> None:
    root = read(line_break.join(["a: 1", "b:", "  c: x", ""]))
    assert locate(root, ("b", "c")) == Position("rule.yaml", 3, 6, 1)


# What is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)]),
        ("1: x\n'1': y\n", [("duplicate-key", 2, 1)]),
        ("a: !secret x\n", [("tag", 1, 4)]),
        ("a: !!python/object:os.system [x]\n", [("tag", 1, 4)]),
        ("a: &x 1\n", [("anchor", 1, 4)]),
        ("a:\n  - *x\n", [("alias", 2, 5)]),
        ("*x : 1\n", [("alias", 1, 1)]),
        ("<<: {a: 1}\n", [("merge-key", 1, 1)]),
        ("? [a, b]\n: 1\n", [("key-not-text", 1, 3)]),
        ("{a: 1}: 2\n", [("key-not-text", 1, 1)]),
        ("'': 1\n", [("key-not-text", 1, 1)]),
        ("a: 1\n---\nb: 2\n", [("several-documents", 2, 1)]),
        ("a: x\x00y\n", [("control-character", 1, 5)]),
        ("a: x\nb: \u202etxt\n", [("control-character", 2, 4)]),
        ("a: x\u2028b: y\n", [("control-character", 1, 5)]),
        ('a: "x\\ty\\0"\n', [("control-character", 1, 9)]),
        (b"a: 1\nb: \xc3\xa4\xe4\n", [("not-utf-8", 2, 5)]),
        ("a: 1\n".encode("utf-16"), [("not-utf-8", 1, 1)]),
        ("a: \ud800", [("control-character", 1, 4)]),
        ("a: 2025-02-30\n", [("not-a-date", 1, 4)]),
        ("a:\n\tb: 1\n", [("tab-indentation", 2, 1)]),
        ("a:\n  - b\n  \t- c\n", [("tab-indentation", 3, 3)]),
    ],
)
def test_what_would_be_misread_is_refused_at_its_place(text: str | bytes, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


def test_all_refusals_of_a_file_come_in_one_run_and_the_rest_is_read() -> None:
    text = "a: &x 1\nb: *x\na: 2\nc: !t 3\n<<: {}\nd: 4\n"
    assert [code for code, _, _ in places(text)] == ["anchor", "alias", "duplicate-key", "tag", "merge-key"]
    node, _ = parse(text, "rule.yaml")
    assert isinstance(node, Mapping)
    assert [entry.key.value for entry in node.entries] == ["a", "b", "c", "d"]
    assert locate(node, ("a",)).line == 1


def test_a_repeated_key_names_the_line_of_the_first() -> None:
    _, problems = parse("a: 1\nb: 2\na: 3\n", "rule.yaml")
    assert problems[0].message == 'The key "a" stands on line 1 already.'


def test_nesting_is_read_to_the_limit_and_refused_beyond_it() -> None:
    read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert places("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [("nested-too-deep", 1, MAX_DEPTH + 1)]


@pytest.mark.parametrize("sign", ["[", "{", "- ", "? ", "[{a: "])
def test_sixty_thousand_nested_brackets_are_refused(sign: str) -> None:
    node, problems = parse(sign * 60_000, "rule.yaml")
    assert node is None
    assert [problem.code for problem in problems] == ["nested-too-deep"]


@pytest.mark.parametrize("text", ["a" * 10_000_000, b"\xff" * 10_000_000])
def test_ten_megabytes_are_refused_at_once_with_the_size(text: str | bytes) -> None:
    begin = time.perf_counter()
    node, problems = parse(text, "rule.yaml")
    assert time.perf_counter() - begin < 1
    assert node is None
    assert [problem.message for problem in problems] == ["The file has 10.0 MB; files up to 2 MB are read."]


def test_size_is_counted_in_bytes() -> None:
    assert places("# " + "ä" * (MAX_BYTES // 2)) == [("file-too-large", 1, 1)]
    assert places("# " + "ä" * (MAX_BYTES // 2 - 1)) == []


def test_a_file_with_problems_without_end_is_not_read_to_its_end() -> None:
    found = places("a: 1\n" * 100_000)
    assert len(found) == 201
    assert found[-1] == ("too-many-problems", 201, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 'x' in b\n", 1, 8, "Text follows the closing quote."),
        ("{a: 'x' in b}\n", 1, 9, "Text follows the closing quote."),
        ('a: 1\nb: "x\n\n', 2, 4, "The quote that opens here is never closed."),
        ("a: b: c\n", 1, 5, "A colon followed by a space stands where no key can be."),
        ("a: 1\nb\n", 2, 1, "This has no colon behind it, so it is no key."),
        ("a: @x\n", 1, 4, 'A value cannot start with "@".'),
        ("a: > 5\n", 1, 6, 'After the sign "|" or ">", the text must start on the next line.'),
        ("a: [b, c\n", 1, 4, 'The "[" that opens here is never closed.'),
        ("a: {b: \n\n", 1, 4, 'The "{" that opens here is never closed.'),
        ("a: [b\nc: d\n", 2, 2, 'Expected a comma or "]" here.'),
        ("a: {b: c}}\n", 1, 10, 'This "}" closes a mapping that no "{" has opened.'),
        ("]\n", 1, 1, 'This "]" closes a list that no "[" has opened.'),
        ("[1,,2]\n", 1, 4, "A value is missing here."),
        (": x\n", 1, 1, "A key is missing in front of the colon."),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "The indentation of this line fits none of the keys above it."),
        ("- a\nb: c\n", 2, 1, "This line is neither an item of the list above it nor a key around it."),
        ("a: - b\n", 1, 4, "A list item cannot start here."),
        ("a: *important* x\n", 1, 4, '"*" has a special meaning at the start of a value.'),
        ('a: "\\q"\n', 1, 5, "Within double quotes, a backslash must start a known escape such as \\n."),
        ("[a] b\n", 1, 5, "Text follows where the content of the file has ended."),
        ("%FOO\n---\na: 1\n", 1, 1, 'A line that starts with "%" is an instruction to YAML, and this one is unknown.'),
    ],
)
def test_broken_yaml_is_explained_in_plain_words_at_its_place(text: str, line: int, column: int, message: str) -> None:
    node, problems = parse(text, "rule.yaml")
    assert node is None
    assert [(p.message, p.position and (p.position.line, p.position.column)) for p in problems] == [
        (message, (line, column))
    ]


# Traps: valid YAML that is not what was meant


def test_an_expression_that_a_brace_cut_at_its_comma_is_pointed_out() -> None:
    _, problems = parse("{keep: later of x + 1 year, y + 3 years}\n", "rule.yaml")
    assert [(p.code, p.position and p.position.column) for p in problems] == [("key-without-value", 29)]
    expected = 'if the comma belongs to the value of "keep", put that value in quotes or use block style'
    assert problems[0].help == expected


def test_an_expression_cut_within_its_parentheses_is_pointed_out() -> None:
    _, problems = parse("{when: value('x', on: D)}\n", "rule.yaml")
    assert [(p.code, p.level, p.position and p.position.column) for p in problems] == [
        ("split-value", Level.WARNING, 17)
    ]
    read("when: value('x', on day)\n")
    read("{when: \"value('x', on: D)\"}\n")


def test_text_cut_at_a_number_sign_is_pointed_out() -> None:
    assert places("title: Form #12\n") == [("cut-at-number-sign", 1, 13)]
    assert places("title: Form#12 # a comment\nb: 'Form #12'\n") == []


# Exact places inside values


def test_a_problem_inside_an_expression_is_underlined_there() -> None:
    source = "a: 1\nkeep: 3 years after hire_dat\n"
    root = read(source)
    keep = root.get("keep") if isinstance(root, Mapping) else None
    assert isinstance(keep, Scalar)
    place = position_in(keep, keep.value.index("hire_dat"), 8)
    assert place == Position("rule.yaml", 2, 21, 8)


@pytest.mark.parametrize(
    "text",
    [
        "key: one X two\n",
        "key: one\n   two X\n   three\n",
        "key: one\n\n\n   X three\n",
        "key: 'it''s X'\n",
        "key: 'it''s\n\n    so X'\n",
        'key: "a\\tb\\x41\\u00e9\\U0001F600 X"\n',
        'key: "a\\\n   b\n  X"\n',
        "key: |\n  one\n    two X\n",
        "key: |2-\n    one\n\n  X\n",
        "key: >\n  one\n  two\n\n  three X\n",
        "key: >-  # note\n  one\n    more X\n  y\n",
        "key: >+\r\n  one\r\n  X\r\n\r\n",
        "- - key: äöü 😀 X\n",
    ],
)
def test_each_character_of_a_value_is_found_in_the_file(text: str) -> None:
    node: Node = read(text)
    while not isinstance(node, Scalar):
        node = node.items[0] if isinstance(node, Sequence) else node.entries[0].value
    lines = text.splitlines()
    place = position_in(node, node.value.index("X"))
    assert lines[place.line - 1][place.column - 1] == "X"
    behind = position_in(node, len(node.value) + 5)
    assert (behind.line, behind.column) > (place.line, place.column)


WORDS = st.text(alphabet="ab é'\"\\:#-,[]{}\n\t😀", max_size=40)


@given(WORDS, st.sampled_from([None, "'", '"', "|", ">"]), st.integers(5, 30))
def test_letters_are_found_where_they_stand_in_every_style(text: str, style: str | None, width: int) -> None:
    source = pyyaml.safe_dump({"key": text}, default_style=style, width=width, allow_unicode=True)
    node, problems = parse(source, "rule.yaml")
    assert [problem for problem in problems if problem.level is Level.ERROR] == []
    assert isinstance(node, Mapping)
    scalar = node.entries[0].value
    assert isinstance(scalar, Scalar)
    # The writer folds some texts with leading blanks into others, so its own reader says what the file holds.
    assert scalar.value == pyyaml.load(source, Loader=pyyaml.BaseLoader)["key"]
    lines = source.split("\n")
    for offset, char in enumerate(scalar.value):
        if char in "abé":
            place = position_in(scalar, offset)
            assert lines[place.line - 1][place.column - 1] == char


# Any text at all

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn"]) | st.sampled_from("\n\t"))
LEAVES = TEXTS | st.integers() | st.booleans() | st.none() | st.dates()
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=20,
)


@given(TREES, st.sampled_from([True, False, None]), st.booleans())
def test_what_is_written_as_yaml_is_read_back(tree: object, flow: bool | None, unicode: bool) -> None:
    if tree is None:
        return
    text = pyyaml.safe_dump(tree, default_flow_style=flow, allow_unicode=unicode, sort_keys=False)
    node, problems = parse(text, "rule.yaml")
    assert [problem for problem in problems if problem.level is Level.ERROR] == []
    assert node is not None
    assert data(node) == tree


SOUP = st.lists(
    st.sampled_from([*"[]{}:,-?&*!|>'\"%@`#~<\\ \n\t\r=", "a", "1", ": ", "- ", "\n  ", "---\n", "<<", "\\x"])
)


@given(st.binary() | st.text() | st.text(string.printable) | SOUP.map("".join))
def test_no_text_raises_and_every_place_is_in_the_file(text: bytes | str) -> None:
    node, problems = parse(text, "rule.yaml")
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    assert node is not None or problems or not shown.replace("\ufeff", "").strip() or "#" in shown or "..." in shown
    for problem in problems:
        assert problem.position is not None
        assert "while " not in problem.message
        assert "-->" in render(problem, {"rule.yaml": shown})


# Suggestions


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("kepe", "keep"),
        ("Hire-Date", "hire_date"),
        ("hire_dat", "hire_date"),
        ("zzz", None),
        ("keep", None),
        ("", None),
    ],
)
def test_did_you_mean_names_the_nearest_word_or_nothing(word: str, meant: str | None) -> None:
    assert did_you_mean(word, ["keep", "hire_date", "because"]) == meant


def test_a_word_that_is_a_part_of_one_name_only_means_that_name() -> None:
    fields = ["class_code", "document_date", "issued_date"]
    assert did_you_mean("class", fields) == "class_code"
    assert did_you_mean("date", fields) is None
    assert one_of("date", fields, "fields") == (None, "fields: class_code, document_date, issued_date")
    assert one_of("date", [f"zzzzzz{n}_date" for n in range(26)], "fields") == (None, None)


def test_did_you_mean_does_not_depend_on_order() -> None:
    assert did_you_mean("dat", ["date", "data"]) == did_you_mean("dat", ["data", "date"]) == "data"
    assert did_you_mean("a" * 101, ["a" * 100]) is None


def test_a_scalar_in_quotes_is_never_anything_but_text() -> None:
    assert scalar_value(Scalar("true", False, Position("rule.yaml", 1, 1))) == "true"
