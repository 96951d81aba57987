"""What `sheet` tells on a terminal."""

from __future__ import annotations

from collections.abc import Mapping

#: An entry of each section that `sections.yaml` counts, and several of them.
_ENTRIES = {
    "stories": ("story", "stories"),
    "asks": ("question for them", "questions for them"),
    "metrics": ("metric", "metrics"),
    "checklist": ("tip", "tips"),
    "stages": ("stage", "stages"),
    "tips": ("tip", "tips"),
    "questions": ("question", "questions"),
}


def left_out_text(left_out: Mapping[str, int]) -> str:
    """A line on entries without room, by section; empty when every entry had room."""
    if not left_out:
        return ""
    counted_sections = (
        f"{entry_count} {_ENTRIES.get(section, (section, section))[entry_count > 1]}"
        for section, entry_count in left_out.items()
    )
    return f"no room for {', '.join(counted_sections)}\n"
