"""Moved to shop.isbn, which inventory may read too."""

from shop.isbn import hyphenated, isbn13, validate_isbn13

__all__ = ["hyphenated", "isbn13", "validate_isbn13"]
