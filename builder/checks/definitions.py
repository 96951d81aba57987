"""What a definition holds beside what its kind and its type call for."""

from __future__ import annotations

from collections.abc import Iterator

from builder.findings import Finding, Section, Severity, rule
from builder.lint.subjects import DEFINITION, PROJECT, Wording
from builder.model import STAR, Activity, Kind, Kpi, Question, Stage, Story
from builder.project import Definition, Project
from builder.source import ScalarNode

#: What each type's answer is made of.
_ANSWERS = {"story": "must_show", "approach": "steps", "knowledge": "answer", "pitch": "answer"}


@rule("wrong-answer", Severity.ERROR, of=DEFINITION, section=Section.SCHEMA)
def answers_fit_their_type(wording: Wording) -> Iterator[Finding]:
    """A story has must_show, an approach steps, knowledge and a pitch an answer: one of them."""
    definition = wording.definition
    question, entries = definition.value, definition.node.entries
    if not isinstance(question, Question):
        return
    needed = _ANSWERS[question.type]
    for key in sorted(set(_ANSWERS.values())):
        if key == needed and not getattr(question, key):
            yield Finding(
                f"a question of type `{question.type}` needs `{key}`",
                definition.span,
                f"add `{key}:`, or change the type",
            )
        elif key != needed and key in entries:
            yield Finding(
                f"a question of type `{question.type}` does not have `{key}`",
                entries[key].key.span,
                f"this type has `{needed}`",
            )
    sample, is_story = entries.get("sample"), question.type == "story"
    if sample and isinstance(sample.value, ScalarNode) == is_story:
        form = "situation, task, action and result" if is_story else "one text"
        yield Finding(
            f"the sample of a question of type `{question.type}` must be {form}",
            sample.key.span,
            "write these four keys" if is_story else "write one `|` block",
        )


#: Keys that make one thing together, a card or a story: where one stands the others must.
_TOGETHER: dict[type[Kind], tuple[str, ...]] = {
    Kpi: ("not_the_same_as", "scenario", "difference"),
    Stage: ("next", "why_next"),
    Activity: ("shown_by", "because"),
    Story: STAR,
}
#: A sketch of an answer is graded with its anchor's reason.
_NEEDS = {"sounds_like": "anchors"}


@rule("half-a-pair", Severity.ERROR, of=DEFINITION, section=Section.SCHEMA)
def pairs_are_complete(wording: Wording) -> Iterator[Finding]:
    """Keys that make one thing together are all written, or none is."""
    if wording.definition.value is None:
        return
    entries = wording.definition.node.entries
    together = _TOGETHER.get(type(wording.definition.value), ())
    groups = [(key, together) for key in together if key in entries][:1]
    groups += [(key, (key, needed)) for key, needed in _NEEDS.items() if key in entries]
    for key, group in groups:
        missing = [f"`{sibling}`" for sibling in group if sibling not in entries]
        if missing:
            yield Finding(
                f"`{key}` also needs {' and '.join(missing)}",
                entries[key].key.span,
                f"{', '.join(group)} belong together: write all of them",
            )


@rule("was-twice", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def first_ids_are_unique(project: Project) -> Iterator[Finding]:
    """No two definitions claim one history."""
    first: dict[tuple[str | None, str], Definition] = {}
    for definition in project.all_definitions:
        earlier = first.setdefault((definition.role, definition.first_id), definition)
        if earlier is definition:
            continue
        was = definition.node.entries.get("was") or earlier.node.entries.get("was")
        for claimant in (definition, earlier):
            yield Finding(
                f"`{definition.id}` and `{earlier.id}` both have the history of"
                f" `{definition.first_id}`",
                was.value.span if was else definition.span,
                "`was` is the first id that was ever built; only one definition has that history",
                claimant.scope,
            )
