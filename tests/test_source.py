"""Reading YAML: every text keeps its place, and one syntax fault costs one definition."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import NOON, MakeProject
from hypothesis import example, given
from hypothesis import strategies as st
from yaml._yaml import CParser

from builder.findings import Diagnostic, Span
from builder.load import load
from builder.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, parse, read
from builder.source.paths import plain

FILE = "decks/x.yaml"


def parsed(source: str | bytes) -> tuple[MappingNode | None, list[Diagnostic]]:
    return parse(source if isinstance(source, bytes) else source.encode(), FILE)


def tree_of(source: str | bytes) -> MappingNode:
    """The tree of a source without faults."""
    tree, found = parsed(source)
    assert told(found) == []
    assert tree is not None
    return tree


def value_of(source: str, key: str) -> ScalarNode:
    value = tree_of(source).get(key)
    assert isinstance(value, ScalarNode)
    return value


def stretch(node: Node) -> str:
    return f"{node.line}:{node.column}-{node.end_line}:{node.end_column}"


def texts(node: Node) -> Iterator[ScalarNode]:
    """Every key and every text, as they stand in the file."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from texts(item)
    else:
        for entry in node.entries.values():
            yield entry.key
            yield from texts(entry.value)


def places(source: str | bytes) -> list[str]:
    return [f"{scalar.text!r} {stretch(scalar)}" for scalar in texts(tree_of(source))]


def told(found: list[Diagnostic]) -> list[str]:
    """`line:column rule: message` of each."""
    return [f"{d.span.line}:{d.span.column} {d.rule}: {d.message}" for d in found]


def cut(source: str, span: Span) -> str:
    """What stands in `source` at `span`."""
    lines = source.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


# --- where things stand -------------------------------------------------------------------------


def test_a_plain_text_stands_where_it_is_written() -> None:
    assert places("questions:\n  tell-me:\n    ask: Tell me more.\n") == [
        "'questions' 1:1-1:10",
        "'tell-me' 2:3-2:10",
        "'ask' 3:5-3:8",
        "'Tell me more.' 3:10-3:23",
    ]


def test_a_plain_text_over_lines_runs_from_its_first_to_its_last() -> None:
    assert places("ask: Tell me\n  about  it\nseconds: 90\n") == [
        "'ask' 1:1-1:4",
        "'Tell me about  it' 1:6-2:12",
        "'seconds' 3:1-3:8",
        "'90' 3:10-3:12",
    ]


def test_the_quotes_of_a_quoted_text_are_part_of_its_place() -> None:
    assert places("a: \"q\\n r\"\nb: 'it''s'\n\"c\": x\n") == [
        "'a' 1:1-1:2",
        "'q\\n r' 1:4-1:11",
        "'b' 2:1-2:2",
        '"it\'s" 2:4-2:11',
        "'c' 3:1-3:4",
        "'x' 3:6-3:7",
    ]


def test_a_quoted_text_over_lines_ends_behind_its_closing_quote() -> None:
    assert places('a: "one\n  two"\nb: x\n')[1] == "'one two' 1:4-2:7"


def test_a_literal_block_stands_where_its_own_text_does() -> None:
    source = "a:\n  b: |\n    one\n\n    two\n\n  c: x\n"
    assert places(source) == [
        "'a' 1:1-1:2",
        "'b' 2:3-2:4",
        "'one\\n\\ntwo\\n' 3:5-5:8",
        "'c' 7:3-7:4",
        "'x' 7:6-7:7",
    ]


def test_a_folded_block_stands_where_its_own_text_does() -> None:
    assert places("a: >\n  one\n  two\n\n  three\nb: x\n")[1] == "'one two\\nthree\\n' 2:3-5:8"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a: |\n  x", "'x' 2:3-2:4"),
        ("a: |\n\n  x\n", "'\\nx\\n' 2:3-3:4"),
        ("a: |-\n  x\n\n\n# a comment\nb: y\n", "'x' 2:3-2:4"),
        ("a: |+\n  x\n\n\n", "'x\\n\\n\\n' 2:3-2:4"),
        ("a: | # a comment\n  x\n", "'x\\n' 2:3-2:4"),
        ("a: |\n  # no comment\n", "'# no comment\\n' 2:3-2:15"),
        ("a: |2-\n   x\n  y\n", "' x\\ny' 2:3-3:4"),
        ("a:\n  - |\n   x\n  - y\n", "'x\\n' 3:4-3:5"),
        ("a: |\n  x\n...\n", "'x\\n' 2:3-2:4"),
    ],
)
def test_what_stands_around_a_block_is_no_part_of_it(source: str, place: str) -> None:
    assert place in places(source)


def test_an_empty_block_has_a_place_that_begins_before_it_ends() -> None:
    tree, found = parsed("must_show: |\nask: x\nsteps: |")
    assert told(found) == [
        "1:1 empty-value: `must_show` is empty",
        "3:1 empty-value: `steps` is empty",
    ]
    assert tree is not None
    for scalar in texts(tree):
        assert (scalar.line, scalar.column) <= (scalar.end_line, scalar.end_column), scalar


def test_a_tag_on_a_line_of_its_own_moves_no_block() -> None:
    tree, found = parsed("a: !t\n  |2\n    x\nb: !t\n  |\n  y\n")
    assert [d.rule for d in found] == ["yaml-feature", "yaml-feature"]
    assert tree is not None
    assert [f"{s.text!r} {stretch(s)}" for s in texts(tree)] == [
        "'a' 1:1-1:2",
        "'  x\\n' 3:3-3:6",
        "'b' 4:1-4:2",
        "'y\\n' 6:3-6:4",
    ]


def test_the_items_of_a_flow_list_stand_where_they_are_written() -> None:
    source = "a: [one, 'two', three four]\nb: {c: d}\n"
    assert places(source) == [
        "'a' 1:1-1:2",
        "'one' 1:5-1:8",
        "'two' 1:10-1:15",
        "'three four' 1:17-1:27",
        "'b' 2:1-2:2",
        "'c' 2:5-2:6",
        "'d' 2:8-2:9",
    ]
    tree = tree_of(source)
    listed, mapped = tree.get("a"), tree.get("b")
    assert isinstance(listed, SequenceNode)
    assert listed.flow
    assert isinstance(mapped, MappingNode)
    assert [stretch(listed), stretch(mapped)] == ["1:4-1:28", "2:4-2:10"]


def test_a_block_list_is_no_flow_list() -> None:
    tree = tree_of("a:\n- one\n- two\n")
    assert places("a:\n- one\n- two\n") == ["'a' 1:1-1:2", "'one' 2:3-2:6", "'two' 3:3-3:6"]
    listed = tree.get("a")
    assert isinstance(listed, SequenceNode)
    assert not listed.flow


def test_windows_line_ends_move_nothing() -> None:
    source = "a: one\nb: |\n  two\n  three\nc: [d, e]\n"
    assert places(source.replace("\n", "\r\n").encode()) == places(source)


def test_a_byte_order_mark_moves_nothing() -> None:
    assert places(b"\xef\xbb\xbf" + b"a: one\nb: two\n") == places("a: one\nb: two\n")


def test_columns_count_characters_and_not_bytes() -> None:
    assert places("é: ü [x]\n😀: x😀y\nc: [😀, d, 'é', e]\nf: é😀  # g\n") == [
        "'é' 1:1-1:2",
        "'ü [x]' 1:4-1:9",
        "'😀' 2:1-2:2",
        "'x😀y' 2:4-2:7",
        "'c' 3:1-3:2",
        "'😀' 3:5-3:6",
        "'d' 3:8-3:9",
        "'é' 3:11-3:14",
        "'e' 3:16-3:17",
        "'f' 4:1-4:2",
        "'é😀' 4:4-4:6",
    ]


def test_scalars_are_their_source_text() -> None:
    source = "a: 404\nb: no\nc: 5.10\nd: ~\ne: null\nf: 2026-12-10\ng: 0x1F\nh: <<\ni: 1_000\n"
    assert plain(tree_of(source)) == {
        "a": "404",
        "b": "no",
        "c": "5.10",
        "d": "~",
        "e": "null",
        "f": "2026-12-10",
        "g": "0x1F",
        "h": "<<",
        "i": "1_000",
    }


# --- a place inside a text ----------------------------------------------------------------------


def test_a_stretch_of_a_plain_text_has_its_own_place() -> None:
    scalar = value_of("ask: é 😀 {{ vars.x }} end\n", "ask")
    start = scalar.text.index("{{")
    span = scalar.within(start, start + len("{{ vars.x }}"))
    assert span == Span(FILE, 1, 10, 1, 22)


def test_a_stretch_of_a_literal_block_has_its_own_place() -> None:
    source = "a:\n  b: |\n    one 😀\n\n      two three\n    four\n"
    scalar = tree_of(source).entries["a"].value
    assert isinstance(scalar, MappingNode)
    block = scalar.get("b")
    assert isinstance(block, ScalarNode)
    assert cut(source, block.within(block.text.index("three"), block.text.index("\nfour"))) == (
        "three"
    )
    assert block.within(block.text.index("three"), block.text.index("four") + 4) == Span(
        FILE, 5, 11, 6, 9
    )
    assert block.within(0, 3) == Span(FILE, 3, 5, 3, 8)


@pytest.mark.parametrize(
    "source",
    ['a: "one two"\n', "a: 'one two'\n", "a: >\n  one\n  two\n", "a: one\n  two\n"],
)
def test_a_stretch_of_a_text_that_was_folded_or_unescaped_is_all_of_it(source: str) -> None:
    scalar = value_of(source, "a")
    assert scalar.within(4, 7) == scalar.span


def test_a_stretch_of_a_block_with_a_digit_counts_its_leading_spaces() -> None:
    source = "a: |2\n    one\n  two\n"
    block = value_of(source, "a")
    assert block.text == "  one\ntwo\n"
    assert cut(source, block.within(2, 5)) == "one"
    assert cut(source, block.within(6, 9)) == "two"


# --- laws ---------------------------------------------------------------------------------------

#: What may stand in a file: no control characters, no line ends but `\n`, no noncharacters.
_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\u2028\u2029\ufeff"
)
_TEXTS = st.text(_CHARACTERS | st.sampled_from("\n :#-'\"[]{},&*!|>%@`é😀"), max_size=30)
_DATA = st.recursive(
    _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


def stripped(data: object) -> object:
    """The data as `plain` gives it: values without the space around them."""
    if isinstance(data, str):
        return data.strip()
    if isinstance(data, list):
        return [stripped(item) for item in data]
    assert isinstance(data, dict)
    return {key: stripped(value) for key, value in data.items()}


def dumped(data: object, style: str | None, flow: bool | None, width: int) -> str:
    return yaml.safe_dump(
        data,
        default_style=style,
        default_flow_style=flow,
        width=width,
        allow_unicode=True,
        sort_keys=False,
    )


_STYLES = st.sampled_from([None, "'", '"', "|", ">"])


@given(
    st.dictionaries(_TEXTS, _DATA, max_size=4),
    _STYLES,
    st.sampled_from([True, False, None]),
    st.sampled_from([20, 80, 1000]),
)
def test_what_a_dumper_wrote_is_read_as_it_was(
    data: dict[str, object], style: str | None, flow: bool | None, width: int
) -> None:
    tree, _ = parsed(dumped(data, style, flow, width))
    assert tree is not None
    assert plain(tree) == stripped(data)


@given(
    st.dictionaries(_TEXTS, _DATA, max_size=4),
    _STYLES,
    st.sampled_from([True, False, None]),
    st.sampled_from([20, 80, 1000]),
)
def test_a_place_cut_out_of_the_source_holds_the_text(
    data: dict[str, object], style: str | None, flow: bool | None, width: int
) -> None:
    source = dumped(data, style, flow, width)
    tree, _ = parsed(source)
    assert tree is not None
    for scalar in texts(tree):
        there = cut(source, scalar.span)
        if scalar.style in {"'", '"'}:
            assert yaml.load(there, yaml.CBaseLoader) == scalar.text
        elif scalar.style == "" and scalar.line == scalar.end_line:
            assert there == scalar.text
        elif scalar.style == "":
            assert there.split() == scalar.text.split()
        else:
            for part in scalar.text.split():
                assert part in there


@given(
    st.dictionaries(_TEXTS, _TEXTS, max_size=4), st.sampled_from([None, "|"]), st.integers(0, 99)
)
@example({"a": "  one\ntwo"}, "|", 0)
def test_any_word_of_a_plain_or_literal_text_can_be_cut_out(
    data: dict[str, str], style: str | None, which: int
) -> None:
    source = dumped(data, style, False, 1000)
    tree, _ = parsed(source)
    assert tree is not None
    for scalar in texts(tree):
        if not scalar.text.strip():
            continue
        words = [word for line in scalar.text.split("\n") for word in line.split(" ") if word]
        plain_line = scalar.style == "" and scalar.line == scalar.end_line
        if plain_line or scalar.style == "|":
            word = words[which % len(words)]
            start = scalar.text.index(word)
            assert cut(source, scalar.within(start, start + len(word))) == word


@given(st.dictionaries(_TEXTS, _DATA, max_size=4), _STYLES, st.sampled_from([True, False, None]))
def test_a_whole_covers_its_parts_and_ends_before_what_follows(
    data: dict[str, object], style: str | None, flow: bool | None
) -> None:
    tree, _ = parsed(dumped(data, style, flow, 80))
    assert tree is not None
    stack: list[Node] = [tree]
    while stack:
        node = stack.pop()
        parts: list[tuple[ScalarNode | None, Node]] = []
        if isinstance(node, MappingNode):
            parts = [(entry.key, entry.value) for entry in node.entries.values()]
        elif isinstance(node, SequenceNode):
            parts = [(None, item) for item in node.items]
        stack += [value for _, value in parts]
        edge = (node.line, node.column)
        for key, value in parts:
            for part in (key, value):
                if part is None or (isinstance(part, ScalarNode) and not part.text.strip()):
                    continue  # an empty text has no stretch to speak of
                assert edge <= (part.line, part.column)
                edge = (part.end_line, part.end_column)
        assert edge <= (node.end_line, node.end_column)


_SNIPPETS = [
    *("a", "b: c", "questions:", ":", " ", "  ", "    ", "\n", "\n  ", "\n    ", "- ", "? "),
    *('"', "'", "[", "]", "{", "}", ",", "#", " #", "|", ">", "|2", ">-", "&a ", "*a", "!t "),
    *("---", "...", "%", "@", "`", "~", "\t", "\r", "\x00", "\x85", "\u2028", "\ufeff", "é", "😀"),
]
_SOURCES = (
    st.lists(st.sampled_from(_SNIPPETS), max_size=25).map("".join)
    | st.text()
    | _DATA.map(lambda data: dumped(data, None, None, 80))
)


@given(st.binary() | _SOURCES.map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"---")
@example(b'---\nquestions:\n  a:\n    ask: "x\n')
@example(b"{a")
@example(b"a: b\n? c")
@example(b":#: ['")
def test_whatever_the_bytes_are_reading_ends_and_raises_nothing(raw: bytes) -> None:
    parse(raw, FILE)


@given(_SOURCES)
@example("a: |")
@example("- >\n")
def test_every_fault_and_every_text_has_a_place_in_the_file(source: str) -> None:
    raw = source.encode("utf-8", "surrogatepass")
    tree, found = parse(raw, FILE)
    spans = [d.span for d in found] + [s.span for s in (texts(tree) if tree else ())]
    for span in spans:
        assert span.file == FILE
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        # An empty text at the very end may stand on the line that would come next.
        assert span.line <= source.count("\n") + 2


@pytest.mark.parametrize(
    "source",
    [
        "a: " + "[" * 5000,
        "a: " + "[" * 5000 + "]" * 5000,
        "{a: " * 5000,
        "- " * 5000,
        "[\n" * 5000,
        'a: "\n' * 5000,
        "a:\n" * 5000,
        'x: "' + "a\n" * 20_000,
        "a" * 200_000 + ": b\n",
    ],
    ids=lambda source: f"{source[:8]!r}",
)
def test_a_monster_takes_no_more_steps_than_it_has_lines(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps are function calls; and libyaml reads every character a few times at most."""
    calls = characters = 0

    def parser(text: str) -> object:
        nonlocal characters
        characters += len(text)
        return CParser(text)

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    monkeypatch.setattr("builder.source.walk.CParser", parser)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        parsed(source)
    finally:
        sys.setprofile(before)
    assert characters <= 4 * len(source)
    assert calls <= 2000 + 100 * source.count("\n")


# --- files that are no YAML of ours -------------------------------------------------------------


def test_an_empty_file_holds_nothing_and_that_is_no_fault() -> None:
    assert parsed("") == (None, [])


@pytest.mark.parametrize("source", ["# only a comment\n", "\n\n", "   \n # x", "---\n", "---"])
def test_a_file_of_comments_holds_nothing_and_that_is_no_fault(source: str) -> None:
    assert parsed(source) == (None, [])


def test_a_list_at_the_top_is_a_fault() -> None:
    tree, found = parsed("- a\n- b\n")
    assert tree is None
    assert told(found) == ["1:1 syntax: the file is not a mapping"]


def test_a_file_that_is_a_folder_is_a_fault(tmp_path: Path) -> None:
    tree, found = read(tmp_path, FILE)
    assert tree is None
    assert [(d.rule, d.message, d.span) for d in found] == [
        ("unreadable-file", "this is a folder, with the name of a file", Span(FILE))
    ]


def test_a_folder_named_like_a_file_does_not_stop_the_build(project: MakeProject) -> None:
    folder = project({})
    (folder.root / "decks" / "odd.yaml").mkdir()
    assert folder.rules() == ["unreadable-file"]


def test_a_file_in_utf_16_is_a_fault_at_its_first_byte() -> None:
    tree, found = parsed("a: b\n".encode("utf-16"))
    assert tree is None
    assert told(found) == ["1:1 not-utf-8: byte 0xff is not UTF-8"]


def test_a_file_in_utf_16_without_a_mark_is_no_silence() -> None:
    tree, found = parsed("a: b\n".encode("utf-16-le"))
    assert tree is None
    assert told(found) == ["1:2 not-utf-8: byte 0x00 is not UTF-8"]


def test_a_byte_that_is_not_utf_8_is_named_with_its_place() -> None:
    tree, found = parsed(b"a: b\nc: \xe9\n")
    assert tree is None
    assert told(found) == ["2:4 not-utf-8: byte 0xe9 is not UTF-8"]


def test_the_column_of_a_byte_that_is_not_utf_8_counts_characters() -> None:
    _, found = parsed("é: ü".encode() + b"\xe9\n")
    assert told(found) == ["1:5 not-utf-8: byte 0xe9 is not UTF-8"]


def test_a_byte_that_is_not_utf_8_is_found_behind_a_byte_order_mark() -> None:
    _, found = parsed(b"\xef\xbb\xbfa: b\nc: \xe9\n")
    assert told(found) == ["2:4 not-utf-8: byte 0xe9 is not UTF-8"]


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\x85", "\u2028", "\u2029"])
def test_a_control_character_is_a_fault_and_moves_no_line(character: str) -> None:
    tree, found = parsed(f"a: x{character}y\nb: z\n")
    code = f"U+{ord(character):04X}"
    assert told(found) == [f"1:5 control-character: character {code} is not allowed"]
    assert tree is not None
    assert [f"{s.text} {stretch(s)}" for s in texts(tree)][1:] == [
        "x\N{REPLACEMENT CHARACTER}y 1:4-1:7",
        "b 2:1-2:2",
        "z 2:4-2:5",
    ]


@pytest.mark.parametrize(
    ("escape", "code"),
    [("\\u2028", "U+2028"), ("\\N", "U+0085"), ("\\x1f", "U+001F"), ("\\0", "U+0000")],
)
def test_an_escaped_control_character_is_a_fault_of_its_text(escape: str, code: str) -> None:
    tree, found = parsed(f'a: "x{escape}y"\nb: z\n')
    assert told(found) == [f"1:4 control-character: character {code} is not allowed"]
    assert tree is not None
    assert plain(tree)["b"] == "z"


def test_a_lone_carriage_return_is_a_fault() -> None:
    _, found = parsed("a: x\ry\n")
    assert told(found) == ["1:5 control-character: character U+000D is not allowed"]


# --- what YAML offers and decks do not use ------------------------------------------------------


def test_a_key_that_stands_twice_is_a_fault_and_the_first_one_holds() -> None:
    tree, found = parsed("a: 1\nb: 2\na: 3\n")
    assert told(found) == ["3:1 duplicate-key: the key `a` is written twice, first on line 1"]
    assert tree is not None
    assert plain(tree) == {"a": "1", "b": "2"}


def test_a_key_that_stands_twice_in_a_definition_is_told_once() -> None:
    _, found = parsed("questions:\n  q:\n    ask: x\n    ask: y\n")
    assert told(found) == ["4:5 duplicate-key: the key `ask` is written twice, first on line 3"]


def test_an_anchor_is_a_fault() -> None:
    _, found = parsed("a: &x b\nc: &y\n  d: e\nf: &z [g]\n")
    assert told(found) == [
        "1:4 yaml-feature: anchors (`&name`) are not allowed",
        "2:4 yaml-feature: anchors (`&name`) are not allowed",
        "4:4 yaml-feature: anchors (`&name`) are not allowed",
    ]


def test_an_alias_is_a_fault() -> None:
    _, found = parsed("a: b\nc: *x\n")
    assert told(found) == ["2:4 yaml-feature: aliases (`*name`) are not allowed"]


def test_a_merge_key_merges_nothing() -> None:
    tree = tree_of("<<: {a: b}\nc: d\n")
    assert plain(tree) == {"<<": {"a": "b"}, "c": "d"}


@pytest.mark.parametrize("tag", ["!!str", "!mine", "!<tag:yaml.org,2002:int>"])
def test_a_tag_is_a_fault(tag: str) -> None:
    _, found = parsed(f"a: {tag} 1\n")
    assert told(found) == ["1:4 yaml-feature: tags (`!name`) are not allowed"]


def test_a_second_document_is_a_fault() -> None:
    tree, found = parsed("a: b\n---\nc: d\n")
    assert told(found) == ["2:1 yaml-feature: a second document begins"]
    assert tree is not None
    assert plain(tree) == {"a": "b"}


def test_prose_that_begins_with_a_variable_wants_quotes() -> None:
    source = (
        "questions:\n  a:\n    ask: {{ vars.company }} pays?\n    type: pitch\n"
        "  b:\n    steps: [{{ vars.company }}, b]\n"
    )
    entries, found = section(source)
    assert told(found) == [
        "3:10 syntax: a text that begins with `{{` needs quotes",
        "6:13 syntax: a text that begins with `{{` needs quotes",
    ]
    assert plain(entries["a"].value) == {"type": "pitch"}


def test_a_key_that_is_no_text_is_a_fault() -> None:
    tree, found = parsed("[a]: b\nc: d\n")
    assert told(found) == ["1:1 syntax: a key is not a text"]
    assert tree is not None
    assert plain(tree) == {"c": "d"}


@pytest.mark.parametrize("empty", ["", ' ""', " ''", " |\n", " >-\n", ' "  "', ' "\\u00a0"'])
def test_an_empty_value_is_a_fault(empty: str) -> None:
    _, found = parsed(f"a:{empty}\nb: c\n")
    assert told(found) == ["1:1 empty-value: `a` is empty"]


def test_an_empty_item_is_a_fault() -> None:
    _, found = parsed("a:\n  - x\n  -\n  - y\n")
    assert told(found) == ["3:4 empty-value: an item is empty"]


def test_forty_levels_are_too_deep_and_cost_only_their_own_key() -> None:
    deep = "\n".join("  " * level + f"k{level}:" for level in range(40)) + " x\n"
    tree, found = parsed(deep + "z: y\n")
    assert [(d.rule, d.message) for d in found] == [("nested-too-deep", "more than 32 levels")]
    assert tree is not None
    assert plain(tree)["z"] == "y"


def test_five_thousand_brackets_cost_only_their_own_definition() -> None:
    tree, found = parsed(
        f"questions:\n  a:\n    ask: {'[' * 5000}\n  b:\n    ask: Why?\n",
    )
    assert told(found) == ["3:41 nested-too-deep: more than 32 levels"]
    assert tree is not None
    assert plain(tree)["questions"]["b"] == {"ask": "Why?"}


# --- one syntax fault, one definition -----------------------------------------------------------

FAULTS = {
    "an unclosed double quote": '    ask: "What did you do?\n',
    "an unclosed single quote": "    ask: 'What did you do?\n",
    "text behind a quote": '    ask: "What" did you do?\n',
    "an unclosed bracket": "    topics: [customer, team\n",
    "an unclosed brace": "    sample: {situation: x\n",
    "a bracket too many": "    topics: [customer]]\n",
    "a colon in a plain text": "    ask: First: what did you do?\n",
    "a key without a colon": "    ask What did you do?\n",
    "an item out of line": "    must_show:\n      - one\n     - two\n",
    "a key too far out": "   ask: What did you do?\n",
    "a key too far in": "     ask: What did you do?\n",
    "a block that is not indented": "    ask: |\n   What did you do?\n",
    "an at sign": "    ask: @you\n",
    "a backtick": "    ask: `what\n",
    "a percent sign": "    ask: %what\n",
    "a tab before a key": "\task: What did you do?\n",
    "a tab before an item": "    must_show:\n\t- one\n",
    "a tab between spaces": "    must_show:\n  \t  - one\n",
    "too many levels": "    topics: " + "[" * 40 + "]" * 40 + "\n",
}


def sound(name: str) -> str:
    return (
        f"  {name}:\n"
        f"    ask: What about {name}?\n"
        "    type: story\n"
        "    topics: [customer, team]\n"
        "    must_show:\n"
        "    - one\n"
        "    - two\n"
        "    sample: |\n"
        f"      Text of {name}.\n"
        "\n"
        "      More.\n"
    )


def shape(node: Node) -> object:
    """A node with its places, but for the ends of block collections and a last line break."""
    if isinstance(node, ScalarNode):
        return node._replace(text=node.text.rstrip("\n"))
    if isinstance(node, SequenceNode):
        return node.line, node.column, node.flow, [shape(item) for item in node.items]
    entries = [(entry.key, shape(entry.value)) for entry in node.entries.values()]
    return node.line, node.column, node.broken, entries


def section(source: str, name: str = "questions") -> tuple[dict[str, Entry], list[Diagnostic]]:
    """The definitions in a section of a file, and the file's faults."""
    tree, found = parsed(source)
    assert tree is not None
    under = tree.get(name)
    assert isinstance(under, MappingNode)
    return under.entries, found


def with_fault(fault: str, place: int) -> tuple[str, str]:
    """A file with `faulty` among three sound definitions, and the file with its lines empty."""
    faulty = f"  faulty:\n    type: story\n{fault}    seconds: 90\n"
    parts = [sound("first"), sound("second"), sound("third")]
    before, after = "".join(parts[:place]), "".join(parts[place:])
    skills = "skills:\n  empathy:\n    name: Empathy\n"
    blank = "\n" * faulty.count("\n")
    return (
        f"questions:\n{before}{faulty}{after}{skills}",
        f"questions:\n{before}{blank}{after}{skills}",
    )


EVERYWHERE = pytest.mark.parametrize("place", [0, 1, 3], ids=["first", "middle", "last"])


@EVERYWHERE
@pytest.mark.parametrize("name", FAULTS)
def test_a_syntax_fault_leaves_the_other_definitions_as_they_are(name: str, place: int) -> None:
    source, without = with_fault(FAULTS[name], place)
    entries, _ = section(source)
    expected, none = section(without)
    assert none == []
    others = {id: shape(entry.value) for id, entry in entries.items() if id != "faulty"}
    assert others == {id: shape(entry.value) for id, entry in expected.items()}
    assert [e.key for id, e in entries.items() if id != "faulty"] == [
        e.key for e in expected.values()
    ]
    skills, _ = section(source, "skills")
    assert shape(skills["empathy"].value) == shape(section(without, "skills")[0]["empathy"].value)


@EVERYWHERE
@pytest.mark.parametrize("name", FAULTS)
def test_a_syntax_fault_is_one_message_within_its_definition(name: str, place: int) -> None:
    source, _ = with_fault(FAULTS[name], place)
    lines = source.split("\n")
    begin = lines.index("  faulty:") + 1
    _, found = parsed(source)
    assert len(found) == 1, told(found)
    assert begin < found[0].span.line <= begin + FAULTS[name].count("\n") + 2


@EVERYWHERE
@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_definition_keeps_what_could_be_read(name: str, place: int) -> None:
    source, _ = with_fault(FAULTS[name], place)
    entries, _ = section(source)
    value = entries["faulty"].value
    assert isinstance(value, MappingNode)
    assert value.broken
    assert plain(value)["seconds"] == "90"


@given(
    st.lists(
        st.lists(st.sampled_from(_SNIPPETS) | st.text(_CHARACTERS, max_size=5), max_size=8)
        .map("".join)
        .map(lambda line: line.replace("\n", " ").replace("\r", " ")),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([0, 1, 3]),
)
@example(lines=["? ", "a"], place=0)
def test_whatever_is_indented_under_an_id_leaves_the_other_definitions_as_they_are(
    lines: list[str], place: int
) -> None:
    parts = [sound("first"), sound("second"), sound("third")]
    body = "".join(f"    {line}\n" for line in lines)
    faulty = f"  faulty:\n{body}"
    tree, _ = parsed("questions:\n" + "".join([*parts[:place], faulty, *parts[place:]]))
    blank = "\n" * faulty.count("\n")
    expected, _ = section("questions:\n" + "".join([*parts[:place], blank, *parts[place:]]))
    assert tree is not None
    under = tree.get("questions")
    assert isinstance(under, MappingNode)
    others = {id: shape(e.value) for id, e in under.entries.items() if id != "faulty"}
    assert others == {id: shape(e.value) for id, e in expected.items()}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (FAULTS["a colon in a plain text"], "4:15 mapping values are not allowed in this context"),
        (
            FAULTS["an at sign"],
            "4:10 while scanning for the next token: found character that cannot start any token",
        ),
        (
            FAULTS["an item out of line"],
            "6:6 while parsing a block mapping: did not find expected key",
        ),
        (
            FAULTS["text behind a quote"],
            "4:17 while parsing a block mapping: did not find expected key",
        ),
    ],
)
def test_a_syntax_fault_is_told_where_it_is(fault: str, message: str) -> None:
    source, _ = with_fault(fault, 0)
    _, found = parsed(source)
    place, _, words = message.partition(" ")
    assert told(found) == [f"{place} syntax: {words}"]
    assert found[0].help != ""


@pytest.mark.parametrize(
    ("opener", "column"), [('ask: "What', 10), ("ask: 'What", 10), ("topics: [a, b", 13)]
)
def test_what_is_never_closed_is_told_where_it_opens(opener: str, column: int) -> None:
    _, found = parsed(f"questions:\n  a:\n    {opener}\n\n  # a comment\n\n  b:\n    ask: x\n")
    assert [(d.span.line, d.span.column) for d in found] == [(3, column)]


def test_two_faulty_definitions_are_two_messages() -> None:
    source = 'questions:\n  a:\n    ask: "x\n  b:\n    ask: y\n  c:\n    ask: @z\n'
    entries, found = section(source)
    assert [d.span.line for d in found] == [3, 7]
    assert plain(entries["b"].value) == {"ask": "y"}


def test_a_fault_beside_a_syntax_fault_is_told_too() -> None:
    source = 'questions:\n  a:\n    ask: "x\n  b:\n    ask: &y z\n    type:\n'
    _, found = parsed(source)
    assert sorted(d.rule for d in found) == ["empty-value", "syntax", "yaml-feature"]


def test_what_is_empty_in_front_of_a_faulty_definition_is_told_too() -> None:
    source = 'questions:\n  a:\n    ask: x\n    type:\n  b:\n    ask: "y\n'
    _, found = parsed(source)
    assert sorted(d.rule for d in found) == ["empty-value", "syntax"]


def test_a_stray_word_costs_no_definition_and_is_told_where_it_is() -> None:
    source = "questions:\n  a:\n    ask: x\n  word\n  b:\n    ask: y\n"
    entries, found = section(source)
    assert [(d.rule, d.span.line) for d in found] == [("syntax", 4)]
    assert {id: plain(entry.value) for id, entry in entries.items()} == {
        "a": {"ask": "x"},
        "b": {"ask": "y"},
    }


def test_a_definition_that_stands_twice_beside_a_syntax_fault_is_told_too() -> None:
    source = 'questions:\n  a:\n    ask: "x\n  b:\n    ask: y\n  b:\n    ask: z\n'
    _, found = parsed(source)
    assert [m for m in told(found) if "duplicate" in m] == [
        "6:3 duplicate-key: the key `b` is written twice, first on line 4"
    ]


def test_a_list_at_the_column_of_its_key_stays_with_it_after_a_syntax_fault() -> None:
    source = (
        "questions:\n"
        "  a:\n"
        "    must_show:\n"
        "    - one\n"
        '    - "two\n'
        "    ask: Q\n"
        "  b:\n"
        "    must_show:\n"
        "    - three\n"
        "    - four\n"
        "    ask: R\n"
    )
    entries, found = section(source)
    assert len(found) == 1
    assert plain(entries["a"].value) == {"ask": "Q"}
    assert plain(entries["b"].value) == {"must_show": ["three", "four"], "ask": "R"}
    assert [f"{s.text} {stretch(s)}" for s in texts(entries["b"].value)] == [
        "must_show 8:5-8:14",
        "three 9:7-9:12",
        "four 10:7-10:11",
        "ask 11:5-11:8",
        "R 11:10-11:11",
    ]


def test_a_section_that_is_a_list_at_its_column_leaves_the_next_one_whole() -> None:
    skills, found = section('questions:\n- a\n- "b\nskills:\n  s:\n    name: S\n', "skills")
    assert len(found) == 1
    assert plain(skills["s"].value) == {"name": "S"}


@pytest.mark.parametrize("first", ["---\n", "--- # cards\n", "# a comment\n---\n"])
def test_a_marked_beginning_does_not_hinder_the_salvage(first: str) -> None:
    entries, found = section(f'{first}questions:\n  a:\n    ask: "x\n  b:\n    ask: y\n')
    assert len(found) == 1
    assert plain(entries["b"].value) == {"ask": "y"}


def test_quoted_names_are_salvaged_like_any_other() -> None:
    source = '"questions":\n  "a":\n    "ask": @x\n    "type": story\n  b:\n    ask: y\n'
    entries, found = section(source)
    assert len(found) == 1
    assert plain(entries["a"].value) == {"type": "story"}
    assert plain(entries["b"].value) == {"ask": "y"}


def test_a_salvaged_block_keeps_its_last_line_break() -> None:
    source = "questions:\n  a:\n    sample: |\n      text\n  b:\n    ask: @x\n"
    entries, _ = section(source)
    value = entries["a"].value
    assert isinstance(value, MappingNode)
    sample = value.get("sample")
    assert isinstance(sample, ScalarNode)
    assert sample.text == "text\n"


# --- what looks like a text and is not all of it ------------------------------------------------

QUESTIONS = "decks/questions/more.yaml"


def found_in(project: MakeProject, text: str) -> list[str]:
    """What loading says of one more file of questions, indented as it stands here."""
    _, found = load(project({QUESTIONS: text.encode()}).root)
    return [f"{d.span.line}:{d.span.column} {d.rule}" for d in found if d.span.file == QUESTIONS]


def test_a_comment_behind_unquoted_prose_is_a_fault(project: MakeProject) -> None:
    text = (
        "questions:\n"
        "  ticket-number:\n"
        "    ask: What is ticket # 7 about?\n"
        "    type: pitch   # no prose\n"
        "    answer: a refund #\n"
    )
    assert found_in(project, text) == ["3:10 lost-comment", "5:13 lost-comment"]


@pytest.mark.parametrize(
    "written", ['"What is ticket" # 7', "What is C#?", "|  # a comment\n      What is ticket # 7?"]
)
def test_a_comment_that_cuts_no_prose_is_no_fault(project: MakeProject, written: str) -> None:
    text = f"questions:\n  q:\n    ask: {written}\n    type: pitch\n    answer: x\n"
    assert found_in(project, text) == []


def flow_list(items: str) -> str:
    return f"questions:\n  q:\n    ask: Why?\n    type: approach\n    steps: [{items}]\n"


def test_an_item_that_goes_on_in_lower_case_was_split_by_its_comma(project: MakeProject) -> None:
    text = flow_list("Say that you are sorry, but not too often, Then listen")
    assert found_in(project, text) == ["5:37 split-by-comma"]


@pytest.mark.parametrize(
    "items",
    [
        "listen, offer two ways out",
        "listen",
        "Listen, Offer two ways out",
        "Listen., offer two ways out",
        "Listen, 'offer two ways out'",
    ],
)
def test_a_flow_list_of_whole_items_is_no_fault(project: MakeProject, items: str) -> None:
    assert found_in(project, flow_list(items)) == []


def test_a_list_of_names_may_go_on_in_lower_case(project: MakeProject) -> None:
    text = (
        "questions:\n  q:\n    ask: Why?\n    type: pitch\n    answer: x\n"
        "    topics: [customer, operations]\n    skills: [empathy]\n"
    )
    assert found_in(project, text) == []


def test_an_unknown_variable_is_told_at_its_own_place(project: MakeProject) -> None:
    text = (
        "questions:\n  q:\n    ask: Why?\n    type: pitch\n    answer: |\n"
        "      First line.\n\n      Then {{ vars.nobody }} comes.\n"
    )
    found = project({QUESTIONS: text.encode()}).build().findings
    assert [d.span for d in found] == [Span(QUESTIONS, 8, 12, 8, 29)]
    assert [d.message for d in found] == ["no variable is called `nobody`"]


def test_a_file_that_cannot_be_read_is_one_message(project: MakeProject) -> None:
    """What it held is named elsewhere, and was released; none of that is a fault of its own."""
    deck = project({})
    deck.built(NOON, release=True)
    deck.write({"decks/kpis.yaml": b"kpis:\n  csat: \xff\xfe\n"})
    assert deck.rules(NOON + 9) == ["not-utf-8"]


@pytest.mark.parametrize(
    ("value", "column", "help"),
    [
        ("[#x]", 9, "quote a text that begins with `#`, or remove the comma"),
        ("[b, #c]", 12, "quote a text that begins with `#`, or remove the comma"),
        ('"What \\is this"', 14, "write `\\\\` for a backslash, or use single quotes"),
        ("*what* is", 8, "put the whole text in quotes, or below the key after a `|`"),
    ],
)
def test_a_slip_in_a_value_is_told_where_it_stands(value: str, column: int, help: str) -> None:
    _, found = parse(f"questions:\n  a:\n    x: {value}\n  b:\n    y: 1\n".encode(), "f.yaml")
    assert [(str(d.span), d.help) for d in found] == [(f"f.yaml:3:{column}", help)]
