"""Orders in the admin, and the tables that say what they cost: delivery, tax."""

from . import orders, tax

__all__ = ["orders", "tax"]
