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


class ProductClass(models.TextChoices):
    """Kinds of products as tax tells them apart."""

    PRINT = "print", _("Printed")
    DIGITAL = "digital", _("Digital")
    AUDIO = "audio", _("Audiobook")
    OTHER = "other", _("Other")


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


def product_class(code: str) -> ProductClass:
    """Which kind of product a product form is (list 150): books, maps, sets of books and sheet music are printed;
    audiobooks are a kind of their own, on a disc or as a file, for the law often taxes them otherwise than e-books
    (in the United Kingdom: Value Added Tax Act 1994, schedule 8, group 3, item 7); other files are digital, and what
    else comes on a disc, a calendar or cards are neither."""
    if code.startswith("A"):
        return ProductClass.AUDIO
    if is_digital(code):
        return ProductClass.DIGITAL
    return ProductClass.PRINT if code[:1] in ("B", "C", "S") else ProductClass.OTHER


# What a copy weighs, in grams, by its product form; by its first letter where no more is known.
WEIGHTS = {"BB": 600, "BC": 320, "BE": 450, "BH": 400, "SA": 1500, "PC": 400, "PD": 150}
WEIGHTS_OF_KINDS = {"A": 120, "B": 400, "C": 150, "D": 120, "P": 200, "S": 1500, "V": 120}


def usual_weight(code: str) -> int:
    """What a copy of this product form weighs, in grams, where its own weight is not known; a file weighs nothing."""
    return 0 if is_digital(code) else WEIGHTS.get(code, WEIGHTS_OF_KINDS.get(code[:1], 400))


def format_name(code: str) -> str:
    """The product form in words; of a code that the shop does not know, what kind of thing it is."""
    return _name(code, get_language())


@cache  # lists ask for each book's, and a label is slow to find
def _name(code: str, language: str | None) -> str:
    if code in Format.values:
        return str(Format(code).label)
    return str(KINDS.get(code[:1], _("Other")))
