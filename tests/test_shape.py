"""What a file may hold, and the one walk that reads it: values, texts, and faults at their places."""

from __future__ import annotations

import copy
import pickle
import textwrap
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from builder.findings import Scope, Span
from builder.load.kinds import kinds_of
from builder.model.files import Bibliography, NoteTypeFile, Role, Settings
from builder.shape.annotations import Line, OneOrMany, Slug, Variable, shape_of
from builder.shape.record import Record, values_at, variables_of
from builder.shape.shape import Choice, Shape
from builder.shape.walk import Reading, read_value
from builder.source import Entry, MappingNode, Node, ScalarNode, SequenceNode, parse

AT = Span("a.yaml", 9, 9, 9, 9)
SCOPE = Scope(definition="some")

LINE = Shape(type="line")
LEVELS = Shape(keys={level: Shape(type="line", needed=True) for level in ("weak", "strong")})
#: A kind in small: something of everything that a shape can say.
THING = Shape(
    kind="question",
    together=(("next", "why"),),
    keys={
        "ask": Shape(type="line", needed=True),
        "type": Shape(
            choices={"story": Choice(needs="points"), "pitch": Choice(needs="answer")}, needed=True
        ),
        "points": Shape(items=LINE, most=2),
        "answer": Shape(type="prose"),
        "sample": Shape(
            either=(LEVELS, Shape(type="prose")),
            by="type",
            forms={"story": LEVELS, "otherwise": Shape(type="prose")},
        ),
        "levels": LEVELS,
        "sketch": Shape(type="line", needs="levels"),
        "next": Shape(ref="stage"),
        "why": LINE,
        "seconds": Shape(type="whole", least=20, most=300, default=90),
        "seen": Shape(type="date"),
        "inputs": Shape(
            names="variable",
            each=Shape(either=(Shape(type="number"), Shape(items=Shape(type="number")))),
        ),
    },
)


def tree(text: str) -> MappingNode:
    node, faults = parse(textwrap.dedent(text).encode(), "a.yaml")
    assert node is not None, faults
    return node


def reading(text: str, shape: Shape = THING) -> Reading:
    return read_value(tree(text), shape, AT, SCOPE)


def faults(text: str, shape: Shape = THING) -> list[str]:
    """`line:column rule: message`, in the order of the file."""
    found = sorted(reading(text, shape).faults, key=lambda d: (d.span, d.message))
    assert all(d.scope == SCOPE for d in found)
    return [f"{d.span.line}:{d.span.column} {d.rule}: {d.message}" for d in found]


SOUND = """\
ask: Why?
type: story
points:
  - one
  - two
sample: {weak: a, strong: b}
seconds: 45
seen: 2026-12-24
inputs: {top: 1.50, all: [2, 3]}
"""


# --- values -------------------------------------------------------------------------------------


def test_a_value_has_its_keys_as_attributes_and_what_is_not_written_by_default() -> None:
    value = reading(SOUND).value
    assert (value.ask, value.type, value.points) == ("Why?", "story", ("one", "two"))
    assert (value.seconds, value.seen) == (45, date(2026, 12, 24))
    assert value.sample == Record({"weak": "a", "strong": "b"})
    assert value.inputs == {"top": Decimal("1.50"), "all": (Decimal(2), Decimal(3))}
    short = reading("ask: Why?\ntype: pitch\nanswer: So.\n").value
    assert (short.points, short.sample, short.inputs, short.seconds) == ((), None, {}, 90)


def test_the_texts_of_a_value_are_its_leaves_with_path_and_shape() -> None:
    leaves = reading(SOUND).leaves
    assert [(leaf.path, leaf.scalar.text) for leaf in leaves] == [
        (("ask",), "Why?"),
        (("type",), "story"),
        (("points", 0), "one"),
        (("points", 1), "two"),
        (("sample", "weak"), "a"),
        (("sample", "strong"), "b"),
        (("seconds",), "45"),
        (("seen",), "2026-12-24"),
        (("inputs", "top"), "1.50"),
        (("inputs", "all", 0), "2"),
        (("inputs", "all", 1), "3"),
    ]
    assert [leaf.shape for leaf in leaves[:3]] == [THING.keys["ask"], THING.keys["type"], LINE]


def test_texts_lose_the_blanks_around_them() -> None:
    assert reading("ask: |\n  Why?\n\ntype: pitch\nanswer: ' So. '\n").value.ask == "Why?"


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("ask: Why?\n", ""), ["9:9 missing-key: `ask` is missing"]),
        (("ask:", "aks:"), ["1:1 unknown-key: unknown key `aks`"]),
        (("ask: Why?", "ask: [Why?]"), ["1:6 wrong-value: expected a text"]),
        (
            ("story", "stroy"),
            ["2:7 wrong-value: `stroy` is not one of the choices"],
        ),
        (("  - two", "  - two\n  - three"), ["4:3 wrong-value: at most 2 allowed here"]),
        (("\n  - one\n  - two", " one"), ["3:9 wrong-value: expected a list"]),
        (("- two", "- two # really"), ["5:5 lost-comment: the text ends at ` #`, where a YAML"
          " comment starts"]),
        (("\n  - one\n  - two", " [Say sorry, then act]"), ["3:21 split-by-comma: `then act` may be"
          " the rest of the item before it"]),
        (("weak: a, ", ""), ["6:1 missing-key: `weak` is missing"]),
        (("weak: a", "weka: a"), ["6:10 unknown-key: unknown key `weka`"]),
        (("seconds: 45", "seconds: long"), ["7:10 wrong-value: `long` is not a whole number"]),
        (("seconds: 45", "seconds: {a: b}"), ["7:10 wrong-value: expected a whole number"]),
        (("seconds: 45", "seconds: 5"), ["7:10 wrong-value: 5 is less than 20"]),
        (("seconds: 45", "seconds: 999"), ["7:10 wrong-value: 999 is more than 300"]),
        (("2026-12-24", "20261224"), ["8:7 wrong-value: `20261224` is not a date"]),
        (("2026-12-24", "2026-02-30"), ["8:7 wrong-value: `2026-02-30` is not a date"]),
        (("top: 1.50", "Top: 1.50"), ["9:10 wrong-value: `Top` is not a variable's name"]),
        (("1.50", "'1,50'"), ["9:15 wrong-value: `1,50` is not a number"]),
        (("1.50", "nan"), ["9:15 wrong-value: `nan` is not a finite number"]),
        (("1.50", "{a: b}"), ["9:15 wrong-value: expected a number"]),
        (("[2, 3]", "[2, x]"), ["9:30 wrong-value: `x` is not a number"]),
        (("inputs: {top: 1.50, all: [2, 3]}", "inputs: no"), ["9:9 wrong-value: expected a mapping"]),
        (("sample: {weak: a, strong: b}", "sample: [a]"), ["6:9 wrong-value: expected a text"]),
        # sound, although it looks like a fault
        (("seen:", "sketch: x\nlevels: {weak: a, strong: b}\nseen:"), []),
        (("seconds: 45", "seconds: 20 # as short as can be"), []),
        (("seconds: 45", "seconds: 300\nnext: offer # the last\nwhy: so"), []),
        (("  - one\n  - two", "  - Say sorry\n  - then act"), []),
        (("\n  - one\n  - two", " [say sorry, then act]"), []),
        (("\n  - one\n  - two", " [Say sorry., then act]"), []),
        (("\n  - one\n  - two", " ['Say sorry', then act]"), []),
    ],
    ids=lambda part: part[1].replace("\n", "⏎") if isinstance(part, tuple) else "",
)  # fmt: skip
def test_a_fault_is_reported_at_its_place(change: tuple[str, str], expected: list[str]) -> None:
    assert change[0] in SOUND
    assert faults(SOUND.replace(*change)) == expected


def test_all_faults_are_reported_at_once_and_then_there_is_no_value() -> None:
    text = "aks: Why?\ntype: stroy\npoints: x\nsample: {weak: [a]}\ninputs: {Top: x}\n"
    assert faults(text) == [
        "1:1 unknown-key: unknown key `aks`",
        "2:7 wrong-value: `stroy` is not one of the choices",
        "3:9 wrong-value: expected a list",
        "4:1 missing-key: `strong` is missing",
        "4:16 wrong-value: expected a text",
        "5:10 wrong-value: `Top` is not a variable's name",
        "5:15 wrong-value: `x` is not a number",
    ]
    assert reading(text).value is None


def test_a_misspelt_key_hides_a_missing_one_in_its_own_mapping_alone() -> None:
    text = "ask: Why?\ntype: pitch\nanswer: b\nlevels: {wek: a, strong: b}\nsample: {strong: b}\n"
    assert faults(text) == [
        "4:10 unknown-key: unknown key `wek`",
        "5:1 missing-key: `weak` is missing",
    ]


def test_an_unknown_key_alone_leaves_the_value() -> None:
    found = reading(SOUND + "zzz: {ask: [1]}\n")
    assert [d.help for d in found.faults] == [f"keys here are {', '.join(THING.keys)}"]
    assert found.value == reading(SOUND).value


def test_in_a_broken_tree_nothing_is_missing_and_there_is_no_value() -> None:
    node = tree("type: stroy\nlevels: {weak: a}\n")._replace(broken=True)
    found = read_value(node, THING, AT, SCOPE)
    assert [d.message for d in found.faults] == ["`stroy` is not one of the choices"]
    assert found.value is None
    whole = read_value(tree(SOUND)._replace(broken=True), THING, AT, SCOPE)
    assert (whole.value, whole.faults, len(whole.leaves)) == (None, [], 11)
    # A part that was cut out of a sound mapping is not reported again.
    node = tree("ask: Why?\ntype: pitch\nanswer: {}\nlevels: {}\n")
    for key in ("answer", "levels"):
        entry = node.entries[key]
        assert isinstance(entry.value, MappingNode)
        node.entries[key] = Entry(entry.key, entry.value._replace(broken=True))
    assert read_value(node, THING, AT, SCOPE)[::2] == (None, [])


# --- keys that must agree -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("points:\n  - one\n  - two\n", ""),
         ["9:9 wrong-answer: a question of type `story` needs `points`"]),
        (("points:\n  - one\n  - two\n", "points: []\n"),
         ["9:9 wrong-answer: a question of type `story` needs `points`"]),
        (("type: story", "type: pitch"),
         ["3:1 wrong-answer: `points` does not belong in a question of type `pitch`",
          "6:1 wrong-answer: with `type: pitch`, `sample` is a text",
          "9:9 wrong-answer: a question of type `pitch` needs `answer`"]),
        (("sample: {weak: a, strong: b}", "sample: All of it."),
         ["6:1 wrong-answer: with `type: story`, `sample` is a mapping with the keys weak, strong"]),
        (("seen:", "next: offer\nseen:"), ["8:1 half-a-pair: `next` also needs `why`"]),
        (("seen:", "why: so\nseen:"), ["8:1 half-a-pair: `why` also needs `next`"]),
        (("seen:", "sketch: so\nseen:"), ["8:1 half-a-pair: `sketch` also needs `levels`"]),
        (("seen:", "next: offer\nwhy: so\nseen:"), []),
        # Keys of a mapping that has another fault are not compared.
        (("type: story", "type: pitch\nseconds: 1"), ["3:10 wrong-value: 1 is less than 20"]),
    ],
    ids=lambda part: part[1].replace("\n", "⏎") if isinstance(part, tuple) else "",
)  # fmt: skip
def test_keys_that_must_agree_are_compared(change: tuple[str, str], expected: list[str]) -> None:
    text = SOUND.replace(*change)
    text = text.replace("seconds: 45\n", "") if "seconds: 1" in text else text
    assert faults(text) == expected


def test_keys_must_agree_inside_other_keys_too() -> None:
    pair = Shape(keys={"a": LINE, "b": LINE}, together=(("a", "b"),))
    shape = Shape(keys={"pairs": Shape(items=pair)})
    assert faults("pairs:\n  - {a: x, b: y}\n  - {b: y}\n", shape) == [
        "3:6 half-a-pair: `b` also needs `a`"
    ]


# --- shapes -------------------------------------------------------------------------------------


def test_a_path_of_keys_leads_to_a_shape() -> None:
    assert THING.at("ask") is THING.keys["ask"]
    assert THING.at("sample.weak") is LEVELS.keys["weak"]
    assert THING.at("inputs.*") is THING.at("inputs.any_name") is THING.keys["inputs"].each
    assert THING.at("points.more") is THING.at("nothing") is None


@dataclass(frozen=True, kw_only=True)
class Inner:
    id: Slug
    side: Literal["left", "right"] | None = None


@dataclass(frozen=True, kw_only=True)
class Outer:
    title: Annotated[Line, "what it is called"]
    share: Annotated[Decimal, Shape(above=0, most=1)] = Decimal("0.5")
    ids: OneOrMany | None = None
    inner: tuple[Inner, ...] = ()
    names: dict[Variable, Line] = field(default_factory=dict)
    form: str | Inner | None = None
    again: dict[str, Outer] = field(default_factory=dict)
    free: dict[str, Any] = field(default_factory=dict)


def test_an_annotated_dataclass_is_a_shape_and_becomes_its_value() -> None:
    shape = shape_of(Outer)
    assert (shape.keys["title"].about, shape.keys["title"].needed) == ("what it is called", True)
    assert shape.keys["share"].default == Decimal("0.5")
    text = """
        title: A
        ids: one
        inner: [{id: a-b, side: left}]
        names: {x: y}
        form: {id: c}
        again: {x: {title: B, form: d}}
        free: {x: [1, {y: z}]}
        """
    assert reading(text, shape).value == Outer(
        title="A",
        ids=("one",),
        inner=(Inner(id="a-b", side="left"),),
        names={"x": "y"},
        form=Inner(id="c"),
        again={"x": Outer(title="B", form="d")},
        free={"x": ["1", {"y": "z"}]},
    )


def test_faults_of_a_dataclass_are_located_like_all_others() -> None:
    text = "share: 0\nids: []\ninner: [{id: A, side: up}]\nnames: {X: y}\nform: []\n"
    assert faults(text, shape_of(Outer)) == [
        "1:8 wrong-value: 0 is not more than 0",
        "2:6 wrong-value: at least 1 needed here",
        "3:14 wrong-value: `A` is not an id",
        "3:23 wrong-value: `up` is not one of the choices",
        "4:9 wrong-value: `X` is not a variable's name",
        "5:7 wrong-value: expected a text",
        "9:9 missing-key: `title` is missing",
    ]


def test_an_annotation_without_a_shape_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="has no shape"):
        shape_of(float)


@pytest.mark.parametrize(
    ("sort", "good", "bad"),
    [
        ("whole", {"90": 90, "+7": 7, "-0": 0, "007": 7, "1_000": 1000, "90.0": 90},
         ["", "1.5", "1e3", "0x1", "1__0", "_1", "٣", "9" * 5000]),
        ("number", {"12.5": Decimal("12.5"), ".5": Decimal("0.5"), "1e2": Decimal("1e2")},
         ["", "1,5", "1 2", "inf", "NaN", "x"]),
        ("bool", {"true": True, "No": False, "ON": True, "0": False}, ["", "maybe", "2"]),
        ("date", {"2026-12-24": date(2026, 12, 24)},
         ["", "2026-13-01", "20261224", "2026-W01-1", "24.12.2026", "0000-01-01"]),
        ("slug", {"a-b-1": "a-b-1", "x" * 64: "x" * 64},
         ["", "A", "a_b", "a--b", "-a", "x" * 65]),
        ("variable", {"a_b1": "a_b1"}, ["", "1a", "A", "a-b"]),
        ("key", {"not_the_same_as": "not_the_same_as"}, ["", "with_", "a__b", "_a", "A", "a-b"]),
        ("path", {"a.b": "a.b", "a.*.b": "a.*.b"}, ["", "a.", ".a", "a b", "a**"]),
        ("spare", {"spare-1": "spare-1"}, ["spare-3", "spare"]),
        ("language", {"en": "en", "gsw": "gsw"}, ["EN", "e", "engl"]),
        ("voice", {"en_US": "en_US"}, ["en", "en-US", "EN_us"]),
    ],
)  # fmt: skip
def test_each_sort_of_text_takes_what_it_is(
    sort: str, good: dict[str, Any], bad: list[str]
) -> None:
    shape = Shape(keys={"key": Shape(type=sort, needed=True)})

    def read(text: str) -> Reading:
        node = MappingNode({"key": Entry(scalar("key"), scalar(text))}, "a.yaml", 1, 1, 1, 1)
        return read_value(node, shape, AT, SCOPE)

    for text, value in good.items():
        found = read(text).value.key
        assert (found, type(found)) == (value, type(value))
    assert {text: [d.rule for d in read(text).faults] for text in bad} == {
        text: ["wrong-value"] for text in bad
    }


# --- laws ---------------------------------------------------------------------------------------

KINDS, _ = kinds_of()
SHAPES = {
    **{name: kind.shape for name, kind in KINDS.items()},
    **{cls.__name__: shape_of(cls) for cls in (Role, Settings, NoteTypeFile, Bibliography)},
    "thing": THING,
    "outer": shape_of(Outer),
}
#: So many levels of a shape are looked at for keys: some hold themselves.
_DEEP = 4


def scalar(text: str, style: str = "") -> ScalarNode:
    return ScalarNode(text, "a.yaml", 1, 1, 1, 1, style)


def keys_of(shape: Shape, levels: int = _DEEP) -> Iterator[str]:
    if levels:
        yield from shape.keys
        for inner in (*shape.keys.values(), shape.items, shape.each, *shape.either):
            if inner is not None:
                yield from keys_of(inner, levels - 1)


def trees(shape: Shape) -> st.SearchStrategy[Node]:
    """Any tree, of keys and texts that the shape knows and of others."""
    keys = st.sampled_from(sorted({*keys_of(shape), "x", "Bad Key", "items", "values"}))
    texts = st.sampled_from(
        ["a", "Say sorry", "then act", "12.5", "90", "story", "up", "2026-12-24", "en", "null", ""]
    ) | st.text(max_size=5)  # fmt: skip
    scalars = st.builds(
        lambda text, style, comment: scalar(text, style)._replace(comment=comment and not style),
        texts, st.sampled_from(["", "'", "|"]), st.booleans(),
    )  # fmt: skip

    def lists(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        items = st.lists(nodes, max_size=4).map(tuple)
        return st.builds(
            lambda items, flow: SequenceNode(items, "a.yaml", 1, 1, 1, 1, flow),
            items,
            st.booleans(),
        )

    return st.recursive(
        scalars,
        lambda nodes: lists(nodes) | mappings(keys, nodes),
        max_leaves=12,
    ) | mappings(keys, lists(scalars) | scalars)  # fmt: skip


def mappings(
    keys: st.SearchStrategy[str], nodes: st.SearchStrategy[Node]
) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda entries, broken: MappingNode(
            {key: Entry(scalar(key), node) for key, node in entries.items()},
            "a.yaml", 1, 1, 1, 1, broken,
        ),
        st.dictionaries(keys, nodes, max_size=6),
        st.sampled_from([False, False, False, True]),
    )  # fmt: skip


TREES = {name: trees(shape) for name, shape in SHAPES.items()}


def allowed(node: Node, shape: Shape, path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """The texts that stand where a shape allows one, found without the walk."""
    form = {ScalarNode: "text", MappingNode: "mapping", SequenceNode: "list"}[type(node)]
    arms = shape.either or (shape,)
    if isinstance(node, ScalarNode):
        fits = [arm for arm in arms if arm.form == "text" or (arm.form == "list" and arm.or_item)]
        if fits:
            yield path, node
        return
    for arm in [arm for arm in arms if arm.form == form][:1]:
        if isinstance(node, SequenceNode) and arm.items is not None:
            for position, item in enumerate(node.items):
                yield from allowed(item, arm.items, (*path, position))
        elif isinstance(node, MappingNode):
            for name, entry in node.entries.items():
                inner = arm.keys.get(name) or arm.each
                if inner is not None:
                    yield from allowed(entry.value, inner, (*path, name))


@given(st.sampled_from(sorted(SHAPES)).flatmap(lambda name: st.tuples(st.just(name), TREES[name])))
@settings(max_examples=400)
def test_any_tree_can_be_read_and_its_leaves_are_the_texts_that_may_stand_there(
    case: tuple[str, Node],
) -> None:
    shape, node = SHAPES[case[0]], case[1]
    found = read_value(node, shape, AT, SCOPE)
    assert [(leaf.path, leaf.scalar) for leaf in found.leaves] == list(allowed(node, shape))
    assert all(leaf.shape.form == "text" for leaf in found.leaves)
    if found.value is None and not has_broken(node):
        assert {d.rule for d in found.faults} & {"wrong-value", "missing-key", "unknown-key"}
    if found.value is not None:
        assert not {d.rule for d in found.faults} & {"wrong-value", "missing-key"}


def has_broken(node: Node) -> bool:
    if isinstance(node, SequenceNode):
        return any(map(has_broken, node.items))
    if isinstance(node, MappingNode):
        return node.broken or any(has_broken(entry.value) for entry in node.entries.values())
    return False


# --- records ------------------------------------------------------------------------------------

#: Names that a class of Python's own has, and some that no class has.
NAMES = sorted(
    name
    for name in {
        *dir(dict),
        *dir(tuple),
        *dir(object),
        "with",
        "not",
        "ask",
        "type",
        "self",
        "name",
    }
    if not name.startswith("_")
)
RECORDS = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=3) | st.integers())
JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


@given(RECORDS)
def test_a_key_of_a_record_wins_over_everything_that_has_its_name(values: dict[str, Any]) -> None:
    record = Record(dict(values))
    for key, value in values.items():
        assert getattr(record, key) == getattr(record, f"{key}_") == value
        if key not in {"with", "not"}:
            assert JINJA.compile_expression(f"record.{key}")(record=record) == value
        assert JINJA.compile_expression(f"record.{key}_")(record=record) == value
    for name in set(NAMES) - set(values):
        assert not hasattr(record, name)
    assert variables_of(record).items() >= values.items()


@given(RECORDS, RECORDS)
def test_records_are_equal_and_hashed_by_their_keys_and_values(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert (Record(dict(first)) == Record(dict(second))) == (first == second)
    assert hash(Record(dict(first))) == hash(Record(dict(first)))
    assert copy.deepcopy(Record(dict(first))) == Record(dict(first))
    assert pickle.loads(pickle.dumps(Record(dict(first)))) == Record(dict(first))
    assert Record(first) != first


def test_a_record_is_frozen() -> None:
    record = Record({"ask": "Why?"})
    with pytest.raises(FrozenInstanceError):
        record.ask = "How?"
    with pytest.raises(FrozenInstanceError):
        del record.ask
    with pytest.raises(TypeError):
        hash(Record({"inputs": {}}))
    assert repr(record) == "Record(ask='Why?')"


def test_expressions_read_records_as_they_read_dataclasses() -> None:
    kpi = KINDS["kpi"].shape
    keys = ("examples", "drill", "formula")
    shape = Shape(keys={key: kpi.keys[key] for key in keys})
    value = reading(
        """
        examples:
          values: {inputs: {items: 1}, gives: 2}
          second: {inputs: {b: 1}, gives: 3}
        drill: {ask: A, compute: a, with: {a: 1}, gives: 1, not: none}
        formula: items
        """,
        shape,
    ).value
    names = variables_of(value)

    def result(expression: str) -> Any:
        return JINJA.compile_expression(expression, undefined_to_none=False)(**names)

    assert result("(examples.values() | first).gives") == 2
    assert result("(examples.values() | first).inputs.items() | list") == [("items", 1)]
    assert result("drill.with_") == result("drill.with") == {"a": 1}
    assert result("drill.not_") == result("drill['not']") == "none"
    with pytest.raises(UndefinedError):
        str(result("drill.nothing"))
    with pytest.raises(SecurityError):
        str(result("drill.__init__"))
    assert variables_of(Record({"not": 1})) == {"not": 1, "not_": 1}


def test_values_are_found_by_a_path_of_keys() -> None:
    example = Record({"inputs": {"items": 1}, "gives": 2, "note": None})
    value = Record({"examples": {"values": example, "b": example}, "drill": None, "formula": "a"})

    def found(path: str) -> list[tuple[str, Any]]:
        return [(".".join(keys), value) for keys, value in values_at(value, path)]

    assert found("formula") == [("formula", "a")]
    assert found("examples.*.gives") == [("examples.values.gives", 2), ("examples.b.gives", 2)]
    assert found("examples.b.inputs") == [("examples.b.inputs", {"items": 1})]
    assert found("drill.gives") == found("examples.*.note") == found("nothing") == []
