"""`kind.yaml` to a `Kind`: its keys to a shape, then what it says of the shape, and all faults."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from builder.findings import Diagnostic, Scope, Span
from builder.model.key_shapes import KeyShapes
from builder.model.kind import Kind
from builder.model.kind_checks import check_formulas, check_marks, check_options
from builder.model.kind_faults import KindFaults
from builder.model.kind_file import COMMON, RESERVED, KindFile
from builder.shape.annotations import shape_of
from builder.shape.shape import Shape
from builder.shape.walk import read_value
from builder.source import MappingNode, ScalarNode
from builder.source.paths import at_path


def text_under(node: MappingNode, key: str) -> str:
    """The text under a key; empty where there is none."""
    text_node = node.get(key)
    return text_node.text.strip() if isinstance(text_node, ScalarNode) else ""


def kind_of(
    node: MappingNode, folder: str, kinds: Collection[str]
) -> tuple[Kind | None, list[Diagnostic]]:
    """The kind that a `kind.yaml` describes, and its faults; `kinds` are the names of all kinds.

    With faults it is not sound. None when its name or its section cannot be known.
    """
    kind_name, section = text_under(node, "kind"), text_under(node, "section")
    name_node, _ = at_path(node, ("kind",))
    kind = Kind(name=kind_name, section=section, folder=folder, span=name_node.span)
    scope = Scope(kind=kind_name) if kind_name else Scope()
    kind_file, _, findings = read_value(node, shape_of(KindFile), Span(name_node.file), scope)
    if isinstance(kind_file, KindFile):
        faults = KindFaults(node, scope)
        shape = _shape_of_kind(kind_file, kinds, faults)
        findings += faults.findings
        kind = replace(
            kind,
            about=kind_file.about,
            private=kind_file.private,
            rank=kind_file.rank,
            words=kind_file.words,
        )
        if not findings:
            kind = replace(
                kind, is_sound=True, shape=shape, marks=kind_file.marks, new=kind_file.new
            )
    return (kind if kind_name and section else None), findings


def _shape_of_kind(kind_file: KindFile, kinds: Collection[str], faults: KindFaults) -> Shape:
    """The shape of a definition: the keys that all kinds have, then its own."""
    own_names = {
        "kind": [kind_file.kind],
        "section": [kind_file.section],
        "keys": [*kind_file.keys],
    }
    for file_key, chosen_names in own_names.items():
        for reserved_name in RESERVED[file_key].intersection(chosen_names):
            # Below `kind` and `section` there is nothing: at_path passes that step over.
            message = f"the name `{reserved_name}` is reserved"
            faults.add((file_key, reserved_name), message, "choose another")
    key_shapes = KeyShapes(kinds, kind_file.marks.paths, faults)
    own_keys = key_shapes.of_keys(kind_file.keys, ("keys",))
    key_shapes.check_together(kind_file.together, kind_file.keys, ("together",))
    shape = Shape(keys={**COMMON, **own_keys}, together=kind_file.together, kind=kind_file.kind)
    check_formulas(shape, key_shapes.formulas, faults)
    check_marks(kind_file, shape, faults)
    check_options(kind_file, shape, faults)
    return shape
