"""Where in a tree something stands, and the tree without its places."""

from __future__ import annotations

from typing import Any

from builder.source.nodes import MappingNode, Node, ScalarNode, SequenceNode


def at_path(node: Node, path: tuple[str | int, ...]) -> tuple[Node, ScalarNode | None]:
    """The deepest node on `path` and its key. Steps that the tree does not have are passed over."""
    key_node: ScalarNode | None = None
    for step in path:
        if isinstance(node, MappingNode) and isinstance(step, str) and step in node.entries:
            key_node, node = node.entries[step]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
            key_node, node = None, node.items[step]
    return node, key_node


def plain(node: Node) -> Any:
    """The tree as dicts, lists and texts without blanks around them."""
    if isinstance(node, ScalarNode):
        return node.text.strip()
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()}
