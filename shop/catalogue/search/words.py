"""The words of a text as the index keeps them and as a query asks for them: both sides go through here."""

import re
from functools import lru_cache

from ..text import folded, joined_initials, with_joined_initials

MOST_WORDS = 10  # of a query; what comes after them hardly narrows a search down

# Scripts that do not part their words: Thai, kana, Han.
UNPARTED = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+"
)

# Words that people put around what they look for: they count where they are found, but nothing has to have them.
LITTLE_WORDS = frozenset(
    (
        *(
            "a",
            "an",
            "and",
            "at",
            "by",
            "for",
            "from",
            "in",
            "is",
            "of",
            "on",
            "or",
            "that",
            "the",
            "to",
            "with",
        ),
        *("about", "book", "books", "novel", "novels"),
        *(
            "le",
            "la",
            "les",
            "l",
            "un",
            "une",
            "des",
            "du",
            "de",
            "et",
            "der",
            "die",
            "das",
            "ein",
            "eine",
            "und",
        ),
        *("von", "el", "los", "las", "y", "en", "il", "lo", "gli", "e"),
    )
)


def indexed(text: str) -> str:
    """The text's words as the index keeps them, parted by spaces: folded, and initials in a row also as one.

    A run of Han, kana or Thai is kept as its characters and its pairs of characters.
    """
    words = indexed_plainly(text)
    initials = joined_initials(words)
    return f"{words} {initials}" if initials else words


def indexed_plainly(text: str) -> str:
    """The same, but for the initials: of long texts, which hardly ever have some."""
    words = folded(text)
    if not words.isascii():
        words = UNPARTED.sub(lambda run: f" {' '.join([*run[0], *_pairs(run[0])])} ", words)
    return words


@lru_cache(maxsize=100_000)
def indexed_name(name: str) -> str:
    """The same as `indexed`, remembered: names come again with the next book."""
    return indexed(name)


def asked(text: str) -> list[str]:
    """The words to look for: folded, initials in a row joined, each once, the first ten."""
    words = with_joined_initials(folded(text))
    if not words.isascii():
        words = UNPARTED.sub(lambda run: f" {' '.join(_pairs(run[0]) or run[0])} ", words)
    return list(dict.fromkeys(words.split()))[:MOST_WORDS]


def canonical(text: str) -> str:
    """The whole text in the one form in which two texts that read alike are equal."""
    return with_joined_initials(folded(text))


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]
