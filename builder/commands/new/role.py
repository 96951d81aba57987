"""`new role`: a deck of one's own, or a public role, that can be built at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.commands.advert.core import Comparison, Core, compare, core_for
from builder.commands.new.archetype import filled, project_names
from builder.commands.new.files import NewFiles, with_modeline, write_files
from builder.commands.new.names import check_new, check_role_id, role_path
from builder.findings import PrepdeckError
from builder.ids import SLUG_LENGTH
from builder.load.overlay import with_file
from builder.project import Definition, Project, Role
from builder.render.text import VARIABLE
from builder.select import select
from builder.source.paths import plain
from builder.study.plan import MAX_DAYS

#: Selectors of one key of a role, such as `core`: each has names by its keys.
_Selectors = list[dict[str, list[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDraft:
    """A role to be written.

    `extends`: the id of a public role; it may be left out with `advert` or `like`, and for a public
    role. `minutes`: of study a day. `like`: the role whose selectors are copied, a public one for a
    `public` role. `advert`: the text of a job advert.
    """

    id: str
    today: date
    extends: str | None = None
    title: str | None = None
    company: str | None = None
    interview: date | None = None
    minutes: int | None = None
    notes: str = "own"
    public: bool = False
    like: str | None = None
    advert: str | None = None


def new_role(project: Project, draft: RoleDraft) -> NewFiles:
    """Writes the role's file.

    Raises `PrepdeckError` for unknown roles, for a role that exists, and for a role with an error;
    then nothing is written.
    """
    check_role_id(project, draft.id, public=draft.public)
    if draft.interview is not None:
        check_interview(draft.interview, draft.today)
    like = _like(project, draft)
    advert = None
    if draft.advert is not None:
        advert = compare(project, draft.advert, draft.company or "")
    parent = _parent(project, draft, like, advert)
    core = core_for(project, parent, draft.id, advert) if advert and parent else None
    path = role_path(project, draft.id, public=draft.public)
    file = path.relative_to(project.root).as_posix()
    name = "new/role.yaml" if draft.public else "new/private-role.yaml"
    texts = _texts(project, draft, parent, core)
    texts["like"] = _copied_selectors(project, like) if like else None
    text = with_modeline(file, filled(project.root, name, texts))
    content = text.encode("utf-8")
    after, findings = with_file(project, path, content, None if draft.public else draft.id)
    check_new(after, findings, (draft.id,), file, content, range(1, text.count("\n") + 2))
    write_files(project.root, {path: content}, after)
    messages = core.messages if core else ()
    if parent is not None and advert is not None and not draft.extends:
        nearest = f"extends {parent.id}, the nearest role; use --extends ROLE for another one"
        messages = (nearest, *messages)
    return NewFiles((path,), (*messages, *_next_steps(draft, file)))


def check_interview(day: date, today: date) -> None:
    """Raises `PrepdeckError` unless a plan that starts today can lead to that day."""
    if day < today:
        raise PrepdeckError(f"the interview is in the past: {day}", help=f"today is {today}")
    if (day - today).days > MAX_DAYS:
        help = "leave it out, and add it to the role when it is nearer"
        raise PrepdeckError(f"the interview is more than a year ahead: {day}", help=help)


def _like(project: Project, draft: RoleDraft) -> Role | None:
    """The role whose selectors are copied."""
    if draft.like is None:
        return None
    like = project.role(draft.like)
    if like.private and draft.public:
        raise PrepdeckError(
            f"`{like.id}` is private, and a public role may not copy from it",
            help="name a public role, or leave --public out",
        )
    if like.value is None:
        raise PrepdeckError(f"the role `{like.id}` cannot be read", help="see: prepdeck check")
    return like


def _public(project: Project, name: str) -> Role:
    public = [role.id for role in project.roles.values() if not role.private]
    return project.role(name, public, "public role")


def _parent(
    project: Project, draft: RoleDraft, like: Role | None, advert: Comparison | None
) -> Role | None:
    """The role that the new one extends."""
    if draft.extends:
        return _public(project, draft.extends)
    if like is not None and like.value is not None:
        name = like.value.extends
        return _public(project, name) if name else None
    return advert.nearest if advert is not None else None


def _texts(
    project: Project, draft: RoleDraft, parent: Role | None, core: Core | None
) -> dict[str, Any]:
    """What the archetype of a role is filled with, but for `like`.

    `vars`: the variables that have values. `core` and `later`: ids with the words of the advert
    that decided, by kind. `question`: the id of a question, for examples. `with_company`: ids of
    definitions that name the company.
    """
    name = draft.company or _capitalised(draft.id)
    title = f"{parent.title} at {name}" if parent and not draft.public else name
    project_vars = project.settings.value.vars
    definitions = [c.definition for c in select(project, parent)[0].chosen] if parent else []
    questions = (d.id for d in definitions if d.kind.marks.answerable)
    evidence = {m.definition.id: m.evidence for m in core.from_advert} if core else {}
    shared_company = draft.company if draft.notes == "shared" else None
    return {
        "id": draft.id,
        "title": _free_title(project, draft.id, draft.title or title),
        "extends": parent.id if parent else "",
        "key": "" if draft.public else _key(project, draft.id),
        "notes": draft.notes,
        "vars": {"company": draft.company} if draft.company and "company" in project_vars else {},
        "today": draft.today,
        "interview": draft.interview,
        "minutes_per_day": draft.minutes,
        "core": _by_kind(project, evidence),
        "later": _by_kind(project, dict.fromkeys(core.later, ()) if core else {}),
        "question": next(questions, "some-question"),
        "with_company": [d.id for d in definitions if _names_company(d)] if shared_company else [],
        "project": project_names(project, None),
    }


def _by_kind(
    project: Project, evidence: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, str]]:
    """The ids of definitions by kind, in the order of kinds, each with its evidence."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in project.kinds}
    for id, advert_words in evidence.items():
        by_kind[project.definitions[id].kind.name][id] = ", ".join(advert_words)
    return {kind: ids for kind, ids in by_kind.items() if ids}


def _names_company(definition: Definition) -> bool:
    return any("company" in VARIABLE.findall(leaf.scalar.text) for leaf in definition.leaves)


def _free_title(project: Project, id: str, title: str) -> str:
    """A deck name that no other role has: Anki would merge decks of one name."""
    title = title.replace("::", " ")
    titles = {role.title.casefold() for role in project.roles.values()}
    return title if title.casefold() not in titles else f"{title} ({id})"


def _key(project: Project, id: str) -> str:
    """A random key that no other role has."""
    keys = {role.key for role in project.roles.values()}
    while True:
        key = f"{id[: SLUG_LENGTH - 5].rstrip('-')}-{secrets.token_hex(2)}"
        if key not in keys:
            return key


def _capitalised(id: str) -> str:
    return " ".join(part.capitalize() for part in id.split("-"))


def _copied_selectors(project: Project, like: Role) -> dict[str, _Selectors]:
    """What the other role selects, and nothing else: no comment, text or name of its own."""
    node = plain(like.node)
    private = like.definitions.keys() - project.definitions.keys()
    copied: dict[str, _Selectors] = {}
    for key in ("later", "core", "add", "drop"):
        selectors = [
            {part: [names] if isinstance(names, str) else names for part, names in selector.items()}
            for selector in node.get(key, ())
        ]
        ids = {id for selector in selectors for id in selector.get("id", ())}
        if own := sorted(private & ids):
            raise PrepdeckError(
                f"{like.span.file} selects `{own[0]}`, which `{like.id}` itself defines",
                help="take it out there: a private role has its own definitions without selectors",
            )
        if selectors:
            copied[key] = selectors
    return copied


def _next_steps(draft: RoleDraft, file: str) -> Iterator[str]:
    if not draft.public:
        yield f"your own words: prepdeck new story ID --role {draft.id} (or fact, question, …)"
    yield f"next: edit {file}, then: prepdeck build {draft.id}"
