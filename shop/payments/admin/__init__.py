"""Payments and refunds in the admin."""

from . import credit_notes, events, payments, refunds

__all__ = ["credit_notes", "events", "payments", "refunds"]
