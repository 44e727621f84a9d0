"""The catalogue in the admin."""

from . import books, feeds, people, picks, subjects, trade, works  # noqa: F401 - registered by being imported
