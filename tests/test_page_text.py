"""The text of a saved web page: its lines as a browser shows them, and nothing that it hides."""

from __future__ import annotations

import pytest

from builder.html.page import page_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>Your tasks</h2>You answer", "Your tasks\n\nYou answer"),
        ("<p>one</p>\n<p>two\n  words</p>", "one\n\ntwo words"),
        ("<div>one<div>two</div></div>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul>", "- a\n\n- b\n\nc"),
        ("<ol start=4><li>a<ul><li>b</ul></ol>", "- a\n\n- b"),
        ("<li>a</li><li>b</li>", "- a\n\n- b"),
        ("<ul><li><blockquote>a<p>b</blockquote></ul>", "- a\n\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("<b>Q&amp;A</b> with <i>us</i>, &lt; 3&nbsp;h", "Q&A with us, < 3\xa0h"),
        ("", ""),
    ],
)
def test_a_page_is_its_headings_paragraphs_and_items(html: str, text: str) -> None:
    assert page_text(html) == text


def test_a_page_has_no_text_that_a_browser_hides() -> None:
    html = (
        "<!doctype html><html><head><title>Jobs</title><style>p {color: red}</style></head><body>"
        "<script>if (a < b) {c()}</script><!-- <p>no</p> --><template><p>no</p></template><p>yes"
    )
    assert page_text(html) == "yes"


def test_a_page_may_nest_deeper_than_python_calls() -> None:
    assert page_text("<ul><li>a" * 2000) == "\n\n".join(["- a"] * 2000)
