"""YAML as a tree of text that knows where it stands."""

from builder.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from builder.source.read import parse, read, read_text

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "parse", "read", "read_text"]
