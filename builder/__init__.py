"""prepdeck compiles plain YAML into Anki packages, one for each job role."""

__version__ = "0.1.0"
