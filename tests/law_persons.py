"""The author's model of a person: `me.yaml` above private roles, and whose the notes are there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from law_author import NO_WORDS, Author, Definition, Role

PERSON = "anna"
EMPLOYERS = ("acme", "beta")


@dataclass
class PersonAuthor(Author):
    """A project with one person: as long as `me` is None, the employers' roles are alone.

    `me` is a role without a deck. `listed`: uids below `per_role`; `continues`: first ids by key;
    `interviews`: days in December, by role.
    """

    me: Role | None = None
    listed: set[int] = field(default_factory=set)
    continues: dict[str, list[str]] = field(default_factory=dict)
    deck: str | None = None
    interviews: dict[str, int] = field(default_factory=dict)

    def begin(self, names: Iterable[str]) -> None:
        super().begin({"lead"})
        for name in sorted(names):
            self.new_role(name)

    def new_role(self, name: str) -> None:
        super().new_role(name)
        if name in EMPLOYERS:
            self.roles[name] = Role(name, f"{name}-1", extends="agent", own=True, private=True)

    def employers(self) -> list[Role]:
        return [role for role in self.roles.values() if role.private]

    # Whose a note is

    def lineage(self, role: Role) -> list[Role]:
        if self.me is not None and role.private and role is not self.me:
            return [role, self.me, *super().lineage(self.roles[role.extends or "agent"])]
        return super().lineage(role)

    def owner(self, role: Role, definition: Definition) -> str:
        if self.me is None or not role.private:
            return super().owner(role, definition)
        if self.is_roles_own(role, definition):
            return role.key
        return self.persons_key(definition.first, self.writer(self.me, definition))

    def is_roles_own(self, role: Role, definition: Definition) -> bool:
        """By declaration: `per_role`, an override, or inherited words that the person has not."""
        if self.me is None:
            return role.own
        if self.is_per_role(definition):
            return True
        writer, persons = self.writer(role, definition), self.writer(self.me, definition)
        return writer is role or (persons is not self.me and writer is not persons)

    def is_per_role(self, definition: Definition) -> bool:
        return definition.per_role or definition.uid in self.listed

    def writer(self, role: Role, definition: Definition) -> Role | None:
        """The nearest that overrides the definition."""
        line = self.lineage(role)
        return next((one for one in line if definition.uid in one.overrides), None)

    def persons_key(self, first: str, writer: Role | None = None) -> str:
        """The key of a note that is the person's, or with `notes: shared` the writer's."""
        assert self.me is not None
        if not (self.me.own or writer is self.me or first.startswith("my/")):
            return writer.key if writer else ""
        return next((key for key, ids in self.continues.items() if first in ids), self.me.key)

    def says(self, role: Role, definition: Definition) -> str:
        if self.me is None or not role.private:
            return super().says(role, definition)
        if self.is_roles_own(role, definition):
            return self._said_by(self.lineage(role), definition)
        return self._said_by(self.persons_line(definition), definition)

    def persons_line(self, definition: Definition) -> list[Role]:
        """Whose words a note of the person's has, nearest first."""
        assert self.me is not None
        line = self.lineage(self.me)
        writer = self.writer(self.me, definition)
        if self.me.own or writer is self.me:
            return line
        return line[line.index(writer) :] if writer else []

    # What must be in a deck

    def expected(self, role: Role) -> set[tuple[str, str]]:
        notes = super().expected(role)
        if self.me is None or not role.private:
            return notes
        for definition in self.live("question"):
            if definition.uid in self.me.answers:
                owner = self.owner(role, definition)
                notes.add((f"{owner}/{definition.first}".lstrip("/"), "Your answer"))
        # What the role itself defines under the same id takes the place of the person's.
        if self.me.defines is not None and role.defines is None:
            id = f"{self.persons_key('my/own-question')}/my/own-question"
            notes |= {(id, "Question"), (id, "Your answer")}
        if self.me.story is not None and role.story is None:
            key = self.persons_key("my/told")
            notes.add((f"{key}/my/told", "Story"))
            for question in self.told(self.me):
                notes.add((f"{key}/my/told/{question.first}", "Which story"))
        return notes

    def texts(self, role: Role) -> dict[str, str]:
        said = super().texts(role)
        if self.me is None or not role.private:
            return said
        # What the role itself defines under the same id takes the place of the person's.
        if self.me.defines is not None and role.defines is None:
            key = self.persons_key("my/own-question")
            said[f"{key}/my/own-question"] = f"My own, {self.me.defines}?"
        if self.me.story is not None and role.story is None:
            key = self.persons_key("my/told")
            said[f"{key}/my/told"] = f"Story {self.me.story}"
            for question in self.told(self.me):
                text = self._said_by(self.lineage(self.me), question)
                said[f"{key}/my/told/{question.first}"] = text
        return said

    # Writing

    def write(self) -> None:
        super().write()
        if self.me is not None:
            self._put_me(self.me)

    def _put_role(self, role: Role) -> None:
        if self.me is None or not role.private:
            super()._put_role(role)
            return
        said = ["role:", f"  title: {role.id.title()} {role.title}", f"  extends: {role.extends}"]
        said.append(f"  key: {role.key}")
        if role.id in self.interviews:
            day = self.interviews[role.id]
            said += ["  starts: 2026-10-01", f"  interview: 2026-12-{day:02}"]
        if role.company:
            said += ["  vars:", f"    company: employer {role.company}"]
        self._put(f"private/{PERSON}/{role.id}/role.yaml", [*said, *self._words(role)])

    def _put_me(self, me: Role) -> None:
        said = ["me:", f"  title: Anna {me.title}", f"  key: {me.key}", f"  extends: {me.extends}"]
        said += [f"  notes: {'own' if me.own else 'shared'}", "  minutes_per_day: 240"]
        if self.deck:
            said.append(f"  deck: {self.deck}")
        if listed := [d.id for d in self.live() if d.uid in self.listed]:
            said.append(f"  per_role: [{', '.join(listed)}]")
        if self.continues:
            said.append("  continues:")
            said += [f"    {key}: [{', '.join(ids)}]" for key, ids in self.continues.items()]
        if me.company:
            said += ["  vars:", f"    company: employer {me.company}"]
        self._put(f"private/{PERSON}/me.yaml", [*said, *self._words(me)])

    # What `prepdeck new person` wrote

    def learn(self) -> None:
        """Takes over from the files whose each note is now, so that the model goes on from there."""
        folder = self.root / "decks/private" / PERSON
        said = _sections(folder.rglob("*.yaml"), without="role")
        head = said["me"]
        self.me = Role(PERSON, head["key"], head["extends"], own=True, private=True)
        self.me.own = head.get("notes", "own") == "own"
        self.me.company = _number(head.get("vars", {}).get("company", "0"))
        self.deck = head.get("deck")
        self.continues = head.get("continues", {})
        self.listed = {self._uid(id) for id in head.get("per_role", [])}
        self._learn_words(self.me, head, said)
        for role in self.employers():
            paths = [*folder.glob(f"{role.id}.yaml"), *folder.glob(f"{role.id}/*.yaml")]
            said = _sections(paths)
            role.extends = said["role"].get("extends", self.me.extends)
            role.company = _number(said["role"].get("vars", {}).get("company", "0"))
            self._learn_words(role, said["role"], said)

    def _learn_words(self, role: Role, head: dict, said: dict) -> None:  # type: ignore[type-arg]
        overrides = head.get("override", {})
        role.overrides = {
            self._uid(id): _number(next(iter(words.values()))) if words else NO_WORDS
            for id, words in overrides.items()
        }
        answers = said.get("my_answers", {})
        role.answers = {self._uid(id): _number(text.rstrip(".\n")) for id, text in answers.items()}
        questions, stories = said.get("questions", {}), said.get("my_stories", {})
        asks = [question["ask"] for question in questions.values()]
        role.defines = _number(asks[0].split(",")[1].rstrip("?")) if asks else None
        titles = [story["title"] for story in stories.values()]
        role.story = _number(titles[0]) if titles else None

    def _uid(self, id: str) -> int:
        return next(d.uid for d in self.definitions if d.id == id)


def _sections(paths: Iterable[Path], without: str | None = None) -> dict:  # type: ignore[type-arg]
    """The sections of these files, but of those that have the section `without`."""
    sections: dict = {}  # type: ignore[type-arg]
    for path in paths:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
        if without not in read:
            sections |= read
    return sections


def _number(text: str) -> int:
    """The number that a text of the model ends with."""
    return int(text.split()[-1])
