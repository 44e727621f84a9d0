"""Orders that wait: for copies that have yet to come in, or for the day on which a book may be sold."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.cart.models import CartLine
from shop.catalogue.cards import DAY

from .models import Order, OrderLine


def leaves_from(lines: Iterable[CartLine | OrderLine]) -> date | None:
    """The day before which these lines cannot leave the shop together, while it lies ahead (in the shop's zone)."""
    days = (line.book.may_be_dispatched_from for line in lines)
    return max(filter(None, days), default=None)


def hindrances(lines: Iterable[OrderLine]) -> list[str]:
    """Why these lines cannot leave the shop yet, in words for staff; empty if they can. Reads what
    OrderLine.objects.with_books() reads."""
    lines = list(lines)
    found = []
    if awaited := sum(line.awaited for line in lines):
        copies = ngettext("waits for %(count)d copy", "waits for %(count)d copies", awaited)
        found.append(copies % {"count": awaited})
    if day := leaves_from(lines):
        found.append(_("not before %(day)s") % {"day": date_format(day, DAY)})
    return found


def hindrances_by_title(lines: Iterable[OrderLine]) -> list[str]:
    """The same, each line that is hindered by its title."""
    why = {line.title: hindrances([line]) for line in lines}
    return [f"“{title}”: {', '.join(found)}" for title, found in why.items() if found]


def hold_what_has_come() -> int:
    """Give the customers who pay on collection their days to come, from now, once all they ordered in advance is
    there and may be sold; how many orders that concerned.

    Until then such an order is held without an end: its `expires_at` is empty.
    """
    until = timezone.now() + timedelta(days=settings.COLLECTION_HELD_DAYS)
    held = Order.objects.filter(
        status=Order.Status.PLACED, delivery_method=Order.Delivery.COLLECTION, expires_at=None
    )
    come = held.unhindered().order_by("pk").values_list("pk", flat=True)
    return sum(held.filter(pk=order_id).update(expires_at=until) for order_id in come)
