"""Parcels arrive: an order is delivered once all of its have."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.transactions import retry_on_conflict

from .copies import follow, locked
from .models import Order, OrderEvent
from .transitions import NotPossible, Status, note_event

ON_ITS_WAY = (Status.PART_DISPATCHED, Status.DISPATCHED)


@retry_on_conflict
@transaction.atomic(durable=True)
def deliver_order(*, order_id: int, actor: AbstractBaseUser | None, parcel: int | None = None) -> Order:
    """Staff know that what was sent of the order has arrived, or only the parcel of this number within the order. It is
    delivered once nothing is outstanding and every parcel has arrived. Raises NotPossible if none was on its way, as
    nothing is that is collected."""
    return record_delivery(locked(order_id), actor=actor, at=timezone.now(), parcel=parcel)


def record_delivery(
    order: Order, *, actor: AbstractBaseUser | None, at: datetime, parcel: int | None = None
) -> Order:
    """The same inside the caller's transaction, which has locked the order, for what arrived at a known time."""
    on_its_way = order.shipments.filter(delivered_at=None)
    if parcel is not None:
        on_its_way = on_its_way.filter(number=parcel)
    numbers = list(on_its_way.values_list("number", flat=True))
    if order.status not in ON_ITS_WAY or order.is_collected or not numbers:
        raise NotPossible(order)
    on_its_way.update(delivered_at=at)
    follow(order, actor=actor, at=at)
    if order.status != Status.DELIVERED:
        arrived = ", ".join(f"{order.number}/{number}" for number in numbers)
        note = _("Delivered: %(parcels)s") % {"parcels": arrived}
        note_event(order, OrderEvent.What.NOTE, actor=actor, note=note, at=at)
    return order
