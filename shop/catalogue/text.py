"""Titles and names as they are sorted and searched."""

import hashlib
import re
import unicodedata

ARTICLES = ("the ", "a ", "an ", "le ", "la ", "les ", "l'", "der ", "die ", "das ", "el ", "los ", "las ")


def folded(text: str) -> str:
    """The text without case, accents and punctuation, words parted by single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else "" if unicodedata.combining(c) or c in "'’." else " " for c in decomposed)
    return " ".join("".join(kept).split())


def joined_initials(words: str) -> str:
    """Initials in a row as one word, for those who write them so (j k rowling: jk)."""
    runs = re.findall(r"(?:\b[^\W\d]\b ?){2,}", words)
    return " ".join(run.replace(" ", "") for run in runs)


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
