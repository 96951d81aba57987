"""`new kind`: a kind of one's own, valid at once; and `new` for every kind that a project has."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from conftest import RELEASED, MakeProject, ProjectFolder
from test_cli import prepdeck
from test_completion import completed
from test_new import assert_faultless, at_terminal

from builder import shipped
from builder.cli import main
from builder.commands.new.archetype import filled
from builder.commands.new.kind import section_for
from builder.load import load
from builder.package import read_package
from builder.pipeline import compile_project

TERM = ("--name", "Warm transfer", "--means", "You stay until your colleague has the call.")


class Variant(NamedTuple):
    """A kind as `new kind` writes it, and one definition of it.

    `options`: of `new kind`. `texts`: the options of `new NAME` for a first definition. `example`:
    those that the help shows. `called`: how lists call the definition. `instruction`: what the page
    of its cards says. `limit`: the most words of the first text.
    """

    options: tuple[str, ...]
    texts: tuple[str, ...]
    example: str
    called: str
    instruction: str
    limit: int


VARIANTS = {
    "reversed": Variant(
        options=(),
        texts=TERM,
        example="--name '…' --means '…'",
        called="Warm transfer",
        instruction="WHAT IS IT CALLED?",
        limit=12,
    ),
    "cloze": Variant(
        options=("--cloze",),
        texts=("--text", "You {{c1::stay::what?}} until {{c2::your colleague}} has the call."),
        example="--text '… {{c1::…}} …'",
        called="You stay until your colleague has the call.",
        instruction="FILL IT IN",
        limit=30,
    ),
}
variants = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def new(deck: ProjectFolder, *arguments: str) -> list[str]:
    """The lines of stderr of a `new` that succeeds."""
    run = CliRunner().invoke(main, ["-C", str(deck.root), "new", *arguments])
    assert run.exit_code == 0, run.stderr
    return run.stderr.splitlines()


def refused(deck: ProjectFolder, *arguments: str) -> str:
    """The stderr of a command that cannot run, and that writes nothing."""
    before = sorted(deck.root.rglob("*"))
    run = CliRunner().invoke(main, ["-C", str(deck.root), *arguments])
    assert run.exit_code == 2
    assert isinstance(run.exception, SystemExit)
    assert sorted(deck.root.rglob("*")) == before
    return run.stderr


# the folder


@variants
def test_a_new_kind_is_valid_before_and_after_its_first_definition(
    project: MakeProject, variant: Variant
) -> None:
    deck = project({})
    run = prepdeck("new", "kind", "loss-reason", *variant.options, cwd=deck.root)
    assert run.stdout.splitlines()[0] == "templates/loss-reason/kind.yaml"
    assert {*run.stdout.splitlines()} == {
        path.relative_to(deck.root).as_posix() for path in (deck.root / "templates").rglob("*.*")
    }
    assert run.stderr.splitlines() == [
        "no role selects it yet: write `- {kind: loss-reason}` under `add`,"
        " for example in decks/roles/agent.yaml",
        "next: prepdeck new loss-reason ID",
    ]
    assert_faultless(deck)
    new(deck, "loss-reason", "price", *variant.texts, "--role", "agent")
    key = variant.texts[0].removeprefix("--")
    assert f"loss_reasons:\n  price:\n    {key}: " in (
        deck.root / "decks/loss_reasons/mine.yaml"
    ).read_text(encoding="utf-8")
    assert_faultless(deck)
    package = read_package(deck.built())
    (note,) = [note for note in package.notes if "kind::loss-reason" in note.tags]
    for field, text in zip(note.fields, variant.texts[1::2], strict=False):
        assert field in (text, f"<p>{text}</p>")
    assert len(note.cards) == 2
    assert package.notetypes[note.notetype].name == "Test Decks: Loss reason"


def test_a_retired_role_is_no_example_of_one_that_may_select(project: MakeProject) -> None:
    deck = project({"decks/roles/agent.yaml": None})
    deck.write({"decks/roles/a.yaml": "role: {title: A, retired: nobody hires, core: []}\n"})
    assert new(deck, "kind", "term")[0].endswith("under `add`, in the file of a role")
    assert new(deck, "term", "warm", *TERM)[0].endswith("under `add`, in the file of a role")


@variants
def test_the_files_hold_no_sign_of_the_archetypes_that_they_come_from(
    project: MakeProject, variant: Variant
) -> None:
    deck = project({})
    new(deck, "kind", "term", *variant.options)
    for path in (deck.root / "templates/term").iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.strip()
        assert not text.startswith("\n")
        assert "raw %]" not in text


@variants
def test_a_kind_for_private_roles_alone(project: MakeProject, variant: Variant) -> None:
    deck = project({"decks/private/acme.yaml": "role: {title: A, extends: agent, key: a-1}\n"})
    options = ("--private", *variant.options)
    assert new(deck, "kind", "term", *options)[-1] == "next: prepdeck new term ID --role ROLE"
    assert_faultless(deck)
    assert "decks/private/acme.yaml" in new(deck, "term", "warm", *variant.texts)[-1]
    assert_faultless(deck)
    assert "unknown private role `agent`" in refused(
        deck, "new", "term", "cold", *variant.texts, "--role", "agent"
    )


def test_a_section_and_what_it_is_about_may_be_given(project: MakeProject) -> None:
    deck = project({})
    new(deck, "kind", "term", "--section", "words_of_ours", "--about", "What is: a word?")
    kind = load(deck.root)[0].kinds["term"]
    assert (kind.section, kind.about) == ("words_of_ours", "What is: a word?")


@pytest.mark.parametrize(
    ("name", "section"),
    [
        *(("term", "terms"), ("loss-reason", "loss_reasons"), ("policy", "policies")),
        *(("essay", "essays"), ("process", "processes"), ("batch", "batches"), ("box", "boxes")),
    ],
)
def test_a_section_is_the_plural_of_its_kind(name: str, section: str) -> None:
    assert section_for(name) == section


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Term"], "`Term` cannot be the name of a kind"),
        (["a b"], "`a b` cannot be the name of a kind"),
        (["x" * 65], "cannot be the name of a kind"),
        (["question"], "the kind `question` exists: templates/question/kind.yaml"),
        (["fee"], "the kind `fee` exists: templates/cost/kind.yaml"),
        (["role"], "the name `role` is reserved"),
        (["kind"], "the name `kind` is reserved"),
        (["project"], "the name `project` is reserved"),
        (["rating"], "the note type `Rating` exists: templates/rating/notetype.yaml"),
        (["live-line"], "the note type `Live line` exists: templates/line/notetype.yaml"),
        (["which-story"], "the note type `Which story` exists"),
        (["sheet"], "the folder templates/sheet exists"),
        (["mine"], "the folder templates/mine exists"),
        (["term", "--section", "questions"], "the section `questions` exists"),
        (["term", "--section", "topics"], "the section `topics` is reserved"),
        (["term", "--section", "my terms"], "`my terms` cannot be a section"),
        (["8-d"], "`8_ds` cannot be a section"),
        ([], "missing: NAME"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(
    project: MakeProject, arguments: list[str], reason: str
) -> None:
    fee = "kind: fee\nsection: costs\nabout: A\nmarks: {name: n}\nkeys:\n  n: {type: line, needed: true}\n"
    deck = project({"templates/mine/notes.txt": "", "templates/cost/kind.yaml": fee})
    assert reason in refused(deck, "new", "kind", *arguments)


def test_outside_a_project_no_kind_is_created(tmp_path: Path) -> None:
    deck = ProjectFolder(tmp_path)
    assert "no decks/deck.yaml" in refused(deck, "new", "kind", "term")


def test_a_kind_that_check_would_call_an_error_is_not_written(project: MakeProject) -> None:
    archetype = filled(Path("nowhere"), "new/kind/reversed/kind.yaml", NAMES)
    deck = project({"templates/new/kind/reversed/kind.yaml": archetype.replace("line", "lime", 1)})
    deck.edit("templates/new/kind/reversed/kind.yaml", "type: line", "type: lime")
    assert "`lime` is not one of the choices" in refused(deck, "new", "kind", "term")


NAMES = {"kind": "term", "section": "terms", "label": "Term", "about": "A", "private": False}


def test_a_projects_own_archetype_of_a_kind_wins(project: MakeProject) -> None:
    deck = project({"templates/new/kind/reversed/style.css": ".card { --day: [[ kind ]]; }\n"})
    new(deck, "kind", "term")
    assert (deck.root / "templates/term/style.css").read_text() == ".card { --day: term; }\n"


def test_on_a_terminal_a_kind_is_asked_for(project: MakeProject) -> None:
    deck = project({})
    run = at_terminal(["new", "kind"], "Terms\nquestion\nterm\nA word of the trade.\n", deck.root)
    assert run.returncode == 0, run.stderr
    assert "cannot be the name" in run.stderr
    assert "the kind `question` exists" in run.stderr
    assert load(deck.root)[0].kinds["term"].about == "A word of the trade."
    run = at_terminal(["new", "term"], "warm-transfer\nWarm transfer\nYou stay.\n", deck.root)
    assert run.returncode == 0, run.stderr
    assert "What it is called: " in run.stderr
    assert load(deck.root)[0].definitions["warm-transfer"].kind.name == "term"


# everything knows it


@pytest.mark.parametrize(
    ("catalogue", "variant"),
    [(False, "reversed"), (False, "cloze"), (True, "reversed")],
    ids=["empty", "cloze", "from the catalogue"],
)
def test_every_command_knows_a_new_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: bool, variant: str
) -> None:
    options, texts, _, called, instruction, limit = VARIANTS[variant]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(RELEASED))
    monkeypatch.chdir(tmp_path)
    deck = ProjectFolder(tmp_path / "p")
    role = "customer-support-specialist" if catalogue else "first-role"
    old = deck.root / "old.apkg"

    def runs(*arguments: str) -> str:
        run = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert run.exit_code == 0, run.stderr
        return run.stdout

    runs("new", "project", "p", *(["--from-catalogue"] if catalogue else []))
    monkeypatch.chdir(deck.root)
    runs("build", role)
    shutil.copy(deck.root / f"build/{role}.apkg", old)
    runs("new", "kind", "term", *options)
    runs("new", "term", "warm-transfer", *texts, "--role", role)

    assert runs("check", "--strict") == ""
    assert runs("ls", "kind:term").startswith(f"warm-transfer  term  {called}")
    (listed,) = json.loads(runs("ls", "kind:term", "--format", "json"))
    assert (listed["kind"], listed["roles"]) == ("term", [role])
    runs("build", role)
    (diff,) = json.loads(runs("diff", str(old), f"build/{role}.apkg", "--format", "json"))["added"]
    assert (diff["id"], diff["kind"]) == ("warm-transfer", "term")
    runs("preview", role)
    assert instruction in (deck.root / f"build/preview/{role}.html").read_text("utf-8")
    runs("sheet", role)
    runs("schema")
    schema = json.loads((deck.root / ".prepdeck/schema/definitions.json").read_text())
    term = schema["properties"]["terms"]["additionalProperties"]["properties"]
    key = texts[0].removeprefix("--")
    assert term[key]["description"] == load(deck.root)[0].kinds["term"].shape.keys[key].about
    assert completed("prepdeck ls kind:te", deck.root) == ["kind:term"]
    assert completed("prepdeck new te", deck.root) == ["term"]
    assert completed(f"prepdeck new term x --{key[:-1]}", deck.root) == [f"--{key}"]
    beginning = texts[1][:8]
    deck.edit("decks/terms/mine.yaml", beginning, "so " * limit + beginning)
    assert f" words; the limit for `term.{key}` is {limit}" in runs("check")


# commands of kinds


def test_help_lists_the_kinds_of_the_project_and_reads_none_before(project: MakeProject) -> None:
    deck = project({})
    new(deck, "kind", "term")
    (deck.root / "templates/bad").mkdir()
    (deck.root / "templates/bad/kind.yaml").write_bytes(b"\xff")
    assert "new" in prepdeck("--help", cwd=deck.root).stdout
    listed = prepdeck("-C", str(deck.root), "new", "--help", cwd=deck.root.parent)
    assert "  term      Add a term to a private role, or to the catalogue.\n" in listed.stdout
    elsewhere = prepdeck("new", "--help", cwd=deck.root.parent)
    assert "  tip " in elsewhere.stdout
    assert "  term " not in elsewhere.stdout


def test_no_kind_is_read_for_the_help_of_prepdeck_or_of_a_role() -> None:
    import subprocess
    import sys

    for arguments in (["--help"], ["new", "role", "--help"]):
        code = (
            "import sys\nfrom builder.cli import main\n"
            f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
            "print('yaml' in sys.modules)\n"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert run.stdout.splitlines()[-1] == "False", arguments


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("qestion", "did you mean `question`?"), ("trem", "`term`"), ("zz", "")],
)
def test_a_kind_that_does_not_exist_is_no_command(
    project: MakeProject, name: str, suggestion: str
) -> None:
    deck = project({})
    new(deck, "kind", "term")
    stderr = refused(deck, "new", name, "x")
    assert suggestion in stderr
    assert f"'{name}'" in stderr


@pytest.mark.parametrize(
    ("old", "new_text", "fault"),
    [
        ("type: line", "type: lime", "templates/term/kind.yaml:13:16: `lime` is not one of"),
        ("marks: {", "marks: [", "templates/term/kind.yaml:"),
        ("kind: term\n", "", "templates/term/kind.yaml:1:1: `kind` is missing"),
    ],
    ids=["value", "syntax", "name"],
)
def test_a_broken_kind_is_one_line_and_leaves_the_others_alone(
    project: MakeProject, old: str, new_text: str, fault: str
) -> None:
    deck = project({})
    new(deck, "kind", "term")
    path = deck.root / "templates/term/kind.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new_text, 1), encoding="utf-8")
    for arguments in (["term", "x", *TERM], ["term"]):
        stderr = refused(deck, "new", *arguments)
        assert fault in stderr
        assert len([line for line in stderr.splitlines() if not line.startswith("  help")]) == 1
    assert prepdeck("new", "--help", cwd=deck.root).returncode == 0
    new(deck, "card", "first", "--front", "What is it?", "--back", "A thing.", "--role", "agent")


def test_options_of_every_sort_of_key_come_from_kind_yaml(project: MakeProject) -> None:
    """Input: keys with the names of other options, a choice, a day, ids, and keys of mappings."""
    kind = """
        kind: visit
        section: visits
        about: A visit.
        marks: {name: role}
        keys:
          role: {type: line, needed: true, about: who comes}
          how: {choices: [by-car, on-foot], needed: true}
          day: {type: date, needed: true}
          asks: {list: {ref: question}, needed: true}
          aim: {ref: kpi, needed: true}
          guests: {type: whole, needed: true}
          part: {keys: {end: {type: line, needed: true}}, needed: true}
          steps: {list: line, needed: true}
          unasked: {type: line}
        """
    archetype = """\
        role: [[ role | value ]]
        how: [[ how ]]
        day: [[ day ]]
        asks:[[ asks | items ]]
        aim: [[ aim ]]
        guests: [[ guests ]]
        part: {end: here}
        steps: [one]
        """
    deck = project({"templates/visit/kind.yaml": kind, "templates/visit/new.yaml": archetype})
    options = ["--visit-role", "--how", "--day", "--asks", "--aim", "--guests"]
    stderr = refused(deck, "new", "visit", "x", "--day", "2026-12-01")
    assert "missing: --visit-role, --how (by-car, on-foot), --asks, --aim, --guests" in stderr
    words = ["Ann", "by-car", "2026-12-01", "complaint-steps", "csat", "3"]
    arguments = [part for pair in zip(options, words, strict=True) for part in pair]
    assert "unknown kpi `cast`" in refused(
        deck, "new", "visit", "x", *[word.replace("csat", "cast") for word in arguments]
    )
    assert "`guests: three` would be an error: `three` is not a whole number" in refused(
        deck, "new", "visit", "x", *[word.replace("3", "three") for word in arguments]
    ).replace("2026-12-01", "")
    new(deck, "visit", "x", *arguments)
    value = load(deck.root)[0].definitions["x"].value
    assert (value.role, value.how, value.guests, value.asks) == (
        *("Ann", "by-car", 3),
        ("complaint-steps",),
    )


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ("nmae: {}", "no key is called `nmae`"),
        ("name: {key: nmae}", "no key is called `nmae`"),
        ("size: {key: parts}", "`parts` cannot be an option"),
        ("name: {promt: x}", "unknown key `promt`"),
    ],
)
def test_an_option_fills_a_key_that_one_can_type(
    project: MakeProject, options: str, fault: str
) -> None:
    deck = project({})
    new(deck, "kind", "term")
    deck.edit(
        "templates/term/kind.yaml",
        "keys:\n",
        f"new: {{options: {{{options}}}}}\nkeys:\n  parts: {{keys: {{a: {{type: line}}}}}}\n",
    )
    findings = compile_project(deck.root).findings
    assert [d.message for d in findings if d.is_error] == [fault]
    assert findings[0].span.file == "templates/term/kind.yaml"


# the words of a folder


def with_words(project: MakeProject, **files: str) -> ProjectFolder:
    """A project with the kind `term`, one term, and these `words.<language>.yaml` of its folder."""
    deck = project({})
    new(deck, "kind", "term")
    new(deck, "term", "warm", *TERM, "--role", "agent")
    for language, text in files.items():
        deck.write({f"templates/term/words.{language}.yaml": text})
    return deck


def fronts(deck: ProjectFolder) -> dict[str, str]:
    """The front of the first card of each note type."""
    package = read_package(deck.built())
    return {t.name.partition(": ")[2]: t.templates[0][1] for t in package.notetypes.values()}


def test_words_of_a_folder_win_in_that_folder_alone(project: MakeProject) -> None:
    """Input: a shared word that the folder says differently; `tool` has it too."""
    deck = with_words(project)
    new(deck, "tool", "router", "--name", "Router", "--does", "It routes.", "--role", "agent")
    path = "templates/term/words.en.yaml"
    deck.edit(path, "what_does_it_mean:", "what_is_it_for: NOT A TOOL\nwhat_does_it_mean:")
    deck.edit(path, "kind_term: Term", "kind_term: Word of ours\nkind_tool: Hammer")
    shown = fronts(deck)
    assert "Word of ours" in shown["Term"]
    assert "WHAT IS IT FOR?" in shown["Tool"]
    assert "Hammer" not in shown["Tool"]
    deck.edit("templates/term/means.front.html", "what_does_it_mean", "what_is_it_for")
    deck.edit("templates/term/notetype.yaml", "name | line", "name ~ word('kind_tool')")
    assert "NOT A TOOL" in fronts(deck)["Term"]
    notes = read_package(deck.package()).notes
    assert "Warm transferHammer" in [note.fields[0] for note in notes]


def test_a_folder_without_the_projects_language_speaks_english(project: MakeProject) -> None:
    deck = with_words(project)
    shared = (shipped.templates() / "_shared/words.en.yaml").read_text(encoding="utf-8")
    deck.write({"templates/_shared/words.nl.yaml": shared.replace("“", "„").encode()})
    deck.edit("decks/deck.yaml", "version:", "language: nl\nversion:")
    assert "WHAT DOES IT MEAN?" in fronts(deck)["Term"]
    english = (deck.root / "templates/term/words.en.yaml").read_text(encoding="utf-8")
    dutch = english.replace("WHAT DOES IT MEAN?", "WAT BETEKENT HET?")
    deck.write({"templates/term/words.nl.yaml": dutch})
    assert "WAT BETEKENT HET?" in fronts(deck)["Term"]


def test_a_fault_in_words_of_a_folder_is_located_and_blocks_its_own_decks(
    project: MakeProject,
) -> None:
    deck = with_words(project, en="kind_term: [Term]\n")
    deck.write({"decks/roles/other.yaml": "role: {title: Other, core: [{kind: question}]}\n"})
    built = deck.build()
    errors = [f"{d.span}: {d.message}" for d in built.findings if d.is_error]
    assert "templates/term/words.en.yaml:1:12: `kind_term` is not a text" in errors
    assert {p.role: p.state for p in built.packages} == {"agent": "blocked", "other": "written"}


def test_a_folder_of_the_project_may_have_words_and_nothing_else(project: MakeProject) -> None:
    """Input: a shipped kind whose folder in the project has no notetype.yaml."""
    deck = project({"templates/skill/words.en.yaml": "kind_skill: What you can do\n"})
    assert "What you can do" in fronts(deck)["Skill"]


@variants
def test_help_shows_an_example_with_each_text_that_is_asked_for(
    project: MakeProject, variant: Variant
) -> None:
    """What the help shows is a definition that can be built."""
    deck = project({})
    new(deck, "kind", "term", *variant.options)
    help = CliRunner().invoke(main, ["-C", str(deck.root), "new", "term", "--help"]).stdout
    assert f"prepdeck new term some-term {variant.example}" in help
    new(deck, "term", "some-term", *shlex.split(variant.example), "--role", "agent")
    assert not [finding for finding in deck.build().findings if finding.is_error]


def test_a_text_with_clozes_is_asked_for_until_it_hides_something(project: MakeProject) -> None:
    deck = project({})
    new(deck, "kind", "gap", "--cloze")
    run = at_terminal(["new", "gap", "first"], "no mark\na {{c1::mark}}\n", deck.root)
    assert run.returncode == 0, run.stderr
    assert "The text, with {{c1::…}} around what a card hides: " in run.stderr
    assert "`no mark`: this text hides nothing" in run.stderr
    assert load(deck.root)[0].definitions["first"].value.text == "a {{c1::mark}}"
    assert "`no`: this text hides nothing" in refused(deck, "new", "gap", "x", "--text", "no")
    assert "missing: --text" in refused(deck, "new", "gap", "x")


def test_a_needed_key_that_the_archetype_does_not_write_is_named(project: MakeProject) -> None:
    deck = project({})
    new(deck, "kind", "term")
    deck.edit("templates/term/kind.yaml", "  # example: {", "  example: {needed: true, ")
    stderr = refused(deck, "new", "term", "warm", *TERM, "--example", "On the phone.")
    assert "templates/term/new.yaml does not write `example`" in stderr
    deck.edit("templates/term/new.yaml", "means: [[", "example: [[ example | value ]]\nmeans: [[")
    new(deck, "term", "warm", *TERM, "--example", "On the phone.")
    assert load(deck.root)[0].definitions["warm"].value.example == "On the phone."


def test_ids_of_topics_may_be_given_as_a_list(project: MakeProject) -> None:
    """Input: a needed list of topics, which are no definitions of a kind."""
    deck = project({})
    new(deck, "kind", "term")
    deck.edit(
        "templates/term/kind.yaml", "keys:\n", "keys:\n  at: {list: {ref: topic}, needed: true}\n"
    )
    deck.edit("templates/term/new.yaml", "means: [[", "at:[[ at | items ]]\nmeans: [[")
    topics = ("customer/complaints", "operations/metrics")
    options = [part for topic in topics for part in ("--at", topic)]
    new(deck, "term", "warm", *TERM, *options, "--role", "agent")
    assert load(deck.root)[0].definitions["warm"].value.at == topics
    assert_faultless(deck)
