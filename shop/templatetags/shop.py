"""Filters that every room's templates use: `{% load shop %}`."""

from decimal import Decimal

from django import template

from shop.money import written

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str | None = None) -> str:
    """£12.50; nothing for no amount."""
    return "" if amount is None else written(amount, currency)
