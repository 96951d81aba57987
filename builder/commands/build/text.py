"""What `build` prints about each package. Light: a build that changes nothing needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from builder.cli.style import WIDTH, near
from builder.phrasing import as_search, counted
from builder.report import Packed, PutAway

if TYPE_CHECKING:
    from builder.commands.build.replace import Pair, Replacement


def about_package(package: Packed, columns: int = WIDTH) -> Iterator[str]:
    """What became of a package, in lines of so many columns."""
    if package.state == "blocked":
        before_suffix = " (as it was before)" if package.path.exists() else ""
        yield f"{package.role}: blocked by the faults above{before_suffix}"
    else:
        unchanged_suffix = " (unchanged)" if package.state == "unchanged" else ""
        notes_phrase, cards_phrase = counted(package.notes, "note"), counted(package.cards, "card")
        yield f"{package.role}: {notes_phrase}, {cards_phrase}{unchanged_suffix}"
        if package.waiting:
            verb = "does" if package.waiting == 1 else "do"
            core_suffix = (
                f" ({package.waiting_core:,} of them core)" if package.waiting_core else ""
            )
            yield (
                f"  {counted(package.waiting, 'note')} {verb} not fit before the interview"
                f"{core_suffix}: prepdeck plan {package.role}"
            )
    for name, ids in package.moved:
        verb = "is" if len(ids) == 1 else "are"
        yield f"  {counted(len(ids), 'note')} of this deck {verb} in `{name}` now, but Anki moves"
        yield "  no card that a learner has: move them there, found in Anki's browser by"
        yield f"    {as_search(ids)}"
    if package.rewritten:
        yield from (f"  {line}" for line in _about_answers(package, columns - 2))


def _about_answers(package: Packed, columns: int) -> Iterator[str]:
    """What to do about answers that changed in YAML; only the learner knows if Anki's did too."""
    rewritten_ids = ", ".join(package.rewritten)
    yield from wrap(f"answers changed in YAML: {rewritten_ids}", columns, subsequent_indent="  ")
    yield "  An import brings them to notes that nobody touched in Anki. A note that you edited,"
    yield "  starred or tagged there, or that Anki calls a leech, keeps what it has."
    yield "  To have the words from YAML there too, export the deck from Anki, and run"
    yield f"    prepdeck build {package.role} --replace-answers EXPORTED.apkg"


def about_pair(pair: Pair) -> Iterator[str]:
    """A note whose words in Anki would be replaced, with both texts of each field."""
    for field in pair.fields:
        yield f"`{pair.name}` ({field.name}) says in Anki:"
        yield from (f"  - {line}" for line in field.in_anki.splitlines())
        if field.lost:
            yield f"  (with {', '.join(field.lost)}, which YAML cannot say)"
        yield "and in YAML:"
        yield from (f"  + {line}" for line in field.in_yaml.splitlines() or [""])


def about_replacement(result: Replacement) -> Iterator[str]:
    """What a package of `--replace-answers` holds, and how to use it."""
    if result.left:
        yield f"{counted(len(result.left), 'note')} left as in Anki: {', '.join(result.left)}"
        yield "  agree to each on a terminal, or name them with --only, and give --yes"
        yield "  where YAML has no words, yours stay: take them into YAML with prepdeck sync"
    if result.recent:
        from builder.lock.future import readable

        notes_phrase = counted(len(result.recent), "note")
        yield f"{notes_phrase} saved too shortly before the export: {', '.join(result.recent)}"
        yield "  They stay as in Anki: words that you write now could have an earlier time."
        yield f"  Export again after {readable(result.wait_until + 60)}, and run this again."
        yield "  If that is long from now, a clock was ahead: save them once more by a right one."
    if result.unreachable:
        notes_phrase = counted(len(result.unreachable), "note")
        yield f"{notes_phrase} left as in Anki: {', '.join(result.unreachable)}"
        yield "  their note type has other fields in Anki, which then updates no note of it"
    if result.path is None:
        yield "no package was written: there is nothing to replace"
        return
    yield (
        f"{counted(len(result.replaced), 'note')} with your words replaced,"
        f" {counted(len(result.refreshed), 'note')} without"
    )
    yield "  Import it now, once, into the collection that you exported, with Anki's default"
    yield "  options. Your own tags stay; a star, or the tag `leech`, goes as in every import."
    yield "  What you edit in Anki after the export stays, unless that device's clock is more than"
    yield "  10 minutes behind. In another collection, or in a backup, it could replace words that"
    yield "  you wrote there: delete the file afterwards."


def about_put_away(searches: Iterable[PutAway]) -> Iterator[str]:
    """What a person can suspend in Anki: what no plan has, and employers who are over."""
    for put_away in searches:
        if put_away.role is None:
            yield f"{put_away.person}: in no plan any more, and perhaps new in Anki, which deals it"
            yield "  too: suspend (Cards > Toggle Suspend) what this finds in Anki's browser"
        else:
            yield f"{put_away.role}: the interview is over. To put it away, suspend what this finds"
        yield f"    {put_away.search}"


def about_restored(lines: int, foreign: int) -> Iterator[str]:
    """What `--relock` did: how many lock lines it restored, and how many notes were not ours."""
    yield f"{counted(lines, 'lock line')} restored"
    if foreign:
        verb = "does" if foreign == 1 else "do"
        yield f"{counted(foreign, 'note')} in these packages {verb} not belong to this project"


def about_lost_locks(paths: Iterable[Path]) -> Iterator[str]:
    """A line about each lock that was gone and is restored."""
    for path in paths:
        yield f"{near(path)} was gone: its lines are restored from the packages in build/"


def about_left_over(paths: Sequence[Path], *, pruned: bool) -> Iterator[str]:
    """One line about packages of roles that have no deck now; none when there are none."""
    if paths:
        names = ", ".join(str(near(path)) for path in paths)
        if pruned:
            yield f"deleted: {names}"
        else:
            yield f"no role has these packages now; `prepdeck build --prune` deletes them: {names}"
