"""Orders in the admin, and the tables that say what they cost: delivery, tax."""

from . import invoices, orders, tax

__all__ = ["invoices", "orders", "tax"]
