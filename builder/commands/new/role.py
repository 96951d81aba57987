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
    like_role = _like(project, draft)
    comparison = None
    if draft.advert is not None:
        comparison = compare(project, draft.advert, draft.company or "")
    parent_role = _parent(project, draft, like_role, comparison)
    proposed_core = (
        core_for(project, parent_role, draft.id, comparison) if comparison and parent_role else None
    )
    file_path = role_path(project, draft.id, public=draft.public)
    relative_path = file_path.relative_to(project.root).as_posix()
    archetype = "new/role.yaml" if draft.public else "new/private-role.yaml"
    archetype_texts = _texts(project, draft, parent_role, proposed_core)
    archetype_texts["like"] = _copied_selectors(project, like_role) if like_role else None
    role_yaml = with_modeline(relative_path, filled(project.root, archetype, archetype_texts))
    role_bytes = role_yaml.encode("utf-8")
    project_after, findings = with_file(
        project, file_path, role_bytes, None if draft.public else draft.id
    )
    check_new(
        project_after,
        findings,
        (draft.id,),
        relative_path,
        role_bytes,
        range(1, role_yaml.count("\n") + 2),
    )
    write_files(project.root, {file_path: role_bytes}, project_after)
    messages = proposed_core.messages if proposed_core else ()
    if parent_role is not None and comparison is not None and not draft.extends:
        nearest_message = (
            f"extends {parent_role.id}, the nearest role; use --extends ROLE for another one"
        )
        messages = (nearest_message, *messages)
    return NewFiles((file_path,), (*messages, *_next_steps(draft, relative_path)))


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
    like_role = project.role(draft.like)
    if like_role.private and draft.public:
        raise PrepdeckError(
            f"`{like_role.id}` is private, and a public role may not copy from it",
            help="name a public role, or leave --public out",
        )
    if like_role.value is None:
        raise PrepdeckError(f"the role `{like_role.id}` cannot be read", help="see: prepdeck check")
    return like_role


def _public(project: Project, role_id: str) -> Role:
    public_role_ids = [role.id for role in project.roles.values() if not role.private]
    return project.role(role_id, public_role_ids, "public role")


def _parent(
    project: Project, draft: RoleDraft, like_role: Role | None, comparison: Comparison | None
) -> Role | None:
    """The role that the new one extends."""
    if draft.extends:
        return _public(project, draft.extends)
    if like_role is not None and like_role.value is not None:
        parent_id = like_role.value.extends
        return _public(project, parent_id) if parent_id else None
    return comparison.nearest if comparison is not None else None


def _texts(
    project: Project, draft: RoleDraft, parent_role: Role | None, proposed_core: Core | None
) -> dict[str, Any]:
    """What the archetype of a role is filled with, but for `like`.

    `vars`: the variables that have values. `core` and `later`: ids with the words of the advert
    that decided, by kind. `question`: the id of a question, for examples. `with_company`: ids of
    definitions that name the company.
    """
    employer_name = draft.company or _capitalised(draft.id)
    default_title = employer_name
    if parent_role and not draft.public:
        default_title = f"{parent_role.title} at {employer_name}"
    project_vars = project.settings.value.vars
    chosen_by_parent = select(project, parent_role)[0].chosen if parent_role else ()
    chosen_definitions = [selected.definition for selected in chosen_by_parent]
    answerable_ids = (d.id for d in chosen_definitions if d.kind.marks.answerable)
    ids_with_company = (d.id for d in chosen_definitions if _names_company(d))
    has_shared_company = bool(draft.company) and draft.notes == "shared"
    evidence_by_id = (
        {m.definition.id: m.evidence for m in proposed_core.from_advert} if proposed_core else {}
    )
    return {
        "id": draft.id,
        "title": _free_title(project, draft.id, draft.title or default_title),
        "extends": parent_role.id if parent_role else "",
        "key": "" if draft.public else _key(project, draft.id),
        "notes": draft.notes,
        "vars": {"company": draft.company} if draft.company and "company" in project_vars else {},
        "today": draft.today,
        "interview": draft.interview,
        "minutes_per_day": draft.minutes,
        "core": _by_kind(project, evidence_by_id),
        "later": _by_kind(project, dict.fromkeys(proposed_core.later, ()) if proposed_core else {}),
        "question": next(answerable_ids, "some-question"),
        "with_company": [*ids_with_company] if has_shared_company else [],
        "project": project_names(project, None),
    }


def _by_kind(
    project: Project, evidence_by_id: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, str]]:
    """The ids of definitions by kind, in the order of kinds, each with its evidence."""
    evidence_by_kind: dict[str, dict[str, str]] = {kind: {} for kind in project.kinds}
    for definition_id, advert_words in evidence_by_id.items():
        kind_name = project.definitions[definition_id].kind.name
        evidence_by_kind[kind_name][definition_id] = ", ".join(advert_words)
    return {kind: evidence for kind, evidence in evidence_by_kind.items() if evidence}


def _names_company(definition: Definition) -> bool:
    return any("company" in VARIABLE.findall(leaf.scalar.text) for leaf in definition.leaves)


def _free_title(project: Project, role_id: str, title: str) -> str:
    """A deck name that no other role has: Anki would merge decks of one name."""
    title = title.replace("::", " ")
    used_titles = {role.title.casefold() for role in project.roles.values()}
    return title if title.casefold() not in used_titles else f"{title} ({role_id})"


def _key(project: Project, role_id: str) -> str:
    """A random key that no other role has."""
    used_keys = {role.key for role in project.roles.values()}
    while True:
        key = f"{role_id[: SLUG_LENGTH - 5].rstrip('-')}-{secrets.token_hex(2)}"
        if key not in used_keys:
            return key


def _capitalised(role_id: str) -> str:
    return " ".join(part.capitalize() for part in role_id.split("-"))


def _copied_selectors(project: Project, like_role: Role) -> dict[str, _Selectors]:
    """What the other role selects, and nothing else: no comment, text or name of its own."""
    role_tree = plain(like_role.node)
    private_ids = like_role.definitions.keys() - project.definitions.keys()
    selectors_by_key: dict[str, _Selectors] = {}
    for list_key in ("later", "core", "add", "drop"):
        selectors = [
            {
                selector_key: [names] if isinstance(names, str) else names
                for selector_key, names in selector.items()
            }
            for selector in role_tree.get(list_key, ())
        ]
        selected_ids = {id for selector in selectors for id in selector.get("id", ())}
        if selected_private_ids := sorted(private_ids & selected_ids):
            raise PrepdeckError(
                f"{like_role.span.file} selects `{selected_private_ids[0]}`,"
                f" which `{like_role.id}` itself defines",
                help="take it out there: a private role has its own definitions without selectors",
            )
        if selectors:
            selectors_by_key[list_key] = selectors
    return selectors_by_key


def _next_steps(draft: RoleDraft, relative_path: str) -> Iterator[str]:
    if not draft.public:
        yield f"your own words: prepdeck new story ID --role {draft.id} (or fact, question, …)"
    yield f"next: edit {relative_path}, then: prepdeck build {draft.id}"
