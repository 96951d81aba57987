"""`kind.yaml` to a `Kind`, with the faults that only show beside other keys of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from builder.findings import Diagnostic, Scope, Span, did_you_mean
from builder.model.kind import Kind
from builder.model.kind_file import COMMON, RESERVED, KeyFile, KindFile
from builder.shape.annotations import shape_of
from builder.shape.shape import Choice, Shape
from builder.shape.texts import Refused, parser_of
from builder.shape.walk import read_value
from builder.source import MappingNode, ScalarNode
from builder.source.paths import at_path

#: The rule of the faults that only show beside other keys.
RULE = "note-type"
#: How many keys may stand inside each other.
DEEPEST = 4

#: What a key is: it has exactly one of these.
_FORMS = ("type", "ref", "choices", "list", "keys", "each", "forms")
_MARKDOWN = ("line", "prose", "cloze")
#: What else `kind.yaml` says of a key, and the forms or sorts of text that it goes with.
_GOES_WITH: dict[str, tuple[str, ...]] = {
    "by": ("forms",),
    "names": ("each",),
    "together": ("keys",),
    "or_list": ("type",),
    "default": ("type", "choices"),
    "least": ("whole", "number", "list", "each"),
    "most": ("whole", "number", "list", "each"),
    "words": (*_MARKDOWN, "list", "keys", "each", "forms"),
    "inputs": ("formula",),
    "gives": ("formula",),
    "dated": ("whole",),
    "counted": _MARKDOWN,
}
#: What a form or a sort of text cannot do without.
_ALSO_NEEDS = (("each", "names"), ("forms", "by"), ("formula", "inputs"), ("formula", "gives"))
#: What a mark asks of the key that it names; the others ask for texts in Markdown.
_MARKED = {
    "name": "name a needed key that is one text",
    "serves": "name a key that is a list of ids",
    "follows": "name a key that is an id of this kind",
}

#: The path of a node in `kind.yaml`, as `at_path` takes it.
_Tree = tuple[str | int, ...]
_Keys = Mapping[str, KeyFile]


def text_under(node: MappingNode, key: str) -> str:
    """The text under a key; empty where there is none."""
    value = node.get(key)
    return value.text.strip() if isinstance(value, ScalarNode) else ""


def kind_of(
    node: MappingNode, folder: str, kinds: Collection[str]
) -> tuple[Kind | None, list[Diagnostic]]:
    """The kind that a `kind.yaml` describes, and its faults; `kinds` are the names of all kinds.

    With faults it is not sound. None when its name or its section cannot be known.
    """
    name, section = text_under(node, "kind"), text_under(node, "section")
    at, _ = at_path(node, ("kind",))
    kind = Kind(name=name, section=section, folder=folder, span=at.span)
    scope = Scope(kind=name) if name else Scope()
    file, _, faults = read_value(node, shape_of(KindFile), Span(at.file), scope)
    if isinstance(file, KindFile):
        maker = _Maker(node, file, kinds)
        shape = maker.kind()
        faults += [Diagnostic(RULE, *fault, scope) for fault in maker.faults]
        kind = replace(
            kind, about=file.about, private=file.private, rank=file.rank, words=file.words
        )
        if not faults:
            kind = replace(kind, is_sound=True, shape=shape, marks=file.marks, new=file.new)
    return (kind if name and section else None), faults


class _Maker:
    """Makes the shape of one kind, and collects its faults: message, span, help."""

    def __init__(self, node: MappingNode, file: KindFile, kinds: Collection[str]) -> None:
        self.node, self.file, self.kinds, self.paths = node, file, kinds, file.marks.paths
        self.faults: list[tuple[str, Span, str]] = []
        self.formulas: list[tuple[_Tree, KeyFile]] = []

    def fault(self, tree: _Tree, message: str, help: str) -> None:
        """Reports at a text itself, and at the key of anything else."""
        node, key = at_path(self.node, tree)
        span = node.span if key is None or isinstance(node, ScalarNode) else key.span
        self.faults.append((message, span, help))

    def unknown(self, tree: _Tree, noun: str, name: str, names: Collection[str]) -> None:
        listed = f"there are {', '.join(names)}" if names else "take it out"
        help = did_you_mean(name, names) or listed
        self.fault(tree, f"no {noun} is called `{name}`", help)

    def kind(self) -> Shape:
        """The shape of a definition: the keys that all kinds have, then its own."""
        file = self.file
        names = {"kind": [file.kind], "section": [file.section], "keys": [*file.keys]}
        for part, own in names.items():
            for name in RESERVED[part].intersection(own):
                # Below `kind` and `section` there is nothing: at_path passes that step over.
                self.fault((part, name), f"the name `{name}` is reserved", "choose another")
        keys = self.keys(file.keys, ("keys",), ())
        self.together(file.together, file.keys, ("together",))
        shape = Shape(keys={**COMMON, **keys}, together=file.together, kind=file.kind)
        for tree, key in self.formulas:
            self.formula(shape, tree, key)
        self.marks(shape)
        self.options(shape)
        return shape

    def keys(self, keys: _Keys, tree: _Tree, path: tuple[str, ...]) -> dict[str, Shape]:
        if len(path) >= DEEPEST:
            self.fault(tree, f"more than {DEEPEST} keys inside each other", "take a level out")
        return {
            name: self.key(key, (*tree, name), (*path, name), keys) for name, key in keys.items()
        }

    def key(self, key: KeyFile | str, tree: _Tree, path: tuple[str, ...], beside: _Keys) -> Shape:
        """The shape of a key: `tree` leads to it in `kind.yaml`, `path` in a definition."""
        if isinstance(key, str):
            key = KeyFile(type=key)  # type: ignore[arg-type]  # the reader knows the sorts
        forms = [form for form in _FORMS if getattr(key, form)]
        if len(forms) != 1:
            names = " and ".join(f"`{form}`" for form in forms)
            message = f"{names} exclude each other" if forms else "nothing says what this key holds"
            self.fault(tree, message, f"write one of {', '.join(_FORMS)}")
            return Shape(type="text")
        self.companions(key, forms[0], tree, beside)
        below = f"{'.'.join(path)}."
        shape = Shape(
            **self.form(key, (*tree, forms[0]), path),
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
                for mark, keys in self.paths.items()
                if any(below.startswith(f"{name}.") for name in keys)
            ),
        )
        if key.or_list:
            either = (shape, Shape(items=shape))
            return Shape(either=either, about=key.about, needed=key.needed)
        if key.default is not None:
            return replace(shape, default=self.default(shape, key.default, tree))
        return shape

    def form(self, key: KeyFile, tree: _Tree, path: tuple[str, ...]) -> dict[str, Any]:
        """The fields of a shape that say what the key holds."""
        if key.ref:
            if key.ref not in {*self.kinds, "topic", "source"}:
                self.unknown(tree, "kind", key.ref, self.kinds)
            return {"ref": key.ref}
        if key.choices:
            choices = key.choices if isinstance(key.choices, dict) else {}
            return {"choices": {name: choices.get(name, Choice()) for name in key.choices}}
        if key.list:
            items = self.inner(key.list, tree, path)
            if items.form == "list":
                self.fault(tree, "a list of lists", "make it one list")
            return {"items": items}
        if key.each:
            each = self.inner(key.each, tree, (*path, "*"))
            return {"each": each, "names": key.names or "text"}
        if key.forms:
            forms = {
                name: self.inner(form, (*tree, name), path) for name, form in key.forms.items()
            }
            if len({form.form for form in forms.values()}) < len(forms):
                help = "at most one can be a text, one a list and one a mapping"
                self.fault(tree, "two of these forms look the same in a file", help)
            return {"either": tuple(forms.values()), "by": key.by or "", "forms": forms}
        if key.keys:
            return {"keys": self.keys(key.keys, tree, path), "together": key.together}
        if key.inputs and key.gives:
            self.formulas.append((tree[:-1], key))
        return {"type": key.type or "", "inputs": key.inputs or "", "gives": key.gives or ""}

    def inner(self, key: KeyFile | str, tree: _Tree, path: tuple[str, ...]) -> Shape:
        """The shape of what a key holds several or one of: it is no key of its own."""
        shape = self.key(key, tree, path, {})
        for name in ("needed", "default"):
            if getattr(shape, name):
                self.fault((*tree, name), f"`{name}` does nothing here", "move it to the key above")
        if any(part.type == "formula" for _, part in shape.below()):
            self.fault(tree, "a formula cannot stand in here", "give it a key of its own")
        return shape

    def companions(self, key: KeyFile, form: str, tree: _Tree, beside: _Keys) -> None:
        """What else is said of a key goes with its form, and names keys that stand beside it."""
        for name, forms in _GOES_WITH.items():
            if getattr(key, name) and not {form, key.type} & {*forms}:
                self.fault(
                    (*tree, name), f"`{name}` only goes with {', '.join(forms)}", "take it out"
                )
        for name, partner in _ALSO_NEEDS:
            if name in (form, key.type) and not getattr(key, partner):
                self.fault(tree, f"`{name}` also needs `{partner}`", f"add `{partner}: …`")
        if key.least is not None and key.most is not None and key.least > key.most:
            self.fault((*tree, "least"), f"{key.least} is more than `most`", "exchange the two")
        if key.needed and key.default is not None:
            self.fault((*tree, "default"), "a needed key has no default", "take one of them out")
        choices = key.choices if isinstance(key.choices, dict) else {}
        for name, choice in choices.items():
            self.stands_beside(choice.needs, beside, (*tree, "choices", name, "needs"))
        self.stands_beside(key.needs or "", beside, (*tree, "needs"))
        self.together(key.together, key.keys, (*tree, "together"))
        by = beside.get(key.by or "", KeyFile()).choices or ()
        if key.by and not by:
            self.unknown(
                (*tree, "by"), "key with choices", key.by, [k for k in beside if beside[k].choices]
            )
        for name in key.forms if by else ():
            if name not in (*by, "otherwise"):
                self.unknown((*tree, "forms", name), "choice", name, [*by, "otherwise"])

    def together(self, together: tuple[tuple[str, ...], ...], keys: _Keys, tree: _Tree) -> None:
        for number, names in enumerate(together):
            for position, name in enumerate(names):
                self.stands_beside(name, keys, (*tree, number, position))

    def stands_beside(self, name: str, keys: _Keys, tree: _Tree) -> None:
        """Reports a name of a key that does not exist, or that is always there."""
        if name and name not in keys:
            self.unknown(tree, "key", name, keys)
        elif name and keys[name].needed:
            self.fault(tree, f"`{name}` is needed in any case", "take it out here, or its `needed`")

    def default(self, shape: Shape, text: str, tree: _Tree) -> Any:
        try:
            parse = parser_of(shape)
            return parse(text) if parse else text
        except Refused as refused:
            self.fault((*tree, "default"), str(refused), refused.help)
            return None

    def formula(self, shape: Shape, tree: _Tree, key: KeyFile) -> None:
        """A formula has its values and its result below one key, or below each of its names."""
        inputs, gives = key.inputs or "", key.gives or ""
        values, result = shape.at(inputs), shape.at(gives)
        each = values.each if values else None
        if each is None or not any(part.type == "number" for part in (each, *each.either)):
            help = "name a mapping of numbers by name, such as examples.*.inputs"
            self.fault((*tree, "inputs"), f"`{inputs}` does not hold numbers by name", help)
        elif result is None or result.type != "number":
            help = "name a number, such as examples.*.gives"
            self.fault((*tree, "gives"), f"`{gives}` is not a number", help)
        elif inputs.rpartition(".")[0] != gives.rpartition(".")[0]:
            help = "put them below the same key"
            self.fault((*tree, "gives"), f"`{gives}` is not beside `{inputs}`", help)

    def marks(self, shape: Shape) -> None:
        """Each mark names keys that exist, and that hold what the mark is about."""
        for mark, paths in self.paths.items():
            for position, path in enumerate(paths):
                tree = ("marks", mark, position)  # at_path passes the position of a text over
                named = shape.at(path)
                if named is None:
                    self.unknown(tree, "key", path, self.file.keys)
                elif not self.fits(mark, named):
                    help = _MARKED.get(mark, "name keys that hold texts in Markdown")
                    self.fault(tree, f"`{path}` cannot be marked `{mark}`", help)

    def options(self, shape: Shape) -> None:
        """Each option of `prepdeck new` fills a key that exists, and that one can type."""
        for name, option in self.file.new.options.items():
            tree = ("new", "options", name, *(["key"] if option.key else []))
            named = shape.at(option.key or name)
            if named is None:
                self.unknown(tree, "key", option.key or name, self.file.keys)
            elif (named.items or named).form != "text" or named.type == "formula":
                help = "name a key that is a text, or a list of texts"
                self.fault(tree, f"`{option.key or name}` cannot be an option", help)

    def fits(self, mark: str, shape: Shape) -> bool:
        if mark == "name":
            return shape.needed and shape.type in {*_MARKDOWN, "text"}
        if mark == "serves":
            return shape.items is not None and bool(shape.items.ref)
        if mark == "follows":
            return shape.ref == self.file.kind
        return any(text.is_markdown for _, text in shape.below())
