"""Orders in the admin, and the tables that say what they cost: delivery, tax."""

from . import delivery, invoices, orders, tax

__all__ = ["delivery", "invoices", "orders", "tax"]
