"""What `new KIND` asks for: the options of a kind, from its kind.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from builder.model import Kind, NewOption

#: Options that every kind has. A key of such a name has the kind's name before its own.
_COMMON = {"role", "topic", "help"}


class Flag(NamedTuple):
    """An option of `new KIND`, whose text fills a name of the kind's archetype.

    `key`: the name in the archetype. `name`: the option as one types it. `about`: its help.
    `prompt`: asks for a text that is missing; without one, the text may be missing. `choices`: the
    texts that it may be; an id that ends in one chooses it. `refers_to`: the kind of the
    definitions that it names by their ids. `many`: it may be given several times. `is_day`: it is
    a day.
    """

    key: str
    name: str
    about: str
    prompt: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False
    refers_to: str = ""
    is_day: bool = False


class NewKind(NamedTuple):
    """What `new KIND` says and asks. `id` and `arguments` are those of the example in its help."""

    kind: str
    about: str
    id: str
    arguments: str
    flags: tuple[Flag, ...]
    private: bool


def new_kind_of(kind: Kind) -> NewKind:
    """The options of a sound kind, in the order in which they are asked for."""
    options = kind.new.options or {key: NewOption() for key in _needed(kind)}
    flags = tuple(_flag(kind, name, option) for name, option in options.items())
    owner = "a private role" if kind.private else "a private role, or to the catalogue"
    spoken = kind.name.replace("-", " ")
    article = "an" if spoken[0] in "aeiou" else "a"
    example = kind.new.example or _example(kind, flags)
    id, _, arguments = example.strip().partition(" ")
    return NewKind(
        kind=kind.name,
        about=kind.new.about.strip() or f"Add {article} {spoken} to {owner}.",
        id=id,
        arguments=arguments,
        flags=flags,
        private=kind.private,
    )


def _needed(kind: Kind) -> Iterator[str]:
    """The needed keys that one can type: a text, a choice, an id, or ids."""
    for name, shape in kind.shape.keys.items():
        is_text = shape.form == "text" and shape.type != "formula"
        if shape.needed and (is_text or (shape.items is not None and shape.items.ref)):
            yield name


def _flag(kind: Kind, name: str, option: NewOption) -> Flag:
    shape = kind.shape.at(option.key or name)
    assert shape is not None, "the reader of kind.yaml has looked"
    single = shape.items or shape
    many = shape.items is not None
    # Words of an answer are parted at blanks, which ids do not have.
    is_asked = shape.needed and not option.optional and not (many and not single.ref)
    meaning = _capitalised(shape.about or name.replace("_", " "))
    typed = option.option or name.replace("_", "-")
    if typed in _COMMON:
        typed = f"{kind.name}-{typed}"
    return Flag(
        key=name,
        name=f"--{typed}",
        about=option.about or f"{meaning}{'; may be given several times' * many}.",
        prompt=(option.prompt or meaning) if is_asked else "",
        choices=tuple(single.choices),
        many=many,
        refers_to=single.ref if single.ref not in ("topic", "source") else "",
        is_day=single.type == "date",
    )


def _capitalised(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:]


def _example(kind: Kind, flags: tuple[Flag, ...]) -> str:
    """An id, and an option for each text that is asked for."""
    if kind.private:
        return f"some-{kind.name} --role acme"
    arguments = (f" {flag.name} {_value(flag)}" for flag in flags if flag.prompt)
    return f"some-{kind.name}{''.join(arguments)}"


def _value(flag: Flag) -> str:
    """What stands behind an option in the example."""
    if flag.choices:
        return flag.choices[0]
    return "ID" if flag.refers_to else "2026-11-20" if flag.is_day else "'…'"
