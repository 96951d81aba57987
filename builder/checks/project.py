"""Checks of definitions, across files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from builder.findings import Diagnostic, did_you_mean
from builder.model import STAR, Activity, Kind, Kpi, Question, Stage, Story
from builder.project import Definition, Project
from builder.render.text import LIKE_VARIABLE, VARIABLE
from builder.source import ScalarNode


def references_resolve(project: Project) -> Iterator[Diagnostic]:
    """Every topic, source, skill and KPI that a definition names is there, and named once."""
    cited = project.cited

    @cache
    def named(kind: str, role: str | None) -> list[str]:
        pool = {**project.definitions, **(project.roles[role].definitions if role else {})}
        return [id for id, d in pool.items() if d.kind == kind and d.retired is None]

    for definition, scope in project.all_wordings:
        said: set[tuple[object, ...]] = set()
        for leaf in definition.leaves:
            if leaf.shape.reference is None:
                continue
            to, name = leaf.shape.reference.to, leaf.scalar.text
            place = (*leaf.path[:-1], name)
            if place in said and isinstance(leaf.path[-1], int):
                message, help = f"the list has `{name}` already", "take one of them out"
                yield Diagnostic("wrong-value", message, leaf.scalar.span, help, scope)
            said.add(place)
            known: Iterable[str]
            if to == "topic":
                if not project.topics_complete:
                    continue
                known = project.topics
            elif to == "source":
                if not project.sources_complete:
                    continue
                known = cited
            else:
                known = named(to, scope.role)
            if name not in known:
                where = {
                    "topic": "topics are in decks/topics.yaml",
                    "source": "sources are in decks/sources.yaml",
                }.get(to, f"{to}s are defined under `{to}s:`")
                yield Diagnostic(
                    "unknown-reference",
                    f"no {to} is called `{name}`",
                    leaf.scalar.span,
                    did_you_mean(name, known) or where,
                    scope,
                )


def variables_are_declared(project: Project) -> Iterator[Diagnostic]:
    """Prose knows one construct, `{{ vars.name }}`, and only names that `deck.yaml` declares."""
    declared = project.settings.value.vars
    for definition, scope in project.all_wordings:
        for leaf in definition.leaves:
            if leaf.shape.markup is None or "{{" not in leaf.scalar.text:
                continue
            for message, help, start, end in variable_faults(leaf.scalar, declared):
                span = leaf.scalar.within(start, end)
                yield Diagnostic("unknown-variable", message, span, help, scope)


def variable_faults(
    scalar: ScalarNode, declared: Iterable[str]
) -> Iterator[tuple[str, str, int, int]]:
    """What is wrong with the variables in a text: message, help, and where, from its beginning."""
    for match in LIKE_VARIABLE.finditer(scalar.text):
        exact = VARIABLE.fullmatch(match[0])
        if exact is None:
            message = f"`{match[0]}` is no variable"
            yield message, "write `{{ vars.name }}`, without filters", *match.span()
        elif exact[1] not in declared:
            help = did_you_mean(exact[1], declared) or "declare it in decks/deck.yaml under `vars`"
            yield f"no variable is called `{exact[1]}`", help, *match.span()


def first_ids_are_unique(project: Project) -> Iterator[Diagnostic]:
    """No two definitions claim one history."""
    first: dict[tuple[str | None, str], Definition] = {}
    for definition in project.all_definitions:
        name = definition.role, definition.first_id
        if name in first:
            other = first[name]
            was = definition.node.entries.get("was") or other.node.entries.get("was")
            for party in (definition, other):
                yield Diagnostic(
                    "was-twice",
                    f"`{definition.id}` and `{other.id}` would both be `{definition.first_id}`",
                    was.value.span if was else definition.span,
                    "`was` names the first id ever released; only one definition has that history",
                    party.scope,
                )
        else:
            first[name] = definition


#: What each type's answer is made of.
_ANSWERS = {"story": "must_show", "approach": "steps", "knowledge": "answer", "pitch": "answer"}


def answers_fit_their_type(project: Project) -> Iterator[Diagnostic]:
    """A story has must_show, an approach steps, knowledge and a pitch an answer: one of them."""
    for definition, scope in project.all_wordings:
        value = definition.value
        if not isinstance(value, Question):
            continue
        wanted = _ANSWERS[value.type]
        for key in sorted(set(_ANSWERS.values())):
            entry = definition.node.entries.get(key)
            if key == wanted and not getattr(value, key):
                message = f"a question of type `{value.type}` needs `{key}`"
                help = f"add `{key}:`, or change the type"
                yield Diagnostic("wrong-answer", message, definition.span, help, scope)
            elif key != wanted and entry is not None:
                message = f"`{key}` has no place in a question of type `{value.type}`"
                help = f"this type has `{wanted}`"
                yield Diagnostic("wrong-answer", message, entry.key.span, help, scope)
        sample = definition.node.entries.get("sample")
        if sample and isinstance(sample.value, ScalarNode) == (value.type == "story"):
            form = "situation, task, action, result" if value.type == "story" else "one text"
            message = f"the sample of a question of type `{value.type}` is {form}"
            help = "write these four keys" if value.type == "story" else "write one `|` block"
            yield Diagnostic("wrong-answer", message, sample.key.span, help, scope)


#: Keys that make one thing together, a card or a story: where one stands the others must.
_TOGETHER: dict[type[Kind], tuple[str, ...]] = {
    Kpi: ("not_the_same_as", "scenario", "difference"),
    Stage: ("next", "why_next"),
    Activity: ("shown_by", "because"),
    Story: STAR,
}
#: A sketch of an answer is graded with its anchor's reason.
_NEEDS = {"sounds_like": "anchors"}


def pairs_are_whole(project: Project) -> Iterator[Diagnostic]:
    """Keys that make one thing together stand together, or not at all."""
    for definition, scope in project.all_wordings:
        if definition.value is None:
            continue
        entries = definition.node.entries
        together = _TOGETHER.get(type(definition.value), ())
        there = [key for key in together if key in entries]
        wanted = [(there[0], together)] if there else []
        wanted += [(key, (key, needed)) for key, needed in _NEEDS.items() if key in entries]
        for stands, keys in wanted:
            missing = [key for key in keys if key not in entries]
            if missing:
                yield Diagnostic(
                    "half-a-pair",
                    f"`{stands}` stands without {' and '.join(f'`{key}`' for key in missing)}",
                    entries[stands].key.span,
                    f"{', '.join(keys)} belong together: write them all",
                    scope,
                )


def own_answers_have_a_question(project: Project) -> Iterator[Diagnostic]:
    """`my_answers` answers questions that exist, `my_tags` tags definitions that do."""
    for role in project.roles.values():
        pool = {**project.definitions, **role.definitions}
        questions = [id for id, d in pool.items() if d.kind == Question.kind and not d.retired]
        for id, tags in role.tags.items():
            if id not in pool:
                message, help = f"nothing is called `{id}`", did_you_mean(id, pool)
                help = help or "tags stand under a definition's id"
                at = tags[0].span
                yield Diagnostic("unknown-reference", message, at, help, role.scope)
        renamed = {d.was: d.id for d in pool.values() if d.was}
        for id, answer in role.answers.items():
            if id not in questions:
                message = f"no question is called `{id}`"
                help = did_you_mean(id, questions) or "answers stand under a question's id"
                if id in renamed:
                    message = f"`{id}` is called `{renamed[id]}` now"
                    help = f"write `{renamed[id]}`; the note and its reviews are the same"
                elif id in pool and pool[id].retired:
                    message = f"the question `{id}` is retired: {pool[id].retired}"
                    help = "take the answer out, or give it to another question"
                yield Diagnostic(
                    "unknown-reference", message, role.answer_spans[id], help, role.scope
                )
            for message, help, start, end in variable_faults(answer, project.settings.value.vars):
                yield Diagnostic(
                    "unknown-variable", message, answer.within(start, end), help, role.scope
                )
