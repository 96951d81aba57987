"""What `new KIND` asks for: the options of a kind, from its kind.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from builder.model import Kind, NewOption

#: Options that every kind has. A key of such a name has the kind's name before its own.
_COMMON = {"role", "topic", "help"}
#: How a mark of a cloze looks, for questions and examples.
_MARK = "{{c1::…}}"


class Flag(NamedTuple):
    """An option of `new KIND`, whose text fills a name of the kind's archetype.

    `key`: the name in the archetype. `name`: the option as one types it. `about`: its help.
    `prompt`: asks for a text that is missing; without one, the text may be missing. `choices`: the
    texts that it may be; an id that ends in one chooses it. `refers_to`: the kind of the
    definitions that it names by their ids. `many`: it may be given several times. `is_day`: it is
    a day. `is_cloze`: it has marks around what cards hide.
    """

    key: str
    name: str
    about: str
    prompt: str = ""
    choices: tuple[str, ...] = ()
    many: bool = False
    refers_to: str = ""
    is_day: bool = False
    is_cloze: bool = False


class NewKind(NamedTuple):
    """What `new KIND` says and asks. `id` and `arguments` are those of the example in its help.

    `of_persons`: a private kind whose definitions are a person's, and not an employer's.
    """

    kind: str
    about: str
    id: str
    arguments: str
    flags: tuple[Flag, ...]
    private: bool
    of_persons: bool = False


def new_kind_of(kind: Kind) -> NewKind:
    """The options of a sound kind, in the order in which they are asked for."""
    option_by_key = kind.new.options or {
        archetype_key: NewOption() for archetype_key in _needed(kind)
    }
    flags = tuple(
        _flag(kind, archetype_key, option) for archetype_key, option in option_by_key.items()
    )
    owner_phrase = "a private role" if kind.private else "a private role, or to the catalogue"
    readable_name = kind.name.replace("-", " ")
    article = "an" if readable_name[0] in "aeiou" else "a"
    example = kind.new.example or _example(kind, flags)
    example_id, _, example_arguments = example.strip().partition(" ")
    return NewKind(
        kind=kind.name,
        about=kind.new.about.strip() or f"Add {article} {readable_name} to {owner_phrase}.",
        id=example_id,
        arguments=example_arguments,
        flags=flags,
        private=kind.private,
        of_persons=kind.private and kind.marks.serves is not None,
    )


def _needed(kind: Kind) -> Iterator[str]:
    """The needed keys that one can type: a text, a choice, an id, or ids."""
    for key, key_shape in kind.shape.keys.items():
        is_text = key_shape.form == "text" and key_shape.type != "formula"
        if key_shape.needed and (is_text or (key_shape.items is not None and key_shape.items.ref)):
            yield key


def _flag(kind: Kind, archetype_key: str, option: NewOption) -> Flag:
    key_shape = kind.shape.at(option.key or archetype_key)
    assert key_shape is not None, "the reader of kind.yaml has looked"
    single_shape = key_shape.items or key_shape
    is_list = key_shape.items is not None
    # Words of an answer are parted at blanks, which ids do not have.
    is_asked = key_shape.needed and not option.optional and not (is_list and not single_shape.ref)
    description = _capitalised(key_shape.about or archetype_key.replace("_", " "))
    is_cloze = single_shape.type == "cloze"
    if is_cloze:
        description += f", with {_MARK} around what a card hides"
    option_name = option.option or archetype_key.replace("_", "-")
    if option_name in _COMMON:
        option_name = f"{kind.name}-{option_name}"
    return Flag(
        key=archetype_key,
        name=f"--{option_name}",
        about=option.about or f"{description}{'; may be given several times' * is_list}.",
        prompt=(option.prompt or description) if is_asked else "",
        choices=tuple(single_shape.choices),
        many=is_list,
        refers_to=single_shape.ref if single_shape.ref not in ("topic", "source") else "",
        is_day=single_shape.type == "date",
        is_cloze=is_cloze,
    )


def _capitalised(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:]


def _example(kind: Kind, flags: tuple[Flag, ...]) -> str:
    """An id, and an option for each text that is asked for."""
    if kind.private:
        return f"some-{kind.name} --role acme"
    flag_arguments = (f" {flag.name} {_value(flag)}" for flag in flags if flag.prompt)
    return f"some-{kind.name}{''.join(flag_arguments)}"


def _value(flag: Flag) -> str:
    """What stands behind an option in the example."""
    if flag.choices:
        return flag.choices[0]
    if flag.is_cloze:
        return f"'… {_MARK} …'"
    return "ID" if flag.refers_to else "2026-11-20" if flag.is_day else "'…'"
