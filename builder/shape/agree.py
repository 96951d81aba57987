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
    agreements: list[Agreement] = [
        partial(_all_or_none, keys_together) for keys_together in shape.together
    ]
    for key, key_shape in shape.keys.items():
        if key_shape.needs:
            agreements.append(partial(_needs, key, key_shape.needs))
        if key_shape.by:
            agreements.append(partial(_has_its_form, key, key_shape))
        needed_keys = sorted(
            {choice.needs for choice in key_shape.choices.values() if choice.needs}
        )
        if needed_keys:
            agreements.append(partial(_has_its_answer, shape, key, needed_keys))
    return agreements


def _all_or_none(
    keys_together: tuple[str, ...],
    mapping: MappingNode,
    value_by_key: Mapping[str, Any],
    missing_span: Span,
) -> Iterator[Disagreement]:
    present_keys = [key for key in keys_together if key in mapping.entries]
    if present_keys and len(present_keys) < len(keys_together):
        yield _half_a_pair(mapping, present_keys[0], keys_together)


def _needs(
    key: str,
    needed_key: str,
    mapping: MappingNode,
    value_by_key: Mapping[str, Any],
    missing_span: Span,
) -> Iterator[Disagreement]:
    if key in mapping.entries and needed_key not in mapping.entries:
        yield _half_a_pair(mapping, key, (key, needed_key))


def _half_a_pair(
    mapping: MappingNode, present_key: str, keys_together: tuple[str, ...]
) -> Disagreement:
    missing_keys = " and ".join(f"`{key}`" for key in keys_together if key not in mapping.entries)
    help = f"{', '.join(keys_together)} belong together: write them all"
    span = mapping.entries[present_key].key.span
    return Disagreement("half-a-pair", f"`{present_key}` also needs {missing_keys}", span, help)


def _has_its_form(
    key: str,
    key_shape: Shape,
    mapping: MappingNode,
    value_by_key: Mapping[str, Any],
    missing_span: Span,
) -> Iterator[Disagreement]:
    """A key has the form that the choice beside it decides."""
    key_entry, choice = mapping.entries.get(key), value_by_key[key_shape.by]
    chosen_form = key_shape.forms.get(choice) or key_shape.forms.get("otherwise")
    if (
        key_entry is None
        or choice is None
        or (chosen_form and FORMS[type(key_entry.value)] == chosen_form.form)
    ):
        return
    message, help = f"`{key}` does not belong in `{key_shape.by}: {choice}`", "take it out"
    if chosen_form:
        keys_phrase = f" with the keys {', '.join(chosen_form.keys)}" if chosen_form.keys else ""
        message = f"with `{key_shape.by}: {choice}`, `{key}` is a {chosen_form.form}{keys_phrase}"
        help = "write these keys below it" if keys_phrase else f"write one {chosen_form.form}"
    yield Disagreement("wrong-answer", message, key_entry.key.span, help)


def _has_its_answer(
    mapping_shape: Shape,
    choice_key: str,
    needed_keys: list[str],
    mapping: MappingNode,
    value_by_key: Mapping[str, Any],
    missing_span: Span,
) -> Iterator[Disagreement]:
    """A choice has the key that it needs, and none that only other choices need."""
    choice = value_by_key[choice_key]
    needed_key = mapping_shape.keys[choice_key].choices[choice].needs if choice is not None else ""
    mapping_noun = mapping_shape.kind or "mapping"
    for key in needed_keys if choice is not None else ():
        if key == needed_key and not value_by_key[key]:
            message = f"a {mapping_noun} of {choice_key} `{choice}` needs `{key}`"
            help = f"add `{key}:`, or change the {choice_key}"
            yield Disagreement("wrong-answer", message, missing_span, help)
        elif key != needed_key and key in mapping.entries:
            message = f"`{key}` does not belong in a {mapping_noun} of {choice_key} `{choice}`"
            help = f"this {choice_key} has `{needed_key}`" if needed_key else "take it out"
            yield Disagreement("wrong-answer", message, mapping.entries[key].key.span, help)
