"""What the admin's pages tell about stock."""

from typing import Any

from django import template
from django.db.models import F

from inventory.models import RestockAlert
from shop.isbn import hyphenated
from shop.models import Mail, Order, Refund, Return

register = template.Library()

ALERTS_SHOWN = 5

register.filter("hyphenated", hyphenated)


@register.inclusion_tag("admin/inventory/_today.html", takes_context=True)
def stock_today(context: dict[str, Any]) -> dict[str, Any]:
    """What must go out or back, what is low and the newest alerts, each for those who may see its list."""
    may = context["request"].user.has_perm
    today: dict[str, Any] = {}
    if may("shop.view_order"):
        to_dispatch = Order.objects.awaiting_dispatch()
        today["awaiting_dispatch"] = to_dispatch.unhindered().count()
        today["waiting"] = to_dispatch.hindered().count()
        today["returns_asked"] = Return.objects.filter(status=Return.Status.ASKED).count()
    if may("shop.change_refund"):
        today["to_give_back"] = Refund.objects.filter(
            status__in=[Refund.Status.DUE, Refund.Status.FAILED]
        ).count()
    if may("shop.view_mail"):
        today["unsent"] = Mail.objects.filter(status=Mail.Status.FAILED).count()
    today["may_see_stock"] = may("inventory.view_stock")
    if may("inventory.view_restockalert"):
        # Counted by the alerts, of which there are few: the shop may list a million books that it never has.
        alerts = RestockAlert.objects.open()
        today["to_restock"] = alerts.count()
        today["out"] = alerts.filter(book__stock__on_hand__lte=F("book__stock__allocated")).count()
        today["alerts"] = alerts.select_related("book__stock").order_by("-raised_at", "-pk")[:ALERTS_SHOWN]
    return today
