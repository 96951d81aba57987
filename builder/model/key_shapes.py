"""The keys of a `kind.yaml` to shapes, with the faults that only show beside other keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from builder.model.kind_faults import KindFaults, YamlPath
from builder.model.kind_file import KeyFile
from builder.shape.shape import MARKDOWN, Choice, Shape
from builder.shape.texts import Refused, parser_of

#: How many keys may stand inside each other.
DEEPEST = 4

#: What a key is: it has exactly one of these.
_FORMS = ("type", "ref", "choices", "list", "keys", "each", "forms")
#: What else `kind.yaml` says of a key, and the forms or sorts of text that it goes with.
_GOES_WITH: dict[str, tuple[str, ...]] = {
    "by": ("forms",),
    "names": ("each",),
    "together": ("keys",),
    "or_list": ("type",),
    "default": ("type", "choices"),
    "least": ("whole", "number", "list", "each"),
    "most": ("whole", "number", "list", "each"),
    "words": (*MARKDOWN, "list", "keys", "each", "forms"),
    "inputs": ("formula",),
    "gives": ("formula",),
    "dated": ("whole",),
    "counted": MARKDOWN,
}
#: What a form or a sort of text cannot do without.
_ALSO_NEEDS = (("each", "names"), ("forms", "by"), ("formula", "inputs"), ("formula", "gives"))

#: The path of a key in a definition, without positions in lists.
_KeyPath = tuple[str, ...]
_Keys = Mapping[str, KeyFile]


class KeyShapes:
    """Makes the shapes of a kind's keys, and collects their faults.

    `kinds`: the names of all kinds. `mark_paths`: the keys that each mark names. `formulas`: where
    `kind.yaml` has formulas, to be checked once the whole shape is known.
    """

    def __init__(
        self, kinds: Collection[str], mark_paths: Mapping[str, tuple[str, ...]], faults: KindFaults
    ) -> None:
        self.kinds, self.mark_paths, self.faults = kinds, mark_paths, faults
        self.formulas: list[tuple[YamlPath, KeyFile]] = []

    def of_keys(
        self, keys: _Keys, yaml_path: YamlPath, key_path: _KeyPath = ()
    ) -> dict[str, Shape]:
        """Their shapes; `yaml_path` leads to the keys in kind.yaml, `key_path` in a definition."""
        if len(key_path) >= DEEPEST:
            message = f"more than {DEEPEST} keys inside each other"
            self.faults.add(yaml_path, message, "take a level out")
        return {
            key_name: self._of_key(key, (*yaml_path, key_name), (*key_path, key_name), keys)
            for key_name, key in keys.items()
        }

    def check_together(
        self, together: tuple[tuple[str, ...], ...], keys: _Keys, yaml_path: YamlPath
    ) -> None:
        """Keys that stand all or none exist, and none of them is always there."""
        for list_position, key_names in enumerate(together):
            for name_position, key_name in enumerate(key_names):
                self._check_beside(key_name, keys, (*yaml_path, list_position, name_position))

    def _of_key(
        self, key: KeyFile | str, yaml_path: YamlPath, key_path: _KeyPath, sibling_keys: _Keys
    ) -> Shape:
        if isinstance(key, str):
            key = KeyFile(type=key)  # type: ignore[arg-type]  # the reader knows the sorts
        used_forms = [form for form in _FORMS if getattr(key, form)]
        if len(used_forms) != 1:
            quoted_forms = " and ".join(f"`{form}`" for form in used_forms)
            message = "nothing says what this key holds"
            if used_forms:
                message = f"{quoted_forms} exclude each other"
            self.faults.add(yaml_path, message, f"write one of {', '.join(_FORMS)}")
            return Shape(type="text")
        self._check_companions(key, used_forms[0], yaml_path, sibling_keys)
        dotted_path = f"{'.'.join(key_path)}."
        shape = Shape(
            **self._form_fields(key, (*yaml_path, used_forms[0]), key_path),
            least=key.least,
            most=key.most,
            most_words=key.words,
            dated=key.dated,
            counted=key.counted,
            about=key.about,
            needed=key.needed,
            needs=key.needs or "",
            marks=frozenset(
                mark
                for mark, marked_paths in self.mark_paths.items()
                if any(dotted_path.startswith(f"{marked_path}.") for marked_path in marked_paths)
            ),
        )
        if key.or_list:
            either_shapes = (shape, Shape(items=shape))
            return Shape(either=either_shapes, about=key.about, needed=key.needed)
        if key.default is not None:
            return replace(shape, default=self._default(shape, key.default, yaml_path))
        return shape

    def _form_fields(self, key: KeyFile, yaml_path: YamlPath, key_path: _KeyPath) -> dict[str, Any]:
        """The fields of a shape that say what the key holds."""
        if key.ref:
            if key.ref not in {*self.kinds, "topic", "source"}:
                self.faults.add_unknown(yaml_path, "kind", key.ref, self.kinds)
            return {"ref": key.ref}
        if key.choices:
            choice_by_name = key.choices if isinstance(key.choices, dict) else {}
            return {
                "choices": {
                    choice_name: choice_by_name.get(choice_name, Choice())
                    for choice_name in key.choices
                }
            }
        if key.list:
            items_shape = self._inner(key.list, yaml_path, key_path)
            if items_shape.form == "list":
                self.faults.add(yaml_path, "a list of lists", "make it one list")
            return {"items": items_shape}
        if key.each:
            each_shape = self._inner(key.each, yaml_path, (*key_path, "*"))
            return {"each": each_shape, "names": key.names or "text"}
        if key.forms:
            shape_by_choice = {
                choice: self._inner(form_key, (*yaml_path, choice), key_path)
                for choice, form_key in key.forms.items()
            }
            if len({shape.form for shape in shape_by_choice.values()}) < len(shape_by_choice):
                help = "at most one can be a text, one a list and one a mapping"
                self.faults.add(yaml_path, "two of these forms look the same in a file", help)
            return {
                "either": tuple(shape_by_choice.values()),
                "by": key.by or "",
                "forms": shape_by_choice,
            }
        if key.keys:
            return {"keys": self.of_keys(key.keys, yaml_path, key_path), "together": key.together}
        if key.inputs and key.gives:
            self.formulas.append((yaml_path[:-1], key))
        return {"type": key.type or "", "inputs": key.inputs or "", "gives": key.gives or ""}

    def _inner(self, key: KeyFile | str, yaml_path: YamlPath, key_path: _KeyPath) -> Shape:
        """The shape of what a key holds several or one of: it is not a key of its own."""
        shape = self._of_key(key, yaml_path, key_path, {})
        for ignored_key in ("needed", "default"):
            if getattr(shape, ignored_key):
                message = f"`{ignored_key}` does nothing here"
                self.faults.add((*yaml_path, ignored_key), message, "move it to the key above")
        if any(inner_shape.type == "formula" for _, inner_shape in shape.below()):
            help = "give it a key of its own"
            self.faults.add(yaml_path, "a formula cannot stand in here", help)
        return shape

    def _check_companions(
        self, key: KeyFile, form: str, yaml_path: YamlPath, sibling_keys: _Keys
    ) -> None:
        """What else is said of a key goes with its form, and names keys that stand beside it."""
        for companion_key, allowed_forms in _GOES_WITH.items():
            if getattr(key, companion_key) and not {form, key.type} & {*allowed_forms}:
                message = f"`{companion_key}` only goes with {', '.join(allowed_forms)}"
                self.faults.add((*yaml_path, companion_key), message, "take it out")
        for form_or_sort, companion_key in _ALSO_NEEDS:
            if form_or_sort in (form, key.type) and not getattr(key, companion_key):
                message = f"`{form_or_sort}` also needs `{companion_key}`"
                self.faults.add(yaml_path, message, f"add `{companion_key}: …`")
        if key.least is not None and key.most is not None and key.least > key.most:
            message = f"{key.least} is more than `most`"
            self.faults.add((*yaml_path, "least"), message, "exchange the two")
        if key.needed and key.default is not None:
            message = "a needed key has no default"
            self.faults.add((*yaml_path, "default"), message, "take one of them out")
        choice_by_name = key.choices if isinstance(key.choices, dict) else {}
        for choice_name, choice in choice_by_name.items():
            needs_path = (*yaml_path, "choices", choice_name, "needs")
            self._check_beside(choice.needs, sibling_keys, needs_path)
        self._check_beside(key.needs or "", sibling_keys, (*yaml_path, "needs"))
        self.check_together(key.together, key.keys, (*yaml_path, "together"))
        by_choices = sibling_keys.get(key.by or "", KeyFile()).choices or ()
        if key.by and not by_choices:
            keys_with_choices = [
                sibling_name for sibling_name, sibling in sibling_keys.items() if sibling.choices
            ]
            by_path = (*yaml_path, "by")
            self.faults.add_unknown(by_path, "key with choices", key.by, keys_with_choices)
        for choice_name in key.forms if by_choices else ():
            if choice_name not in (*by_choices, "otherwise"):
                form_path = (*yaml_path, "forms", choice_name)
                allowed_choices = [*by_choices, "otherwise"]
                self.faults.add_unknown(form_path, "choice", choice_name, allowed_choices)

    def _check_beside(self, key_name: str, sibling_keys: _Keys, yaml_path: YamlPath) -> None:
        """Reports a name of a key that does not exist, or that is always there."""
        if key_name and key_name not in sibling_keys:
            self.faults.add_unknown(yaml_path, "key", key_name, sibling_keys)
        elif key_name and sibling_keys[key_name].needed:
            help = "take it out here, or its `needed`"
            self.faults.add(yaml_path, f"`{key_name}` is needed in any case", help)

    def _default(self, shape: Shape, default_text: str, yaml_path: YamlPath) -> Any:
        """The default as a value; None when the shape refuses it."""
        try:
            parse_text = parser_of(shape)
            return parse_text(default_text) if parse_text else default_text
        except Refused as refused:
            self.faults.add((*yaml_path, "default"), str(refused), refused.help)
            return None
