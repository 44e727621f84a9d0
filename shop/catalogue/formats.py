"""Product forms, ONIX code list 150: what a book is, as customers call it."""

from functools import cache

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    """The codes that staff choose from."""

    BOOK = "BA", _("Book")
    HARDBACK = "BB", _("Hardback")
    PAPERBACK = "BC", _("Paperback")
    SPIRAL_BOUND = "BE", _("Spiral bound")
    BOARD_BOOK = "BH", _("Board book")
    BOXED_SET = "SA", _("Boxed set")
    AUDIO_CD = "AC", _("Audio CD")
    AUDIO_DOWNLOAD = "AJ", _("Audiobook download")
    EBOOK = "EA", _("E-book")
    CALENDAR = "PC", _("Calendar")
    CARDS = "PD", _("Cards")


# Other codes of the list, by their first letter.
KINDS: dict[str, Promise] = {
    "A": _("Audiobook"),
    "B": _("Book"),
    "C": _("Map"),
    "D": _("Digital edition on disc"),
    "E": _("E-book"),
    "P": _("Printed item"),
    "S": _("Set"),
    "V": _("Video"),
}


def is_digital(code: str) -> bool:
    """Whether it comes as a file: there is nothing to put into a parcel (list 150, AJ to AN and E)."""
    return code.startswith("E") or code in ("AJ", "AK", "AL", "AN")


def format_name(code: str) -> str:
    """The product form in words; of a code that the shop does not know, what kind of thing it is."""
    return _name(code, get_language())


@cache  # lists ask for each book's, and a label is slow to find
def _name(code: str, language: str | None) -> str:
    if code in Format.values:
        return str(Format(code).label)
    return str(KINDS.get(code[:1], _("Other")))
