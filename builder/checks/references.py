"""Names that a definition or a role refers to: topics, sources, other definitions, variables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from builder.findings import Finding, Scope, Section, Severity, Span, did_you_mean, rule
from builder.lint.subjects import DEFINITION, PROJECT, Wording
from builder.project import Project
from builder.render.text import LIKE_VARIABLE, VARIABLE
from builder.source import MappingNode, ScalarNode

#: Where what is not a definition is declared.
_DECLARED = {
    "topic": "topics are in decks/topics.yaml",
    "source": "sources are in decks/sources.yaml",
}


@rule("unknown-reference", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def references_resolve(project: Project) -> Iterator[Finding]:
    """Every topic, source, skill and KPI that a definition names exists."""
    cited = project.cited

    @cache
    def names(kind: str, role: str | None) -> Collection[str] | None:
        """What may be named; None when a fault may hide a name."""
        if kind == "topic":
            return project.topics if project.topics_complete else None
        if kind == "source":
            return cited if project.sources_complete else None
        pool = {**project.definitions, **(project.roles[role].pool if role else {})}
        return [id for id, d in pool.items() if d.kind.name == kind and d.retired is None]

    for definition, scope in project.all_wordings:
        for leaf in definition.leaves:
            if not leaf.shape.ref:
                continue
            kind, name = leaf.shape.ref, leaf.scalar.text
            candidates = names(kind, scope.role)
            if candidates is not None and name not in candidates:
                yield Finding(
                    f"no {kind} is called `{name}`",
                    leaf.scalar.span,
                    did_you_mean(name, candidates)
                    or _DECLARED.get(kind)
                    or f"a {kind} is defined under `{project.kinds[kind].section}:`",
                    scope,
                )


@rule("wrong-value", Severity.ERROR, of=DEFINITION, section=Section.SCHEMA)
def references_are_named_once(wording: Wording) -> Iterator[Finding]:
    """A list of references has each name once."""
    named: set[tuple[object, ...]] = set()
    for leaf in wording.definition.leaves:
        if not leaf.shape.ref:
            continue
        name = leaf.scalar.text
        if (*leaf.path[:-1], name) in named and isinstance(leaf.path[-1], int):
            message = f"`{name}` is in this list twice"
            yield Finding(message, leaf.scalar.span, "remove one of them")
        named.add((*leaf.path[:-1], name))


@rule("unknown-variable", Severity.ERROR, of=DEFINITION, section=Section.NAMES)
def texts_use_declared_variables(wording: Wording) -> Iterator[Finding]:
    """Prose has one construct, `{{ vars.name }}`, and only names that `deck.yaml` declares."""
    for leaf in wording.definition.leaves:
        if leaf.shape.is_markdown and "{{" in leaf.scalar.text:
            yield from _faulty_variables(leaf.scalar, wording.measures.variables)


@rule("unknown-variable", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def roles_use_declared_variables(project: Project) -> Iterator[Finding]:
    """A mission and an answer may hold variables; a title, and a variable's own value, may not."""
    declared = project.settings.value.vars
    for role in project.roles.values():
        for leaf in role.leaves:
            if leaf.path[0] == "mission":
                yield from _faulty_variables(leaf.scalar, declared, role.scope)
            elif leaf.path[0] in {"title", "vars"} and LIKE_VARIABLE.search(leaf.scalar.text):
                message, span = "variables are not filled in here", leaf.scalar.within(0, 1)
                yield Finding(message, span, "write the text itself", role.scope)
        for answer in role.answers.values():
            yield from _faulty_variables(answer, declared, role.scope)


def _faulty_variables(
    text: ScalarNode, declared: Collection[str], scope: Scope | None = None
) -> Iterator[Finding]:
    """What is wrong with the variables in a text."""
    for match in LIKE_VARIABLE.finditer(text.text):
        span = text.within(*match.span())
        exact = VARIABLE.fullmatch(match[0])
        if exact is None:
            help = "write `{{ vars.name }}`, without filters"
            yield Finding(f"`{match[0]}` is not a variable", span, help, scope)
        elif exact[1] not in declared:
            yield _undeclared(exact[1], span, declared, scope)


def _undeclared(name: str, span: Span, declared: Collection[str], scope: Scope | None) -> Finding:
    help = did_you_mean(name, declared) or "declare it in decks/deck.yaml under `vars`"
    return Finding(f"no variable is called `{name}`", span, help, scope)


@rule("unknown-variable", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def roles_fill_declared_variables(project: Project) -> Iterator[Finding]:
    """A role gives values to variables that `deck.yaml` declares."""
    declared = project.settings.value.vars
    for role in project.roles.values():
        node = role.node.get("vars")
        for name, entry in node.entries.items() if isinstance(node, MappingNode) else ():
            if name not in declared:
                yield _undeclared(name, entry.key.span, declared, role.scope)


@rule("unknown-reference", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def tags_have_a_definition(project: Project) -> Iterator[Finding]:
    """`my_tags` tags definitions that exist."""
    for role in project.roles.values():
        pool = {**project.definitions, **role.pool}
        for id, tags in role.tags.items():
            if id not in pool:
                help = did_you_mean(id, pool) or "write tags under the id of a definition"
                yield Finding(f"no definition is called `{id}`", tags[0].span, help, role.scope)


@rule("unknown-reference", Severity.ERROR, of=PROJECT, section=Section.NAMES)
def answers_have_a_question(project: Project) -> Iterator[Finding]:
    """`my_answers` answers questions that exist."""
    noun = " or ".join(kind.name for kind in project.kinds.values() if kind.marks.answerable)
    for role in project.roles.values():
        pool = {**project.definitions, **role.pool}
        questions = [id for id, d in pool.items() if d.kind.marks.answerable and not d.retired]
        renamed = {d.was: d.id for d in pool.values() if d.was}
        for id in role.answers:
            if id in questions:
                continue
            message = f"no {noun} is called `{id}`"
            help = did_you_mean(id, questions) or f"write answers under the id of a {noun}"
            if id in renamed:
                message = f"`{id}` is now called `{renamed[id]}`"
                help = f"write `{renamed[id]}`; the note and its reviews are the same"
            elif id in pool and pool[id].retired:
                message = f"the {pool[id].kind.name} `{id}` is retired: {pool[id].retired}"
                help = f"remove the answer, or give it to another {noun}"
            yield Finding(message, role.answer_spans[id], help, role.scope)
