"""What a `kind.yaml` says of the finished shape of its kind: formulas, marks and options."""

from __future__ import annotations

from collections.abc import Iterable

from builder.model.kind_faults import KindFaults, YamlPath
from builder.model.kind_file import KeyFile, KindFile
from builder.shape.shape import Shape

#: What a mark asks of the key that it names; the others ask for texts in Markdown.
_MARKED = {
    "name": "name a needed key that is one text",
    "serves": "name a key that is a list of ids",
    "follows": "name a key that is an id of this kind",
}


def check_formulas(
    shape: Shape, formulas: Iterable[tuple[YamlPath, KeyFile]], faults: KindFaults
) -> None:
    """A formula has its values and its result below one key, or below each of its names."""
    for yaml_path, key in formulas:
        inputs_path, result_path = key.inputs or "", key.gives or ""
        inputs_shape, result_shape = shape.at(inputs_path), shape.at(result_path)
        each_input = inputs_shape.each if inputs_shape else None
        if each_input is None or not any(
            input_shape.type == "number" for input_shape in (each_input, *each_input.either)
        ):
            help = "name a mapping of numbers by name, such as examples.*.inputs"
            message = f"`{inputs_path}` does not hold numbers by name"
            faults.add((*yaml_path, "inputs"), message, help)
        elif result_shape is None or result_shape.type != "number":
            help = "name a number, such as examples.*.gives"
            faults.add((*yaml_path, "gives"), f"`{result_path}` is not a number", help)
        elif inputs_path.rpartition(".")[0] != result_path.rpartition(".")[0]:
            help = "put them below the same key"
            faults.add(
                (*yaml_path, "gives"), f"`{result_path}` is not beside `{inputs_path}`", help
            )


def check_marks(kind_file: KindFile, shape: Shape, faults: KindFaults) -> None:
    """Each mark names keys that exist, and that hold what the mark is about."""
    for mark, key_paths in kind_file.marks.paths.items():
        for path_position, key_path in enumerate(key_paths):
            # at_path passes the position of a text over.
            yaml_path = ("marks", mark, path_position)
            marked_shape = shape.at(key_path)
            if marked_shape is None:
                faults.add_unknown(yaml_path, "key", key_path, kind_file.keys)
            elif not _can_have(mark, marked_shape, kind_file.kind):
                help = _MARKED.get(mark, "name keys that hold texts in Markdown")
                faults.add(yaml_path, f"`{key_path}` cannot be marked `{mark}`", help)


def check_options(kind_file: KindFile, shape: Shape, faults: KindFaults) -> None:
    """Each option of `prepdeck new` fills a key that exists, and that one can type."""
    for option_name, option in kind_file.new.options.items():
        yaml_path = ("new", "options", option_name, *(["key"] if option.key else []))
        key_path = option.key or option_name
        filled_shape = shape.at(key_path)
        if filled_shape is None:
            faults.add_unknown(yaml_path, "key", key_path, kind_file.keys)
        elif (filled_shape.items or filled_shape).form != "text" or filled_shape.type == "formula":
            help = "name a key that is a text, or a list of texts"
            faults.add(yaml_path, f"`{key_path}` cannot be an option", help)


def _can_have(mark: str, shape: Shape, kind_name: str) -> bool:
    """Whether a key of that shape can have the mark."""
    if mark == "name":
        return shape.needed and (shape.is_markdown or shape.type == "text")
    if mark == "serves":
        return shape.items is not None and bool(shape.items.ref)
    if mark == "follows":
        return shape.ref == kind_name
    return any(text.is_markdown for _, text in shape.below())
