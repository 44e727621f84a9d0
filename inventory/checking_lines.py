"""The proof that what order lines count, what parcels and returns hold, and what stock moved are the same copies."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shop.models import OrderLine, Return, ReturnLine

from .models import StockMovement

Kind = StockMovement.Kind


def flaws_of_lines() -> Mapping[int, list[str]]:
    """What is wrong with the lines of orders, in words, by book id."""
    found: dict[int, list[str]] = defaultdict(list)
    for lines, words in _wrong_lines():
        for line in lines.iterator():
            found[line["book_id"]].append(words % line)
    return found


def _wrong_lines() -> Iterator[tuple[QuerySet[Any, dict[str, Any]], str]]:
    """Queries for lines that contradict something, each with what to say of such a line."""
    yield (
        _lines(found=Coalesce(Sum("shipped__quantity"), 0)).exclude(found=F("dispatched")),
        _("order %(order__number)s: %(dispatched)d are dispatched, but its parcels hold %(found)d"),
    )
    yield (
        _lines(found=Coalesce(-_moved(Kind.DISPATCHED), 0)).exclude(found=F("dispatched")),
        _("order %(order__number)s: %(dispatched)d are dispatched, but its movements sum to %(found)d"),
    )
    yield (
        _lines(found=Coalesce(-_moved(Kind.WRITTEN_OFF), 0)).filter(found__gt=F("cancelled")),
        _("order %(order__number)s: %(cancelled)d are called off, but %(found)d of them written off"),
    )
    received = Q(returns__part_of__status=Return.Status.RECEIVED)
    yield (
        _lines(found=Coalesce(Sum("returns__quantity", filter=received), 0)).exclude(found=F("returned")),
        _("order %(order__number)s: %(returned)d are returned, but its returns hold %(found)d"),
    )
    restocked = (
        ReturnLine.objects.filter(line=OuterRef("pk"), part_of__status=Return.Status.RECEIVED)
        .order_by()
        .values("line")
        .values(copies=Sum("restocked"))
    )
    yield (
        _lines(found=Coalesce(_moved(Kind.RETURNED), 0), restocked=Coalesce(Subquery(restocked), 0)).exclude(
            found=F("restocked")
        ),
        _("order %(order__number)s: %(restocked)d came back to stock, but its movements sum to %(found)d"),
    )


def _lines(**sums: Any) -> QuerySet[Any, dict[str, Any]]:
    """Every line, with these sums of what belongs to it."""
    known = ("pk", "book_id", "order__number", "dispatched", "cancelled", "returned")
    return OrderLine.objects.order_by().values(*known).annotate(**sums)


def _moved(kind: Kind) -> Sum:
    return Sum("stock_movements__quantity", filter=Q(stock_movements__kind=kind))
