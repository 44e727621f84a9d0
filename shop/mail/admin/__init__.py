"""Mails in the admin: what went out, what could not, and how they are worded."""

from . import outbox, wording  # noqa: F401 - registered by being imported
