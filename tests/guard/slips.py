"""What is written where something else belongs: a line each, and below what no line can hold."""

from __future__ import annotations

#: Each has broken some reader of YAML, or is what another key takes.
VALUES = r"""
~
null
true
no
0
-1
1.5
1e9
nan
inf
999999999999999999
0x1f
1_000
٣
2026-11-31
2026-2-3
31.12.2026
20261120
word
UPPER
two words
a_b
-a
a--b
ä
🙂
[]
[a, b]
[[a], b]
[a, a]
{}
{a: b}
{a: {b: [c]}}
[{a: b}]
[Say sorry, then act]
a # b
#b
a: b
'
"
"a
'a' b
|
>
|9
- a
&a b
*a
!x y
!!int 3
%a
@a
`a`
? a
<<: a
[a
{a
own
shared
candidate
hiring
story
question
kpi
people
percent
up
""".splitlines()
VALUES += ["a" * 80, "[" * 40 + "]" * 40, "\t", "a\tb", "a\x07b", "a\u2028b", "a\x85b", "\ufeffa"]
VALUES += ["a\udcffb", "\ufdd0", "cafe\u0301"]

#: Texts that a rule of content finds fault with, or that Markdown, HTML and Anki read otherwise.
TEXTS = r"""
Do you like it?
Is it so?
Do you like it? And why do you?
How old are you, and are you married?
Where were you born?
Write to anna@firm.de about it.
Call +49 170 1234567 or 030 1234567.
The NPS and the FCR went up by 5 %.
We got 40 % more, and 40 % less, and 40 % again.
We did this. We did that. We went. We came back.
It went well.
ask for {{ vars.nobody }} today
ask for {{ vars.company | upper }} today
ask for {{ company }} and {{
ask for {% if %} today
say it # and mean it
<b>bold</b> & more
**bold and *odd
[a link](b
1. one 2. two
\( x^2 + {{c1::y}}
::
a::b
:a
a:
Say sorry, then act
""".strip().splitlines()
TEXTS += [" ".join(["word"] * 60)]
TEXTS += [". ".join(["Notwithstanding considerations concerning incomprehensibility"] * 6) + "."]

#: Expressions of notetype.yaml.
EXPRESSIONS = r"""
nobody | line
ask |
ask | nofilter
1 / 0
word('nope')
word()
shows[9].when
view.vars.nobody
item.foo
own_words
ask.upper()
ask.__class__
''
'  '
id
topics
[]
['A B', '']
['a', 'a']
answers
(
'{{'
range(9)
name | name
sources | cited
steps | points | line
(examples.values() | first).gives
drill.with_
Id
Spare 1
FrontSide
a{b
""".strip().splitlines()

#: What stands on a page.
PAGES = [
    *r"""
{{Aks}}
{{
{{/Ask}}
{{#Ask}}
{{^Name}}
{{text:Nobody}}
{{}}
[[ nope.x ]]
[% if %]
[[
[% endcall %]
[% include 'gone.html' %]
[% from '_shared/gone.html' import x %]
[[ word('nope') ]]
[[ 1 / 0 ]]
<script>
{{FrontSide}}
""".strip().splitlines(),
    "\udcff",
]

#: Keys from elsewhere, and some from nowhere.
KEYS = [
    "was",
    "retired",
    "topics",
    "sources",
    "silence",
    "ask",
    "type",
    "steps",
    "answer",
    "sample",
    "name",
    "with",
    "not",
    "with_",
    "id",
    "item",
    "key",
    "notes",
    "override",
    "extends",
    "nobody",
    "Name",
    "kind",
    "each",
    "gate",
    "content",
    "side",
    "vars",
    "limits",
    "role",
    "questions",
]

#: What a key may hold that is wrong, or that clashes with what others hold.
OF_KEYS = {
    "extends": ["hire", "agent", "acme", "nobody", "keeper"],
    "title": ["Agent", "agent", "A::B", ":x", "''", "a\u0308", "Whoever Hires"],
    "was": ["agent", "hire", "old-hire", "calm", "refund-approach", "nobody", "was-a-card"],
    "key": ["agent", "hire", "old-hire", "acme", "acme-7f3b", "A"],
    "notes": ["own", "shared", "mine"],
    "side": ["candidate", "hiring", "both"],
    "starts": ["2026-12-31", "2025-01-01", "2026-12-14"],
    "interview": ["2027-12-31", "2025-01-01", "2026-12-01"],
    "minutes_per_day": ["4", "5", "240", "241"],
    "namespace": ["other-decks", "A"],
    "language": ["en", "de", "english"],
    "speech": ["de_DE", "de"],
    "core_cards": ["1", "0"],
    "list_items": ["1"],
    "reading_grade": ["1"],
    "benchmark_years": ["1"],
    "year": ["1979", "2101", "1990"],
    "type": ["story", "approach", "knowledge", "pitch", "speech"],
    "unit": ["percent", "parsecs"],
    "gives": ["1", "60.0", "6e1", "-60"],
    "formula": ["waits", "sum(waits) /", "waits ** waits", "__import__('os')", "1 / 0", "x"],
    "compute": ["all", "sum(all)", "max(all, 3)", "len()"],
    "seen": ["2026-11-31", "today", "2026-11-20T10:00"],
    "seconds": ["19", "20", "300", "301", "90.0"],
    "personal": ["true", "yes", "maybe"],
    "spoken": ["true", "1"],
}

#: Lines for a file's beginning, its end and anywhere.
LINES = ["  : [", "---", "...", "%YAML 1.1", "x", "? ", "# a comment", "\t"]
CONFLICT = ["<<<<<<< ours", "=======", ">>>>>>> theirs"]
