"""The catalogue in the admin."""

from . import books, people, picks, subjects  # noqa: F401 - registered by being imported
