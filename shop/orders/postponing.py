"""Books that are ordered in advance come on another day than their customers were told: they are told."""

from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from shop.transactions import retry_on_conflict

from .emails import mail_moved
from .models import Order, OrderLine

# A book that did not come on its day may be given another one some time after.
NOTICED_FOR = timedelta(days=60)


def tell_moved_dates() -> int:
    """Write to the customers of open orders whose books come later, or sooner, than they were told; how many orders
    that concerned. Of a book that has come no day is told: what follows then is told by other mails."""
    return sum(_tell(order, list(lines)) for order, lines in groupby(_moved(), key=lambda line: line.order))


def _moved() -> list[OrderLine]:
    """The lines whose books have another day ahead of them than was told, order by order."""
    publication, embargo = "book__publication_date", "book__embargo_date"
    today = timezone.localdate()
    lines = OrderLine.objects.outstanding().filter(
        told_from__gt=today - NOTICED_FOR, order__status__in=Order.HOLDING_COPIES
    )
    lines = lines.annotate(day=Greatest(Coalesce(publication, embargo), Coalesce(embargo, publication)))
    moved = lines.filter(day__gt=today).exclude(told_from=F("day"))
    return list(moved.select_related("book", "order").order_by("order_id", "pk"))


@retry_on_conflict
@transaction.atomic(durable=True)
def _tell(order: Order, lines: list[OrderLine]) -> bool:
    """Note the new days, and owe the order's customer one mail about them; False if somebody else did."""
    news = 0
    for line in lines:
        known = OrderLine.objects.filter(pk=line.pk, told_from=line.told_from)
        news += known.update(told_from=line.book.may_be_dispatched_from)
    if news:
        mail_moved(order)
    return bool(news)
