"""Texts about books: simple HTML, whoever wrote it, and nothing in it that runs, loads or leads away."""

import html
import re

import nh3
from django.utils.html import escape, strip_tags

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "i",
    "b",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "cite",
    "sup",
    "sub",
}
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
PARAGRAPHS = re.compile(r"\n\s*\n")


def clean_html(text: str) -> str:
    """The text as simple HTML; plain text becomes paragraphs, what is not simple goes, with scripts and links.

    What is clean stays as it is, to the letter: a text that comes back has not changed.
    """
    text = text.replace("\0", "").strip()
    if not text:
        return ""
    if not MARKUP.search(text):
        paragraphs = PARAGRAPHS.split(html.unescape(text).replace("\r\n", "\n"))
        text = "\n".join(
            f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip()
        )
    clean = nh3.clean(text, tags=TAGS, attributes={}, link_rel=None).strip()
    return clean if MARKUP.search(clean) else clean_html(clean)  # of whose markup nothing is left


def plain_text(text: str) -> str:
    """The words of such a text, for places where there is no markup."""
    spaced = re.sub(r"<(?:/p|/li|/dd|br)[^>]*>", " ", text)
    return " ".join(html.unescape(strip_tags(spaced)).split())
