"""YAML as a tree of text that knows where it stands."""

from builder.source.decode import read_text
from builder.source.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from builder.source.read import parse, read

__all__ = [
    "Entry",
    "MappingNode",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "parse",
    "read",
    "read_text",
]
