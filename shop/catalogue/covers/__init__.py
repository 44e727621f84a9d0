"""The covers that the shop draws for books without one: type, a palette from the subject, an ornament."""

from random import Random

from django.utils.translation import gettext as _

from .layouts import LAYOUTS
from .lettering import cleaned
from .palette import palette
from .sheet import Sheet

COVER_VERSION = "2"  # raise it when the drawing changes, so that browsers ask again
LONGEST_TITLE, LONGEST_SUBTITLE, LONGEST_BYLINE = 150, 100, 60


def draw_cover(*, title: str, subtitle: str, byline: str, colour: str, seed: str) -> str:
    """A cover as a standalone SVG document, 400 by 600; the same words and seed (the ISBN) give the same cover.

    `colour` is the subject's, #rrggbb; anything else gives slate. Letters are drawn as outlines, so that it looks
    the same everywhere; scripts that our fonts lack are left to the viewer's.
    """
    chance = Random(seed)
    tone, layout = chance.choice(LAYOUTS)
    sheet = Sheet(
        title=shortened(cleaned(title), LONGEST_TITLE),
        subtitle=shortened(cleaned(subtitle), LONGEST_SUBTITLE),
        byline=shortened_byline(cleaned(byline)),
        colours=palette(colour, tone, chance),
        chance=chance,
    )
    layout(sheet)
    return sheet.document()


def shortened(text: str, longest: int) -> str:
    """The text, cut after a whole word where it is too long."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    return (head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head).rstrip(" ,;:-") + "…"


def shortened_byline(byline: str) -> str:
    """As many of the names as a cover has room for."""
    if len(byline) <= LONGEST_BYLINE:
        return byline
    first, *others = byline.split(", ")
    if not others:
        first, *others = first.split(_(" and "))
    if len(others) > 1 and len(first) + len(others[0]) <= LONGEST_BYLINE - 15:
        first = f"{first}, {others[0]}"
    return shortened(first, LONGEST_BYLINE - 12) + (_(" and others") if others else "")
