"""What the admin's pages tell about stock."""

from typing import Any

from django import template

from inventory.models import RestockAlert, Stock
from shop.isbn import hyphenated
from shop.models import Order

register = template.Library()

ALERTS_SHOWN = 5

register.filter("hyphenated", hyphenated)


@register.inclusion_tag("admin/inventory/_today.html", takes_context=True)
def stock_today(context: dict[str, Any]) -> dict[str, Any]:
    """What must go out, what is low and the newest alerts, each for those who may see its list."""
    may = context["request"].user.has_perm
    today: dict[str, Any] = {}
    if may("shop.view_order"):
        to_dispatch = Order.objects.awaiting_dispatch()
        today["awaiting_dispatch"] = to_dispatch.unhindered().count()
        today["waiting"] = to_dispatch.hindered().count()
    if may("inventory.view_stock"):
        today["low"] = Stock.objects.low().count()
        today["out"] = Stock.objects.out().count()
    if may("inventory.view_restockalert"):
        newest = RestockAlert.objects.open().select_related("book__stock").order_by("-raised_at", "-pk")
        today["alerts"] = newest[:ALERTS_SHOWN]
    return today
