"""YAML as a tree of text that knows where it stands."""

from builder.source.decode import read_text
from builder.source.nodes import Entry, Mapping, Node, Scalar, Sequence
from builder.source.read import parse, read

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence", "parse", "read", "read_text"]
