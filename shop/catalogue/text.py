"""Titles and names as they are sorted and searched."""

import hashlib
import re
import unicodedata
from decimal import Decimal

ARTICLES = ("the ", "a ", "an ", "le ", "la ", "les ", "l'", "der ", "die ", "das ", "el ", "los ", "las ")

INITIALS = re.compile(r"\b[^\W\d_](?: [^\W\d_]\b)+")


class _Folding(dict[int, str]):
    """What each character becomes; found out once for each."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isalnum():
            kept = character
        else:
            kept = "" if unicodedata.combining(character) or character in "'’." else " "
        self[code] = kept
        return kept


# Letters that Unicode does not take apart into a plain one and its mark.
PLAIN_LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
FOLDING = _Folding(str.maketrans(PLAIN_LETTERS))
# The same for texts without any other letters than those of ASCII, as bytes: that is twenty times as fast.
ASCII_FOLDING = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256, b" ")


def folded(text: str) -> str:
    """The text without case, accents and punctuation, words parted by single spaces."""
    if text.isascii():
        return " ".join(text.lower().encode().translate(ASCII_FOLDING, b"'.").decode().split())
    return " ".join(unicodedata.normalize("NFKD", text.casefold()).translate(FOLDING).split())


def joined_initials(words: str) -> str:
    """Only the initials that stand in a row, each row as one word (j k rowling: jk)."""
    return " ".join(row.replace(" ", "") for row in INITIALS.findall(words))


def with_joined_initials(words: str) -> str:
    """The words, initials in a row made one word (j k rowling: jk rowling)."""
    return INITIALS.sub(lambda row: row[0].replace(" ", ""), words)


def searchable(*parts: str) -> str:
    """What a search in the database looks in: the parts folded, initials in a row also as one word.

    Each word has a space before it, the first one too: that is how a search knows where words begin.
    """
    plain = [folded(part) for part in parts if part]
    return "".join(f" {words}" for words in (*plain, *map(joined_initials, plain)) if words)


def sort_title(title: str) -> str:
    """The title as a shelf sorts it: no leading article, case or accents (The Hobbit: hobbit)."""
    lowered = title.casefold().strip()
    for article in ARTICLES:
        if lowered.startswith(article) and len(lowered) > len(article):
            lowered = lowered.removeprefix(article)
            break
    return (folded(lowered) or lowered)[:300]


def fingerprint(*parts: str) -> str:
    """A short name for what a text says now, to tell a changed one by."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()


def series_position(number: str) -> Decimal | None:
    """Where a book stands in its series by the number as printed: the first number in it (Book 2.5: 2.5)."""
    found = re.search(r"[0-9]{1,6}(?:\.[0-9]{1,2})?", number, re.ASCII)
    return Decimal(found[0]).quantize(Decimal("0.01")) if found else None
