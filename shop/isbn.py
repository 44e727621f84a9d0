"""ISBNs as people and spreadsheets write them (ISO 2108)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError as InvalidISBN


def isbn13(written: str) -> str | None:
    """The 13 digits of an ISBN-10 or ISBN-13 in any hyphenation, "ISBN" before it or not; None if invalid."""
    if _is_isbn13(written):  # as most are written that come by the thousand
        return written
    compact = _compact(written)
    if not (compact.isascii() and compact.isalnum()):
        return None
    try:
        return str(stdnum_isbn.validate(compact, convert=True))
    except InvalidISBN:
        return None


def has_wrong_digit(written: str) -> bool:
    """Whether it has as many digits as an ISBN, in any hyphenation, but another check digit than they ask for.

    Ten digits from 978 or 979 on are taken for the beginning of an ISBN-13.
    """
    is_like_one = re.fullmatch(r"97[89]\d{10}|(?!97[89])\d{9}[\dX]", _compact(written), re.ASCII)
    return bool(is_like_one) and isbn13(written) is None


def _compact(written: str) -> str:
    """Without hyphens and spaces, and "ISBN" before it."""
    compact = "".join(c for c in written.strip().upper() if unicodedata.category(c) not in ("Pd", "Zs"))
    return compact.removeprefix("ISBN").removeprefix(":")


def _is_isbn13(written: str) -> bool:
    if len(written) != 13 or not (written.isascii() and written.isdecimal()):
        return False
    total = sum(map(int, written[::2])) + 3 * sum(map(int, written[1::2]))
    return total % 10 == 0 and written.startswith(("978", "979"))


def validate_isbn13(value: str) -> None:
    """Refuse what is not 13 digits with the right check digit."""
    if isbn13(value) != value:
        raise ValidationError(_("This is not a valid ISBN-13: 13 digits, the last a check digit."))


def hyphenated(value: str) -> str:
    """The ISBN with its registration group, publisher and title parted, as it is printed on books."""
    return str(stdnum_isbn.format(value))
