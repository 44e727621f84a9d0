"""Texts of a product record: HTML, XHTML or plain, as senders write them, whatever they say it is."""

import html
import re

import nh3

from shop.prose import clean_html

from . import codes
from .oddities import Oddities
from .product import Collateral, Passage
from .tags import XHTML, Composite, MarkedUp, first, line_of_text

A_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
SECTION = re.compile(r"<(/?)(?:div|section|h[1-6]|tr)\b[^<>]*>", re.IGNORECASE)  # paragraphs to the shop
PARAGRAPH = re.compile(r"<(?:p|br|ul|ol|li|dl|blockquote)\b[^<>]*>", re.IGNORECASE)
# From line end to line end: if it began with any space, a text of nothing else would take its length squared.
BLANK_LINES = re.compile(r"\n\s*\n")
LONGEST = 100_000  # characters: no text about a book is longer
MOST_TEXT = 500_000  # characters of all the texts about one book
MOST_PASSAGES = 60


def read_collateral(node: Composite, odd: Oddities) -> Collateral:
    """The block's `<CollateralDetail>`: the texts that are for customers' eyes."""
    passages: list[Passage] = []
    length = 0
    for content in node.get("TextContent", []):
        kind = odd.code(153, first(content, "TextType"))
        audiences = content.get("ContentAudience") or [""]
        written: list[MarkedUp] = content.get("Text", [])
        if kind in codes.ABOUT_COLLECTION or len(kind) > 2 or not codes.FOR_CUSTOMERS.intersection(audiences):
            continue
        if not written or len(passages) == MOST_PASSAGES:
            continue
        length += len(written[0].written)
        if len(written[0].written) > LONGEST or length > MOST_TEXT:
            odd.note("Text", written[0].written)
            continue
        if cleaned := cleaned_html(written[0]):
            passages.append(Passage(kind, cleaned, _source(content)))
    description = next((p for kind in codes.DESCRIPTIONS for p in passages if p.text_type == kind), None)
    return Collateral(
        description=description.html if description else "",
        # What is said shortly beside a longer description is for others' lists.
        passages=tuple(
            p for p in passages if p is not description and p.text_type != codes.SHORT_DESCRIPTION
        ),
    )


def _source(content: Composite) -> str:
    names = [
        *content.get("TextAuthor", []),
        first(content, "TextSourceCorporate"),
        first(content, "SourceTitle"),
    ]
    return line_of_text(", ".join(filter(None, names)), 300)


def cleaned_html(text: MarkedUp) -> str:
    """The text as simple HTML, "" if nothing is left of it.

    Many senders write tags into what they say is plain text, and line ends for paragraphs into what they say is HTML.
    """
    written = text.written.replace("\r\n", "\n").strip()
    if _has_tags(text.format, written):
        written = SECTION.sub(r"<\1p>", written)
        if "\n" in written and not PARAGRAPH.search(written):
            written = "".join(f"<p>{part.strip()}</p>" for part in BLANK_LINES.split(written))
    return clean_html(written).replace("<p></p>", "")


def plain(text: MarkedUp) -> str:
    """The text without markup, paragraphs parted by an empty line."""
    written = text.written.replace("\r\n", "\n").strip()[:LONGEST]
    if not _has_tags(text.format, written):
        return html.unescape(written)
    bare = nh3.clean(PARAGRAPH.sub("\n\n", SECTION.sub("<p>", written)), tags=set())
    return "\n\n".join(part.strip() for part in BLANK_LINES.split(html.unescape(bare).strip()))


def _has_tags(form: str, written: str) -> bool:
    return form == XHTML or bool(A_TAG.search(written))
