"""What orders tell about books: how well each has sold in the last weeks, and which are bought together.

Worked out from time to time (`manage.py rank_sales`). What was sold is read first, outside any transaction, for at a
million orders that takes a while; then what has changed is written, and only that. Each transaction puts whole figures
in the place of whole figures, so whoever looks, or stops it halfway, finds the old ones or the new ones. Of two runs at
once the later one to write finds it written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Max, Sum
from django.utils import timezone

from shop.catalogue.changes import note_changes
from shop.catalogue.models import Companion, SalesRank
from shop.transactions import retry_on_conflict

from .models import Order, OrderLine

BESTSELLER_WEEKS = 8  # whose sales the ranks are of

COMPANION_WEEKS = 52  # whose orders tell what is bought together,
LATEST_ORDERS = 200_000  # and of these only so many: more would tell a large shop the same, later
LARGEST_BASKET = (
    20  # books in an order; who buys more, such as a school, does not choose one because of another
)
MOST_COMPANIONS = 12  # of one book; its page shows half of them, for some may not be on sale just then
AT_ONCE = 1000  # books written in one statement, and whose companions are written in one transaction

SOLD = (*Order.TO_DISPATCH, Order.Status.DISPATCHED, Order.Status.DELIVERED)  # and not given back whole

Companions = list[tuple[int, int]]  # books' keys, with the number of orders that have both

# In whatever edition a work was bought, it is the one that lists show which has companions, and which is one: so no
# edition is recommended beside another of the same work.
# `listed` stands alone, not compared with 1: SQLite would go by its index, through every book, and not by the work's.
BOUGHT = """
SELECT COALESCE(shown.id, book.id) AS book_id, COUNT(DISTINCT o.id) AS orders
FROM shop_order AS o
JOIN shop_orderline AS line ON line.order_id = o.id
JOIN shop_book AS book ON book.id = line.book_id
LEFT JOIN shop_book AS shown ON shown.work_id = book.work_id AND shown.listed
WHERE o.id > %s AND o.status IN (%s, %s, %s, %s) AND o.paid_at >= %s
GROUP BY COALESCE(shown.id, book.id)
"""

# A pair counts once two people at least have bought both: no basket of one person can be read from it. That is two
# accounts, and two e-mail addresses, for a customer may have bought as a guest, too. Of a sale at a till nothing is
# known, and it counts as somebody else's; all orders whose customers were erased may have been one person's.
BOUGHT_TOGETHER = """
SELECT
    COALESCE(this_shown.id, this.id)    AS book_id,
    COALESCE(that_shown.id, that.id)    AS other_id,
    COUNT(DISTINCT o.id)                AS orders
FROM shop_order AS o
JOIN shop_orderline AS this_line ON this_line.order_id = o.id
JOIN shop_orderline AS that_line ON that_line.order_id = o.id AND that_line.book_id <> this_line.book_id
JOIN shop_book AS this ON this.id = this_line.book_id
JOIN shop_book AS that ON that.id = that_line.book_id
LEFT JOIN shop_book AS this_shown ON this_shown.work_id = this.work_id AND this_shown.listed
LEFT JOIN shop_book AS that_shown ON that_shown.work_id = that.work_id AND that_shown.listed
WHERE o.id > %s AND o.status IN (%s, %s, %s, %s) AND o.paid_at >= %s
  AND (SELECT COUNT(*) FROM shop_orderline AS line WHERE line.order_id = o.id) <= %s
  AND (this_shown.id IS NOT NULL OR this.listed)
  AND (that_shown.id IS NOT NULL OR that.listed)
  AND COALESCE(this_shown.id, this.id) <> COALESCE(that_shown.id, that.id)
GROUP BY COALESCE(this_shown.id, this.id), COALESCE(that_shown.id, that.id)
HAVING MIN(COALESCE(o.customer_id, -o.id)) <> MAX(COALESCE(o.customer_id, -o.id))
   AND MIN(CASE o.channel WHEN 'external' THEN o.number ELSE LOWER(o.email) END)
    <> MAX(CASE o.channel WHEN 'external' THEN o.number ELSE LOWER(o.email) END)
"""


def rank_sales() -> tuple[int, int]:
    """Bring sales ranks and companions in step with what was sold; how many books have a rank, and companions.

    Counts orders that are paid for, the shop's own and those of a till or marketplace, by the day they were paid.
    """
    copies, companions = _copies_sold(), _bought_together()
    _write_ranks(copies)
    known = defaultdict(list)
    for book, *companion in _known_companions():
        known[book].append(tuple(companion))
    changed = sorted(book for book in {*known, *companions} if known.get(book) != companions.get(book))
    for begin in range(0, len(changed), AT_ONCE):
        _write_companions({book: companions.get(book, []) for book in changed[begin : begin + AT_ONCE]})
    return len(copies), len(companions)


def _copies_sold() -> dict[int, int]:
    """How many copies of each book were sold in the last weeks; of those of which there were any."""
    since = timezone.now() - timedelta(weeks=BESTSELLER_WEEKS)
    lines = OrderLine.objects.filter(order__status__in=SOLD, order__paid_at__gte=since)
    kept = lines.filter(quantity__gt=F("cancelled") + F("returned")).order_by().values_list("book_id")
    return dict(kept.annotate(copies=Sum(F("quantity") - F("cancelled") - F("returned"))))


def _bought_together() -> dict[int, Companions]:
    """Each book's companions, the most telling first.

    That is by the cosine of the two books' orders: what everybody buys would else be everything's companion.
    """
    since = timezone.now() - timedelta(weeks=COMPANION_WEEKS)
    latest = Order.objects.aggregate(latest=Max("pk"))["latest"] or 0
    scope = [latest - LATEST_ORDERS, *SOLD, connection.ops.adapt_datetimefield_value(since)]
    found: dict[int, Companions] = {}
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT_TOGETHER, [*scope, LARGEST_BASKET])
        for book, other, together in cursor.fetchall():
            found.setdefault(book, []).append((other, together))
        cursor.execute(BOUGHT, scope)
        orders: dict[int, int] = dict(cursor.fetchall())
    for book, companions in found.items():
        # The first book's own orders are the same for all of its companions.
        companions.sort(key=lambda each: (-(each[1] ** 2) / orders.get(each[0], each[1]), -each[1], each[0]))
        found[book] = companions[:MOST_COMPANIONS]
    return found


def _known_companions() -> Iterable[tuple[int, int, int]]:
    # The order that they were written in is that of their places.
    return Companion.objects.order_by("pk").values_list("book_id", "other_id", "orders").iterator()


@retry_on_conflict
@transaction.atomic(durable=True)
def _write_ranks(copies: Mapping[int, int]) -> None:
    """Have the ranks say so many copies of each book, and tell the search which books' have changed.

    Books that sold equally well have the same rank, and the ranks after it are left out: 1, 2, 2, 4.
    """
    known = {
        book: (sold, rank) for book, sold, rank in SalesRank.objects.values_list("book_id", "copies", "rank")
    }
    ranks: dict[int, int] = {}
    for place, sold in enumerate(sorted(copies.values(), reverse=True), 1):
        ranks.setdefault(sold, place)

    SalesRank.objects.bulk_create(
        (
            SalesRank(book_id=book, copies=sold, rank=ranks[sold])
            for book, sold in copies.items()
            if book not in known
        ),
        batch_size=AT_ONCE,
    )
    changed = defaultdict(list)
    for book, sold in copies.items():
        if book in known and known[book] != (sold, ranks[sold]):
            changed[sold].append(book)
    for sold, books in changed.items():
        for some in _batches(books):
            SalesRank.objects.filter(pk__in=some).update(copies=sold, rank=ranks[sold])
    for some in _batches([book for book in known if book not in copies]):
        SalesRank.objects.filter(pk__in=some).delete()

    before = {book: sold for book, (sold, _) in known.items()}
    note_changes(sorted(book for book in {*before, *copies} if before.get(book) != copies.get(book)))


@retry_on_conflict
@transaction.atomic(durable=True)
def _write_companions(companions: Mapping[int, Companions]) -> None:
    """Have these books have these companions."""
    Companion.objects.filter(book__in=companions).delete()
    Companion.objects.bulk_create(
        (
            Companion(book_id=book, other_id=other, orders=orders)
            for book, others in companions.items()
            for other, orders in others
        ),
        batch_size=AT_ONCE,
    )


def _batches(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[begin : begin + AT_ONCE] for begin in range(0, len(keys), AT_ONCE))
