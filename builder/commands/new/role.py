"""`new role`: a deck of one's own, or a public one, that can be built at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from builder import atomic
from builder.commands.advert.role import Core, Read, core_for, read
from builder.commands.new.definition import Made
from builder.commands.new.names import check_new, check_role_id, role_path
from builder.commands.schema.run import PRIVATE_ROLE, ROLE, modeline, write_schemas
from builder.edit.written import commented, items, value
from builder.findings import PrepdeckError
from builder.ids import SLUG_LENGTH
from builder.load.overlay import with_file
from builder.project import Project, Role
from builder.render.text import VARIABLE
from builder.schema import plain
from builder.select import select
from builder.study.plan import MAX_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDraft:
    """A role to be written. `advert`: the text of a job advert; `like`: the role whose selection it
    takes over (a public one, for a `public` one); `extends` may be left out with either of them,
    and for a public role.
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


def new_role(project: Project, draft: RoleDraft) -> Made:
    """Writes the role's file. Raises `PrepdeckError` for names that are not there, or are already, and
    for what would be at fault; then nothing is written.
    """
    check_role_id(project, draft.id, public=draft.public)
    if draft.interview is not None:
        check_interview(draft.interview, draft.today)
    path = role_path(project, draft.id, public=draft.public)
    like = _like(project, draft)
    advert = None
    if draft.advert is not None:
        advert = read(project, draft.advert, draft.company or "")
    parent = _parent(project, draft, like, advert)
    core = core_for(project, parent, draft.id, advert) if advert and parent else None
    selection = _taken_over(project, like) if like else _selection(project, parent, core)
    file = path.relative_to(project.root).as_posix()
    head = _public_head if draft.public else _private_head
    text = head(project, draft, parent, file) + _indented(selection)
    if draft.notes == "shared":
        text += _indented(_own_words(project, draft, parent))
    if not draft.public and parent is not None:
        text += commented(_OWN.format(id=_some_question(project, parent)))
    content = text.encode("utf-8")
    after, found = with_file(project, path, content, None if draft.public else draft.id)
    check_new(after, found, (draft.id,), file, content, range(1, text.count("\n") + 2))
    atomic.write(path, content)
    write_schemas(after)
    told = core.told if core else ()
    if parent is not None and advert is not None and not draft.extends:
        told = (f"extends {parent.id}, the nearest; --extends ROLE says otherwise", *told)
    return Made((path,), (*told, *_next(draft, file)))


def check_interview(day: date, today: date) -> None:
    """Raises `PrepdeckError` unless a plan that begins today leads to that day."""
    if day < today:
        raise PrepdeckError(f"the interview is past: {day}", help=f"today is {today}")
    if (day - today).days > MAX_DAYS:
        help = "leave it out, and write it into the role when it is nearer"
        raise PrepdeckError(f"the interview is more than a year ahead: {day}", help=help)


def _like(project: Project, draft: RoleDraft) -> Role | None:
    """The role whose selection is taken over: what can be read, and may be."""
    if draft.like is None:
        return None
    like = project.role(draft.like)
    if like.private and draft.public:
        raise PrepdeckError(
            f"`{like.id}` is private: nothing of it goes into a role for everybody",
            help="name a public role, or leave --public out",
        )
    if like.value is None:
        raise PrepdeckError(f"the role `{like.id}` cannot be read", help="see: prepdeck check")
    return like


def _public(project: Project, name: str) -> Role:
    among = [role.id for role in project.roles.values() if not role.private]
    return project.role(name, among, "public role")


def _parent(
    project: Project, draft: RoleDraft, like: Role | None, advert: Read | None
) -> Role | None:
    if draft.extends:
        return _public(project, draft.extends)
    if like is not None and like.value is not None:
        name = like.value.extends
        return _public(project, name) if name else None
    return advert.nearest if advert is not None else None


def _private_head(project: Project, draft: RoleDraft, parent: Role | None, file: str) -> str:
    name = draft.company or _words(draft.id)
    title = draft.title or (f"{parent.title} at {name}" if parent else name)
    declared = project.settings.value.vars
    company = {"company": draft.company} if draft.company and "company" in declared else {}
    return (
        modeline(file, PRIVATE_ROLE)
        + commented(f"A deck of your own: `prepdeck build {draft.id}` writes it to build/private/.")
        + "role:\n"
        + f"  title: {value(_title(project, draft, title))}\n"
        + _extends(parent)
        + "  # Anki knows your notes by this key, for ever.\n"
        + f"  key: {_key(project, draft.id)}\n"
        + "  # own: every note is this deck's. shared: what you study in a public deck stays.\n"
        + f"  notes: {draft.notes}\n"
        + _vars(declared, company)
        + "  # The plan runs from `starts` to the interview.\n"
        + f"  starts: {draft.today.isoformat()}\n"
        + _maybe("interview", draft.interview, "2026-12-10")
        + _maybe("minutes_per_day", draft.minutes, "25")
    )


def _public_head(project: Project, draft: RoleDraft, parent: Role | None, file: str) -> str:
    title = draft.title or _words(draft.id)
    return (
        modeline(file, ROLE)
        + "role:\n"
        + f"  title: {value(_title(project, draft, title))}\n"
        + "  # mission: what the job is for, in a sentence or two\n"
        + _extends(parent)
    )


def _extends(parent: Role | None) -> str:
    if parent is None:
        return ""
    return f"  # All that this role has, and its changes too.\n  extends: {parent.id}\n"


def _maybe(key: str, said: date | int | None, otherwise: str) -> str:
    return f"  {key}: {said}\n" if said else f"  # {key}: {otherwise}\n"


def _vars(declared: Mapping[str, str], said: Mapping[str, str]) -> str:
    """The variables that were given; the others are named as comments, with their defaults."""
    if not declared:
        return ""
    lines = [
        f"    {name}: {value(said[name])}\n"
        if name in said
        else f"    # {name}: {value(default)}\n"
        for name, default in declared.items()
    ]
    if not said:
        return "  # vars:\n" + "".join(line.replace("    # ", "  #   ") for line in lines)
    return "  # What stands for {{ vars.… }} in the texts.\n  vars:\n" + "".join(lines)


def _title(project: Project, draft: RoleDraft, title: str) -> str:
    """A deck's name that no other role has: Anki would pour both into one."""
    title = title.replace("::", " ")
    taken = {role.title.casefold() for role in project.roles.values()}
    return title if title.casefold() not in taken else f"{title} ({draft.id})"


def _key(project: Project, id: str) -> str:
    taken = {role.key for role in project.roles.values()}
    while True:
        key = f"{id[: SLUG_LENGTH - 5].rstrip('-')}-{secrets.token_hex(2)}"
        if key not in taken:
            return key


def _words(id: str) -> str:
    return " ".join(word.capitalize() for word in id.split("-"))


def _selection(project: Project, parent: Role | None, core: Core | None) -> str:
    """The role's selectors: the advert's, everything that is asked, or how to write some."""
    if core is not None:
        return core.text
    told = "A selector names kinds, ids, topics or types; a list is any of its items."
    if parent is None:
        return commented(told) + "add:\n  - kind: question\n"
    id = _some_question(project, parent)
    topic = next((topic for topic in project.topics if "/" in topic), "area/topic")
    return commented(told) + commented(f"""
        core:                # studied first, with what the role above has as core
          - {{kind: question, topic: {topic}}}
        later:               # core of the role above that can wait
          - {{id: {id}}}
        add:                 # what else
          - {{id: {id}}}
        drop:                # what not
          - {{topic: {topic}}}
        override:            # one of its definitions in other words
          {id}:
            ask: …
        """)


def _some_question(project: Project, parent: Role) -> str:
    chosen = [one.definition for one in select(project, parent)[0].chosen]
    return next((one.id for one in chosen if one.kind == "question"), "some-question")


def _taken_over(project: Project, like: Role) -> str:
    """What the other role selects, and no more: no comment of its, no word, no name of its own."""
    said = plain(like.node)
    theirs = like.definitions.keys() - project.definitions.keys()
    text = ""
    for key in ("later", "core", "add", "drop"):
        selectors = [_several(selector) for selector in said.get(key, ())]
        named = {id for selector in selectors for id in selector.get("id", ())}
        if own := sorted(theirs & named):
            raise PrepdeckError(
                f"{like.span.file} selects `{own[0]}`, which `{like.id}` defines itself",
                help="what a private role defines is in its deck unnamed: take the name out there",
            )
        if selectors:
            text += f"{key}:\n{''.join(map(_selector, selectors))}"
    return text


def _several(selector: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    return {key: [said] if isinstance(said, str) else said for key, said in selector.items()}


def _selector(selector: Mapping[str, list[str]]) -> str:
    """One item of a list of selectors: a key a line, several names a line each."""
    keys = (
        f"{key}: {value(said[0])}" if len(said) == 1 else f"{key}:{items(said, '      ')}"
        for key, said in selector.items()
    )
    return "  - " + "\n    ".join(keys) + "\n"


_OWN = """
Beside `role:` may stand your own words, and whatever else is yours alone:
my_answers:
  {id}: |
    What you would say, in your own words.
"""


def _own_words(project: Project, draft: RoleDraft, parent: Role | None) -> str:
    """Overrides that make the few notes its own that name the company: shared ones never do."""
    if parent is None or not draft.company:
        return ""
    ids = [
        chosen.definition.id
        for chosen in select(project, parent)[0].chosen
        if any("company" in VARIABLE.findall(leaf.scalar.text) for leaf in chosen.definition.leaves)
    ]
    if not ids:
        return ""
    told = "These name the company: a shared note cannot, so they are this deck's own."
    return commented(told) + "override:\n" + "".join(f"  {id}: {{}}\n" for id in ids)


def _indented(text: str) -> str:
    return "".join(f"  {line}".rstrip() + "\n" for line in text.splitlines())


def _next(draft: RoleDraft, file: str) -> Iterator[str]:
    if not draft.public:
        yield f"your own words: prepdeck new story ID --role {draft.id} (or fact, question, …)"
    yield f"next: edit {file}, then: prepdeck build {draft.id}"
