"""`Record`: the value of a mapping that a kind describes, such as a question or its sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError
from keyword import iskeyword
from typing import Any, NoReturn


class Record:
    """A frozen value whose attributes are the keys of a mapping, in the order of its shape.

    A key wins over everything else that has its name: the instance's own `__dict__` holds nothing
    but keys, and the class has no public attribute. Each key has a second name with an underscore
    behind it, because Python and Jinja2 cannot read some names (`drill.with_`, `drill.not_`).
    Records are equal when their keys and values are, and hashable when all values are.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        object.__setattr__(self, "__dict__", values)

    def __getattr__(self, name: str) -> Any:
        # Reached only where no key has the name.
        if name.endswith("_") and name[:-1] in self.__dict__:
            return self.__dict__[name[:-1]]
        raise AttributeError(f"there is no key {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to key {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete key {name!r}")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is Record else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.items()))

    def __repr__(self) -> str:
        return f"Record({', '.join(f'{key}={value!r}' for key, value in self.__dict__.items())})"


def variables_of(record: Record) -> Mapping[str, Any]:
    """The keys and values of a record, as an expression sees them: `with` is also `with_`."""
    value_by_key = record.__dict__
    return {
        **value_by_key,
        **{f"{key}_": value for key, value in value_by_key.items() if iskeyword(key)},
    }


def values_at(value: Any, path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values at a path of keys such as `examples.*.gives`, each with the keys that lead to it.

    `*` is each name of a by-name mapping. A key without a value has none.
    """
    first_step, _, path_below = path.partition(".")
    value_by_key = value.__dict__ if isinstance(value, Record) else value
    for key in value_by_key if first_step == "*" else (first_step,):
        inner_value = value_by_key.get(key)
        if inner_value is not None and not path_below:
            yield (key,), inner_value
        elif inner_value is not None:
            yield from (
                ((key, *inner_keys), inmost_value)
                for inner_keys, inmost_value in values_at(inner_value, path_below)
            )
