"""What the shop writes to customers about their orders."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .models import Order
from .waiting import leaves_from


def send_confirmation(order_id: int) -> None:
    """Tell the customer that the order has been placed, with the link to its page. A task."""
    order = Order.objects.get(pk=order_id)
    if not order.email:
        return
    lines = list(order.lines.with_books().order_by("pk"))
    context = {
        "order": order,
        "lines": lines,
        "leaves_from": leaves_from(lines),
        "link": settings.SHOP_URL + order.page_address(),
        "shop_name": settings.SHOP_NAME,
        "days": settings.COLLECTION_HELD_DAYS,
    }
    send_mail(
        _("%(shop)s: your order %(number)s") % {"shop": settings.SHOP_NAME, "number": order.number},
        render_to_string("orders/emails/confirmation.txt", context),
        None,
        [order.email],
    )


def send_has_come(order_id: int) -> None:
    """Tell the customer who pays on collection that all of the order is there, and until when it is held. A task."""
    order = Order.objects.get(pk=order_id)
    if not order.email or not order.awaits_payment:
        return
    context = {
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "link": settings.SHOP_URL + order.page_address(),
        "shop_name": settings.SHOP_NAME,
    }
    send_mail(
        _("%(shop)s: your order %(number)s is here") % {"shop": settings.SHOP_NAME, "number": order.number},
        render_to_string("orders/emails/has_come.txt", context),
        None,
        [order.email],
    )
