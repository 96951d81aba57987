"""What a learner wrote in Anki, as Markdown: the words stay, and it reads back as it was."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder.html.blocks import parse_field, text_of
from builder.html.markdown import to_markdown
from builder.render.text import block_html, plain


def read_back(html: str) -> str:
    return block_html(to_markdown(html).text, {})


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("I let him shout.", "I let him shout."),
        ("first<div>second</div>", "first\n\nsecond"),
        ("first<div><br></div><div>second</div>", "first\n\nsecond"),
        ("one line<br>and the next<br><br>a paragraph", "one line\\\nand the next\n\na paragraph"),
        ("two&nbsp; blanks &nbsp;and an end&nbsp;", "two blanks and an end"),
        ("10&nbsp;%", "10\xa0%"),
        ("<b>bold </b>and <i>slanted</i>", "**bold** and *slanted*"),
        ("<b>a<i>b</i></b>", "**a*b***"),
        ('<span style="font-weight: 700; font-size: 12px;">x</span>', "**x**"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ('<ol start="3"><li>c</li><li>d</li></ol>', "3. c\n4. d"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ('<a href="https://x.example/a_(b)">there</a>', "[there](<https://x.example/a_(b)>)"),
        ("<blockquote>they<br>said</blockquote>", "> they\\\n> said"),
        ("<pre>a\n\tb</pre>", "```\na\n\tb\n```"),
        (r"\(a_1 * b_2 * c_3\) and <b>x</b>", r"\(a_1 * b_2 * c_3\) and **x**"),
        ("[sound:my_own_voice.mp3]", "[sound:my_own_voice.mp3]"),
    ],
)
def test_what_the_editor_writes_is_markdown(html: str, text: str) -> None:
    said = to_markdown(html)
    assert (said.text, said.losses) == (text, ())
    assert same_content(block_html(text, {}), html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("1. Listen", "1\\. Listen"),
        ("- a dash", "\\- a dash"),
        ("a *star* and _that_", "a \\*star\\* and \\_that\\_"),
        ("AT&amp;T, 3 &lt; 4", "AT&T, 3 < 4"),
        ("&amp;amp;", "\\&amp;"),
        ("{{ vars.company }} pays", "{\\{ vars.company }} pays"),
        ("{{c1::a}}", "{{c1::a}}"),
        ("`tick", "`tick"),
    ],
)
def test_signs_stay_signs(html: str, text: str) -> None:
    assert to_markdown(html).text == text
    assert plain(block_html(text, {"company": "Acme"})) == plain(html)


@pytest.mark.parametrize(
    ("html", "text", "lost"),
    [
        ('a<img src="desk.jpg">b', "ab", "a picture (desk.jpg)"),
        ('<img src="a&#27;[31m.png">b', "b", "a picture (a[31m.png)"),
        ('<img src="data:image/png;base64,AAAA">b', "b", "a picture"),
        (f'<img src="{"a" * 90}.png">b', "b", f"a picture ({'a' * 40})"),
        ('<font color="#ff0000">red</font> words', "red words", "colours"),
        ('<span style="color: rgb(1, 2, 3)">red</span>', "red", "colours"),
        ("<u>under</u>", "under", "underlining"),
        ("H<sub>2</sub>O", "H2O", "small raised or lowered letters"),
        ("<h2>Head</h2>text", "**Head**\n\ntext", "a heading"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", "a table"),
        ("bell\x07", "bell", "the invisible character U+0007"),
        ("<code>{{ vars.x }}</code>", "{\\{ vars.x }}", "emphasis or links"),
        ("end.<b>Begin.</b>go", "end.Begin.go", "emphasis or links"),
    ],
)
def test_what_cannot_be_said_is_named_and_its_words_stay(html: str, text: str, lost: str) -> None:
    said = to_markdown(html)
    assert (said.text, *map(str, said.losses)) == (text, lost)


@pytest.mark.parametrize(
    ("html", "media"),
    [
        ('<img src="desk.jpg">', True),
        ("<img>", True),
        ('<audio src="me.mp3"></audio>', True),
        ("<video></video>", True),
        ("<u>a picture</u>", False),
        ("<table><tr><td>a</table>", False),
    ],
)
def test_pictures_and_sounds_are_gone_for_good_when_a_text_takes_their_place(
    html: str, media: bool
) -> None:
    assert [loss.is_media for loss in parse_field(html).losses] == [media]


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_other_ends_of_lines_become_ours(end: str) -> None:
    assert to_markdown(f"one{end}two").text == "one\\\ntwo"


_WORDS = st.text(
    "ab é1.,:;!?()[]{}<>*_`#+-=|~\\/&\"'$%@^ \t\n\xa0\x85\x07\u0301\u2028", max_size=12
).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
_TAGS = (
    "b",
    "i",
    "u",
    "code",
    "div",
    "p",
    "span",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "h2",
    "td",
)
_PIECES = st.one_of(
    _WORDS,
    st.sampled_from(["<br>", "<hr>", '<img src="x.png">', "&nbsp;", r"\(x_1\)", "{{ vars.a }}"]),
    st.sampled_from(_TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(_TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(['<a href="https://x.example/(a)_b">', "</a>", '<b style="font-weight:400">']),
)
HTML = st.lists(_PIECES, max_size=14).map("".join)


def same_content(html: str, second: str) -> bool:
    """Whether two fields have the same blocks, as far as Markdown can say it."""
    return html == second or parse_field(html).blocks == parse_field(second).blocks


def letters(html: str) -> str:
    """The letters and digits of what is seen."""
    return "".join(c for block in parse_field(html).blocks for c in text_of(block) if c.isalnum())


@settings(max_examples=400)
@given(HTML)
@example('<i><blockquote>!$\xa0!&lt;+_[*<div><a href="https://x.example/(a)_b">]')
@example('<ul><li><i>_[*</i></li><li><a href="https://x.example">]_*</a></li></ul>')
def test_no_field_loses_a_word_and_markdown_is_stable(html: str) -> None:
    said = to_markdown(html)
    again = read_back(html)
    assert letters(again) == letters(html)
    assert same_content(again, html) or said.losses
    assert read_back(again) == again or same_content(read_back(again), again)
    for line in said.text.split("\n"):
        assert "\x85" not in line
        assert not line.startswith("\t") or "```" in said.text


@settings(max_examples=400)
@given(st.text("ab1 .*_`#>-+=[]()<&\\\n\t{}|~$!", max_size=60))
def test_markdown_to_html_and_back_is_the_same_html(text: str) -> None:
    html = block_html(text, {})
    assert same_content(read_back(html), html) or to_markdown(html).losses
