"""The faults of a `kind.yaml` that only show beside other keys of it."""

from __future__ import annotations

from collections.abc import Collection

from builder.findings import Diagnostic, Scope, did_you_mean
from builder.source import MappingNode, ScalarNode
from builder.source.paths import at_path

#: The rule of these faults.
RULE = "note-type"

#: The path of a node in `kind.yaml`, as `at_path` takes it.
YamlPath = tuple[str | int, ...]


class KindFaults:
    """Collects the findings of one `kind.yaml`, in the order in which they are added."""

    def __init__(self, kind_node: MappingNode, scope: Scope) -> None:
        self.kind_node, self.scope = kind_node, scope
        self.findings: list[Diagnostic] = []

    def add(self, yaml_path: YamlPath, message: str, help: str) -> None:
        """Reports at a text itself, and at the key of anything else."""
        node, key_node = at_path(self.kind_node, yaml_path)
        span_node = node if key_node is None or isinstance(node, ScalarNode) else key_node
        self.findings.append(Diagnostic(RULE, message, span_node.span, help, self.scope))

    def add_unknown(
        self, yaml_path: YamlPath, noun: str, name: str, existing_names: Collection[str]
    ) -> None:
        """Reports a name that nothing has, with the names that exist."""
        fallback_help = (
            f"there are {', '.join(existing_names)}" if existing_names else "take it out"
        )
        help = did_you_mean(name, existing_names) or fallback_help
        self.add(yaml_path, f"no {noun} is called `{name}`", help)
