"""Markdown to the HTML of a field: plain, safe, and stable under another cleaning."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
import pytest
from conftest import NOON, MakeProject
from hypothesis import assume, example, given
from hypothesis import strategies as st

from builder.package.packed import read_package
from builder.render import text
from builder.render.text import block_html, inline_html

#: All that a field may hold; a card's layout belongs to its templates.
TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "*": set[str]()}


VALUES = {"company": "Acme", "hostile": "<b>A*B*&C", "quoted": 'say "x" onclick="y"'}


def cleaned(html: str) -> str:
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)


class Elements(HTMLParser):
    """The tags of a page and the attributes of each."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.hrefs: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.hrefs += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


# --- text stays text ----------------------------------------------------------------------------

AS_TEXT = [
    ("a < b", "a &lt; b"),
    ("a > b & c", "a &gt; b &amp; c"),
    ("<Escalate>", "&lt;Escalate&gt;"),
    ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
    ("<!-- hidden -->", "&lt;!-- hidden --&gt;"),
    ("{{ticket.id}}", "{{ticket.id}}"),
    ("{{c1::x}}", "{{c1::x}}"),
    ("{% if x %}", "{% if x %}"),
    (r"\(x^{{2}}\)", r"\(x^{{2}}\)"),
    (r"\(a_1 *b* < c\)", r"\(a_1 *b* &lt; c\)"),
    (r"\[ \frac{1}{2} \\ x \]", r"\[ \frac{1}{2} \\ x \]"),
    ("a&nbsp;b", "a&nbsp;b"),
    ("&lt;b&gt;", "&lt;b&gt;"),
    ("&amp;lt;", "&amp;lt;"),
    ("well done 😀", "well done 😀"),
    ("مرحبا بالعالم", "مرحبا بالعالم"),
    ("שלום <b>", "שלום &lt;b&gt;"),
    ("e\u0301", "é"),
    ("# no heading", "# no heading"),
    ("\"quoted\" and 'quoted'", "\"quoted\" and 'quoted'"),
    ("[sound:x.mp3]", "[sound:x.mp3]"),
]


@pytest.mark.parametrize(("source", "html"), AS_TEXT)
def test_what_is_no_markdown_of_ours_is_text(source: str, html: str) -> None:
    assert inline_html(source, VALUES) == html
    assert block_html(source, VALUES) == f"<p>{html}</p>"


def test_a_line_has_emphasis_and_code_but_no_blocks() -> None:
    assert inline_html("**now** or *never*, `x < y`", {}) == (
        "<strong>now</strong> or <em>never</em>, <code>x &lt; y</code>"
    )
    assert inline_html("- a\n- b\n\n> c", {}) == "- a - b &gt; c"


def test_prose_has_paragraphs_lists_quotes_and_code() -> None:
    assert block_html("one\n\ntwo", {}) == "<p>one</p>\n<p>two</p>"
    assert block_html("- a\n- b", {}) == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    assert block_html("1. a\n2. b", {}) == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"
    assert block_html("3. a", {}) == '<ol start="3">\n<li>a</li>\n</ol>'
    assert block_html("> a", {}) == "<blockquote>\n<p>a</p>\n</blockquote>"
    assert block_html("```\na < b\n```", {}) == "<pre><code>a &lt; b\n</code></pre>"
    assert block_html("a\\\nb", {}) == "<p>a<br>\nb</p>"


@pytest.mark.parametrize("source", ["# a", "a\n===", "---", "a\n---\nb", "[x]: http://a"])
def test_a_field_has_no_headings_rules_or_hidden_definitions(source: str) -> None:
    found = Elements(block_html(source, {}))
    assert found.tags == {"p"}
    assert found.text.split() == source.split()


def test_display_math_may_run_over_lines() -> None:
    assert block_html("\\[\na *b*\nc < d\n\\]", {}) == "<p>\\[\na *b*\nc &lt; d\n\\]</p>"
    assert inline_html("\\[\na *b*\nc < d\n\\]", {}) == "\\[ a *b* c &lt; d \\]"


@pytest.mark.parametrize("middle", ["+ b", "- b", "> b", "= b", "    b"])
def test_no_line_of_display_math_begins_a_block(middle: str) -> None:
    html = block_html(f"\\[\na\n{middle}\nc\n\\]", {})
    assert "".join(Elements(html).text.split()) == "".join(f"\\[a{middle}c\\]".split())
    assert Elements(html).tags == {"p"}


#: What a formula is, in one pattern; it takes quadratic time where many open and none closes.
FORMULA = re.compile(r"\\\((?:(?!\n\n).)+?\\\)|\\\[(?:(?!\n\n).)+?\\\]", re.DOTALL)
SIGNS = st.sampled_from(["\\(", "\\)", "\\[", "\\]", "\\", "(", "x", "\n", "\n\n"])


@given(st.lists(SIGNS, max_size=16).map("".join))
@example("\\(\\)\\)")
def test_formulas_are_where_one_pattern_finds_them(source: str) -> None:
    assert [source[span] for span in text.formulas(source)] == FORMULA.findall(source)


def test_math_that_never_closes_is_text() -> None:
    assert inline_html(r"\(a and \[b", {}) == "(a and [b"


def test_a_stroke_in_front_of_a_text_breaks_no_tag() -> None:
    """U+0338 and the `>` of a tag are one character, ≯, once a field is normalised."""
    assert Elements(block_html("\u0338 a", {})).tags == {"p"}
    assert Elements(inline_html("*{{ vars.x }}* b", {"x": "\u0338 a"})).tags == {"em"}
    assert Elements(block_html("\u0301&#x338; a", {})).tags == {"p"}
    assert Elements(inline_html("*\u0301{{ vars.x }}* b", {"x": "\u0338 a"})).tags == {"em"}


def test_a_no_break_space_in_a_value_is_written_like_any_other() -> None:
    assert inline_html("{{ vars.x }}", {"x": "Acme\u00a0Ltd"}) == "Acme&nbsp;Ltd"


def test_a_no_break_space_stays_one() -> None:
    assert block_html("70\u00a0%", {}) == "<p>70&nbsp;%</p>"
    assert inline_html("70\u00a0%", {}) == "70&nbsp;%"


# --- variables ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["{{ vars.company }}", "{{vars.company}}", "{{  vars.company}}"]
)
def test_a_variable_becomes_its_value(written: str) -> None:
    assert inline_html(f"Why {written}?", VALUES) == "Why Acme?"
    assert block_html(f"Why {written}?", VALUES) == "<p>Why Acme?</p>"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("at {{ vars.hostile }}", "at &lt;b&gt;A*B*&amp;C"),
        ("**{{ vars.hostile }}**", "<strong>&lt;b&gt;A*B*&amp;C</strong>"),
        ("*{{ vars.hostile }}*s", "<em>&lt;b&gt;A*B*&amp;C</em>s"),
        ("`{{ vars.hostile }}`", "<code>&lt;b&gt;A*B*&amp;C</code>"),
        ("<{{ vars.hostile }}>", "&lt;&lt;b&gt;A*B*&amp;C&gt;"),
        ("[{{ vars.hostile }}](https://a.example)", "&lt;b&gt;A*B*&amp;C"),
    ],
)
def test_no_value_becomes_markup(source: str, html: str) -> None:
    if source.startswith("["):
        html = f'<a href="https://a.example">{html}</a>'
    assert inline_html(source, VALUES) == html
    assert block_html(source, VALUES) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "source",
    ["{{ vars.nobody }}", "{{ vars.company | upper }}", "{{ vars['company'] }}", "{{ vars }}"],
)
def test_what_is_no_declared_variable_stays_as_it_is_written(source: str) -> None:
    assert inline_html(source, VALUES) == source


def test_a_variable_between_formulas_and_inside_one_becomes_its_value() -> None:
    source = r"\(a\) {{ vars.company }} \(\text{at {{ vars.company }}}\)"
    assert inline_html(source, VALUES) == r"\(a\) Acme \(\text{at Acme}\)"


def test_a_value_is_not_read_again() -> None:
    values = {"a": "{{ vars.b }}", "b": "no"}
    assert inline_html("{{ vars.a }}{{ vars.b }}", values) == "{{ vars.b }}no"


def test_a_variable_inside_other_braces_is_still_one() -> None:
    assert inline_html("{{{{ vars.company }}}}", VALUES) == "{{Acme}}"


def test_no_value_leaves_its_attribute() -> None:
    for source in ('[x](https://a.example "{{ vars.quoted }}")', "[x](/{{ vars.quoted }})"):
        found = Elements(inline_html(source, VALUES))
        assert found.attributes <= {("a", "href")}


def test_a_variable_in_a_link_is_part_of_its_address() -> None:
    values = {"company": "Acme & Söhne"}
    assert inline_html("[jobs](https://jobs.example/{{ vars.company }}?a=1&b=2)", values) == (
        '<a href="https://jobs.example/Acme%20%26%20S%C3%B6hne?a=1&amp;b=2">jobs</a>'
    )


# --- links --------------------------------------------------------------------------------------


def test_a_link_keeps_its_address_and_nothing_else() -> None:
    assert inline_html("[a](https://a.example/?b=1&c=2)", {}) == (
        '<a href="https://a.example/?b=1&amp;c=2">a</a>'
    )
    assert (
        inline_html("<https://a.example>", {})
        == '<a href="https://a.example">https://a.example</a>'
    )
    assert inline_html('[a](https://a.example "title")', {}) == '<a href="https://a.example">a</a>'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#x6A;avascript:alert(1)",
        "java&#x0A;script:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "{{ vars.evil }}",
        "{{ vars.evil }}//x",
    ],
)
def test_no_link_runs_anything(address: str) -> None:
    values = {"evil": "javascript:alert(1)"}
    for source in (f"[a]({address})", f"<{address}>", f"![a]({address})"):
        found = Elements(block_html(source, values))
        assert {urlsplit(href).scheme for href in found.hrefs} <= {"", "http", "https"}


# --- laws ---------------------------------------------------------------------------------------

_PIECES = [
    *("a", " ", "\n", "\n\n", "*", "**", "_", "`", "```", "~~~", "[", "]", "(", ")", "<", ">", "&"),
    *(
        "- ",
        "1. ",
        "> ",
        "# ",
        "    ",
        "\t",
        "\\",
        "\\(",
        "\\)",
        "\\[",
        "\\]",
        "{{",
        "}}",
        "!",
        "|",
    ),
    *("{{ vars.company }}", "{{ vars.hostile }}", "{{ vars.quoted }}", "{{ vars.drawn }}", "---"),
    *(
        "](https://a.example)",
        "](javascript:x)",
        '](x "y")',
        "<p>",
        "</p>",
        "<script>",
        "<a href=x>",
    ),
    *("&lt;", "&nbsp;", "&#10;", "&#x338;", "\u0338", "\u0301", "\u00a0", "é", "😀", "ש", "\u202e"),
]
#: What the reader lets in: no control characters, no surrogates, no noncharacters.
_CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\u2028\u2029\ufeff"
)
_SOURCES = st.lists(st.sampled_from(_PIECES), max_size=20).map("".join) | st.text(_CHARACTERS)
_DRAWN = st.text(_CHARACTERS, max_size=8) | st.sampled_from(["<", ">", "&", '"', "'", "\u0338"])


@given(_SOURCES, _DRAWN)
@example('[x](y "z")', "")
@example("\u0338", "")
@example("{{ vars.drawn }}", "\u0338")
@example("{{ vars.drawn }}", "a\u00a0b")
@example("\u0301&#x338;", "")
def test_another_cleaning_would_change_nothing(source: str, drawn: str) -> None:
    values = {**VALUES, "drawn": drawn}
    for html in (inline_html(source, values), block_html(source, values)):
        # A stroke that would make one character with the end of a tag stays an entity.
        assert cleaned(html) == html.replace("&#824;", "\u0338")


@given(_SOURCES, _DRAWN)
@example('[x](y "z")', "")
@example('[x](y "{{ vars.drawn }}")', '" onclick="')
@example("\u0301&#x338;", "")
def test_no_tag_and_no_attribute_is_outside_the_list(source: str, drawn: str) -> None:
    values = {**VALUES, "drawn": drawn}
    for html in (inline_html(source, values), block_html(source, values)):
        found = Elements(html)
        assert found.tags <= TAGS
        assert found.attributes <= {("a", "href"), ("ol", "start")}
    assert Elements(inline_html(source, values)).tags <= {"a", "br", "code", "em", "strong"}


@given(_SOURCES, _DRAWN)
@example("*\u0338x*", "")
def test_every_field_is_in_normal_form(source: str, drawn: str) -> None:
    values = {**VALUES, "drawn": drawn}
    for html in (inline_html(source, values), block_html(source, values)):
        assert unicodedata.is_normalized("NFC", html)


@given(st.text(_CHARACTERS, min_size=1))
@example("\u0338")
@example("a\u00a0b")
def test_a_value_reads_as_it_was_given(value: str) -> None:
    assume(value == value.strip())
    html = inline_html("**x {{ vars.drawn }}**", {"drawn": value})
    shown = unicodedata.normalize("NFC", Elements(html).text)
    assert shown == unicodedata.normalize("NFC", f"x {value}")


@given(st.text())
def test_nothing_that_can_be_typed_stops_the_rendering(source: str) -> None:
    for html in (inline_html(source, {}), block_html(source, {})):
        assert Elements(html).tags <= TAGS


def test_titles_are_composed_too(project: MakeProject) -> None:
    """A title with its accents apart would be another text to Anki, which composes them."""
    deck = project({})
    deck.edit("decks/topics.yaml", "complaints: Complaints", "complaints: Re\u0301clamations")
    notes = read_package(deck.built(NOON)).notes
    shown = [field for note in notes for field in note.fields if "clamations" in field]
    assert shown
    assert set(shown) == {"R\u00e9clamations"}


#: Words and signs of which some mean something in Markdown, at the beginning of a line or anywhere.
PIECES = st.lists(
    st.sampled_from(
        [
            *("word", "Two", "é", "e\u0301", "7", "7.", "7)", "-", "+", "*", "_", "=", "--", "==="),
            *(" ", "  ", "    ", "\n", "\n\n", "\n\n\n", "\t", "<b>", "&", "&amp;", "`", "(c)"),
            *('"', "'", "’", "“", "—", "…", "€", "5 %", "a/b", "http://a.bc", "[a](b)", "\\(x\\)"),
            *("#", "...", "\\", "{{", "\u0338", "{{ vars.company }}", "{{vars.hostile}}"),
            *("{{ vars.unknown }}", "{{ vars.quoted }}", "{{\nvars.company }}"),
            *("*word*", "**two words**", "* word*", "*word *", "***word***", "**", "_word_"),
        ]
    )
)


@given(PIECES)
def test_the_short_way_of_plain_words_gives_what_markdown_gives(pieces: list[str]) -> None:
    source = "".join(pieces)
    as_line = re.sub(r"[ \t\n]+", " ", source).strip(" ")
    assert text.inline_html(source, VALUES) == text._rendered(
        as_line, VALUES, text._READER.renderInline
    )
    assert text.block_html(source, VALUES) == text._rendered(source, VALUES, text._READER.render)


@given(
    st.text(
        st.sampled_from(text._LETTERS.replace("A-Z", "AZ").replace("a-z", "az") + " 0,.;:?)/%+=-\n")
    )
)
def test_every_sign_of_plain_words_is_one_that_markdown_leaves_alone(source: str) -> None:
    assert text.block_html(source, {}) == text._rendered(source, {}, text._READER.render)
