"""An order that expired is taken up again: its payment came late, and its copies may still be there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from shop.signals import order_placed

from .models import Order
from .transitions import Status, move


def record_revival(order: Order, *, at: datetime) -> None:
    """Promise the copies of an expired order to it once more, inside the caller's transaction.

    Raises NotPossible for any other order, and InsufficientStock; then nothing has happened, but `order` is to be
    read anew. Of books that are not published yet copies are promised that have yet to come in, as when it was placed.
    """
    with transaction.atomic():
        held_until = at + timedelta(minutes=settings.ORDER_HELD_MINUTES)
        move(order, Status.PLACED, note=_("Paid late"), at=at, expires_at=held_until)
        lines = list(order.lines.select_related("book").order_by("book_id"))
        in_advance = {line.book_id for line in lines if line.book.is_forthcoming}
        order_placed.send(sender=Order, order=order, lines=lines, in_advance=in_advance, at=at)
