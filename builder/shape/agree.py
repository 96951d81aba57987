"""Keys of one mapping that must agree: what a choice needs, and what stands all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from builder.findings import Span
from builder.shape.shape import Shape
from builder.source import MappingNode, ScalarNode, SequenceNode

#: The YAML form of each sort of node.
FORMS: dict[type, str] = {ScalarNode: "text", MappingNode: "mapping", SequenceNode: "list"}


class Disagreement(NamedTuple):
    """A fault in how keys stand beside each other."""

    rule: str
    message: str
    span: Span
    help: str


#: Takes a mapping, the sound values of its keys, and where to report a key that is not there.
Agreement = Callable[[MappingNode, Mapping[str, Any], Span], Iterator[Disagreement]]


def agreements_of(shape: Shape) -> list[Agreement]:
    """What finds the disagreements in a mapping of that shape: one for each rule that it has."""
    agreements: list[Agreement] = [partial(_all_or_none, names) for names in shape.together]
    for name, inner in shape.keys.items():
        if inner.needs:
            agreements.append(partial(_needs, name, inner.needs))
        if inner.by:
            agreements.append(partial(_has_its_form, name, inner))
        needs = sorted({choice.needs for choice in inner.choices.values() if choice.needs})
        if needs:
            agreements.append(partial(_has_its_answer, shape, name, needs))
    return agreements


def _all_or_none(
    names: tuple[str, ...], node: MappingNode, values: Mapping[str, Any], at: Span
) -> Iterator[Disagreement]:
    present = [name for name in names if name in node.entries]
    if present and len(present) < len(names):
        yield _half_a_pair(node, present[0], names)


def _needs(
    name: str, needed: str, node: MappingNode, values: Mapping[str, Any], at: Span
) -> Iterator[Disagreement]:
    if name in node.entries and needed not in node.entries:
        yield _half_a_pair(node, name, (name, needed))


def _half_a_pair(node: MappingNode, name: str, names: tuple[str, ...]) -> Disagreement:
    missing = " and ".join(f"`{key}`" for key in names if key not in node.entries)
    help = f"{', '.join(names)} belong together: write them all"
    span = node.entries[name].key.span
    return Disagreement("half-a-pair", f"`{name}` also needs {missing}", span, help)


def _has_its_form(
    name: str, shape: Shape, node: MappingNode, values: Mapping[str, Any], at: Span
) -> Iterator[Disagreement]:
    """A key has the form that the choice beside it decides."""
    entry, choice = node.entries.get(name), values[shape.by]
    form = shape.forms.get(choice) or shape.forms.get("otherwise")
    if entry is None or choice is None or (form and FORMS[type(entry.value)] == form.form):
        return
    message, help = f"`{name}` does not belong in `{shape.by}: {choice}`", "take it out"
    if form:
        keys = f" with the keys {', '.join(form.keys)}" if form.keys else ""
        message = f"with `{shape.by}: {choice}`, `{name}` is a {form.form}{keys}"
        help = "write these keys below it" if keys else f"write one {form.form}"
    yield Disagreement("wrong-answer", message, entry.key.span, help)


def _has_its_answer(
    shape: Shape,
    name: str,
    needs: list[str],
    node: MappingNode,
    values: Mapping[str, Any],
    at: Span,
) -> Iterator[Disagreement]:
    """A choice has the key that it needs, and none that only other choices need."""
    choice = values[name]
    needed = shape.keys[name].choices[choice].needs if choice is not None else ""
    for key in needs if choice is not None else ():
        if key == needed and not values[key]:
            message = f"a {shape.kind or 'mapping'} of {name} `{choice}` needs `{key}`"
            yield Disagreement("wrong-answer", message, at, f"add `{key}:`, or change the {name}")
        elif key != needed and key in node.entries:
            message = f"`{key}` does not belong in a {shape.kind or 'mapping'} of {name} `{choice}`"
            help = f"this {name} has `{needed}`" if needed else "take it out"
            yield Disagreement("wrong-answer", message, node.entries[key].key.span, help)
