"""`new role`: a deck of one's own, or a public role, that can be built at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from builder.commands.advert.core import Comparison, Core, compare, core_for
from builder.commands.new.archetype import filled, project_names
from builder.commands.new.files import NewFiles, with_modeline, write_files
from builder.commands.new.keys import capitalised, free_title, fresh_key, random_suffix
from builder.commands.new.names import check_new, check_role_id, example_question, role_path
from builder.commands.new.person import person_for
from builder.findings import PrepdeckError
from builder.load.overlay import with_file
from builder.load.persons import parent_of
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

    `person`: whose role it is, who need not exist yet; None for a public role, and for a private
    one that is a person of its own. `extends`: the id of a public role or a base; it may be left
    out with `advert` or `like`, for a public role, and for a person who extends something.
    `minutes`: of study a day. `notes`: `own` or `shared`, None for whatever holds already. `like`:
    the role whose selectors are copied, a public one for a `public` role. `advert`: the text of a
    job advert. `suffix`: draws the end of a fresh key.
    """

    id: str
    today: date
    extends: str | None = None
    title: str | None = None
    company: str | None = None
    interview: date | None = None
    minutes: int | None = None
    notes: str | None = None
    public: bool = False
    person: str | None = None
    like: str | None = None
    advert: str | None = None
    suffix: Callable[[], str] = field(default=random_suffix)


def new_role(project: Project, draft: RoleDraft) -> NewFiles:
    """Writes the role's file, and that of its person when it is the person's first role.

    Raises `PrepdeckError` for unknown roles, for a role that exists, and for a role with an error;
    then nothing is written.
    """
    check_role_id(project, draft.id, public=draft.public, person=draft.person)
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
    content_by_path: dict[Path, bytes] = {}
    if draft.person is not None:
        project, content_by_path = person_for(
            project,
            draft.person,
            extends=parent_role.id if parent_role else None,
            notes=draft.notes,
            minutes=draft.minutes,
            suffix=draft.suffix,
        )
    file_path = role_path(project, draft.id, public=draft.public, person=draft.person)
    relative_path = file_path.relative_to(project.root).as_posix()
    archetype = "new/role.yaml" if draft.public else "new/private-role.yaml"
    archetype_texts = _texts(project, draft, parent_role, proposed_core)
    archetype_texts["like"] = _copied_selectors(project, like_role) if like_role else None
    role_yaml = with_modeline(relative_path, filled(project.root, archetype, archetype_texts))
    role_bytes = role_yaml.encode("utf-8")
    project_after, findings = with_file(
        project, file_path, role_bytes, None if draft.public else draft.id, draft.person
    )
    check_new(
        project_after,
        findings,
        (draft.id,),
        relative_path,
        role_bytes,
        range(1, role_yaml.count("\n") + 2),
    )
    content_by_path[file_path] = role_bytes
    write_files(project.root, content_by_path, project_after)
    messages = proposed_core.messages if proposed_core else ()
    if parent_role is not None and comparison is not None and not draft.extends:
        nearest_message = (
            f"extends {parent_role.id}, the nearest role; use --extends ROLE for another one"
        )
        messages = (nearest_message, *messages)
    return NewFiles(tuple(content_by_path), (*messages, *_next_steps(draft, relative_path)))


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


def _extendable(project: Project, draft: RoleDraft, role_id: str) -> Role:
    """The role of that id: a public one, or for a private role a base too."""
    ids = [
        r.id for r in project.roles.values() if not r.private or (r.is_base and not draft.public)
    ]
    return project.role(role_id, ids, "public role")


def _parent(
    project: Project, draft: RoleDraft, like_role: Role | None, comparison: Comparison | None
) -> Role | None:
    """The role that the new one extends."""
    if draft.extends:
        return _extendable(project, draft, draft.extends)
    if like_role is not None:
        parent_id = _parent_id(project, like_role)
        return _extendable(project, draft, parent_id) if parent_id else None
    if comparison is not None:
        return comparison.nearest
    parent_id = _parent_id(project, project.roles.get(draft.person or ""))
    return project.roles.get(parent_id or "")


def _parent_id(project: Project, role: Role | None) -> str | None:
    """What a role or a person extends; a person's role what the person does, unless it says."""
    parent = parent_of(role, project.roles) if role else None
    return parent[0] if parent else None


def _texts(
    project: Project, draft: RoleDraft, parent_role: Role | None, proposed_core: Core | None
) -> dict[str, Any]:
    """What the archetype of a role is filled with, but for `like`.

    `vars`: the variables that have values. `core` and `later`: ids with the words of the advert
    that decided, by kind. `question`: the id of a question, for examples. `with_company`: ids of
    definitions that name the company.
    """
    person = project.roles.get(draft.person or "")
    employer_name = draft.company or capitalised(draft.id)
    default_title = employer_name
    # A person's deck has its own title: that of a role stands on cards, and names the employer.
    if parent_role and not draft.public and draft.person is None:
        default_title = f"{parent_role.title} at {employer_name}"
    project_vars = project.settings.value.vars
    chosen_by_parent = select(project, parent_role)[0].chosen if parent_role else ()
    chosen_definitions = [selected.definition for selected in chosen_by_parent]
    answerable_ids = (d.id for d in chosen_definitions if d.kind.marks.answerable)
    ids_with_company = (d.id for d in chosen_definitions if _names_company(d))
    # Of a person's notes those are a role's own that are `per_role`.
    has_shared_company = bool(draft.company) and draft.notes == "shared" and not draft.person
    evidence_by_id = (
        {m.definition.id: m.evidence for m in proposed_core.from_advert} if proposed_core else {}
    )
    return {
        "id": draft.id,
        "title": free_title(project, draft.id, draft.title or default_title),
        "extends": parent_role.id if parent_role else "",
        "person": draft.person or "",
        "as_person": parent_role is not None and parent_role.id == _parent_id(project, person),
        "key": "" if draft.public else fresh_key(project, draft.id, draft.suffix),
        "notes": draft.notes or "own",
        "vars": {"company": draft.company} if draft.company and "company" in project_vars else {},
        "today": draft.today,
        "interview": draft.interview,
        "minutes_per_day": draft.minutes,
        "core": _by_kind(project, evidence_by_id),
        "later": _by_kind(project, dict.fromkeys(proposed_core.later, ()) if proposed_core else {}),
        **example_question(answerable_ids),
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
