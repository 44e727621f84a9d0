"""What might have happened in the demo shop: drawn by lot, but the same whenever the same moment is asked for.

Nothing here touches the database; `history` carries the plan out.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from heapq import heappop, heappush
from itertools import accumulate, count
from random import Random
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from .people import HOME, Customer, Person, guests

DAYS = 548  # eighteen months
ORDERS_A_DAY = 1.5
BY_MONTH = [0, 0.8, 0.85, 0.95, 0.9, 0.9, 1.0, 1.1, 1.05, 0.95, 1.05, 1.4, 2.1]  # Christmas, and holidays
BY_WEEKDAY = [0.85, 0.8, 0.9, 0.95, 1.05, 1.4, 1.25]
BY_HOUR = [1, 0, 0, 0, 0, 0, 1, 2, 4, 5, 6, 6, 8, 7, 5, 5, 5, 6, 7, 9, 11, 10, 6, 3]

DELIVERY_EVERY = timedelta(days=14)
REORDER_UP_TO, BESTSELLERS_UP_TO = 20, 50
FINAL_REORDER_BELOW = 17  # after the last delivery hardly a book runs low but for those meant to
# Books that nobody delivers: some popular ones are being reprinted, some that are low come late.
REPRINTING, REPRINTING_SINCE, RUSH = 3, timedelta(days=98), 16
LATE, LATE_SINCE = 8, timedelta(days=70)
READER_WAITS = timedelta(hours=30)  # whoever tries the reader's login finds an order on its way
READER_RETURNS = timedelta(days=9)  # and one of which a book is to go back
# Of the last weeks there is more to see that is not finished: parts still to go, returns not answered yet.
STILL_GOING = timedelta(days=12)
SHOP_HOURS = range(10, 17)


class What(Enum):
    """What can happen to an order."""

    PLACED = "placed"
    DECLINED = "declined"
    PAID = "paid"
    PART_DISPATCHED = "part_dispatched"
    DISPATCHED = "dispatched"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    COMPENSATED = "compensated"  # some money back, and the books stay
    RETURN_ASKED = "return_asked"
    RETURN_REFUSED = "return_refused"
    RETURNED = "returned"  # and the money goes back


@dataclass(frozen=True)
class PlannedOrder:
    """An order: who wants which books, how they pay and whether they collect."""

    key: UUID
    buyer: Person
    copies: Mapping[str, int]  # by ISBN
    is_collected: bool
    gateway: str
    is_by_phone: bool = False

    @property
    def first_parcel(self) -> Mapping[str, int]:
        """What leaves first of an order that leaves in two parts: all but one book, which is not to hand."""
        return dict([*self.copies.items()][:-1])

    @property
    def returned(self) -> Mapping[str, int]:
        """What comes back if something does: the copies of one book."""
        return dict([*self.copies.items()][:1])


class Event(NamedTuple):
    """Something happens to an order at a time."""

    at: datetime
    number: int  # of the order, to keep events of one time apart
    what: What
    order: PlannedOrder


@dataclass
class Chapter:
    """A delivery to the shop, and what happened until the next."""

    starts: datetime
    delivery: dict[str, int] = field(default_factory=dict)  # copies by ISBN
    events: list[Event] = field(default_factory=list)


def plan(
    *, opened: datetime, days: int, copies: Mapping[str, int], customers: Sequence[Customer]
) -> list[Chapter]:
    """The shop's whole history: `copies` it opened with by ISBN, customers of whom the first is the reader."""
    return Planner(opened, days, copies, customers).chapters()


class Planner:
    """Draws orders one after the other and keeps count of the copies, so that no book is sold twice."""

    def __init__(
        self, opened: datetime, days: int, copies: Mapping[str, int], customers: Sequence[Customer]
    ) -> None:
        self.random = Random("endpaper")
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.opened, self.ends = opened, opened + timedelta(days=days)
        self.available = dict(copies)
        self.returning: list[tuple[datetime, int, Mapping[str, int]]] = []  # copies of orders that will end
        self.reader, *self.customers = customers
        self.reader_waits = False  # for the order of the last hours
        self.reader_returns = False  # some of an order of the last days
        self.guests = guests(self.random)
        self.numbers = count()
        self.isbns = sorted(copies)
        self.random.shuffle(self.isbns)
        # A few bestsellers and a long tail.
        self.weights = [1 / (rank + 6) ** 0.8 for rank in range(len(self.isbns))]
        self.reprinting: set[str] = set()
        self.late: list[str] = []

    def chapters(self) -> list[Chapter]:
        chapters = [Chapter(self.opened)]
        starts = self._first_delivery()
        while starts < self.ends:
            chapters.append(Chapter(starts))
            starts += DELIVERY_EVERY
        upcoming: list[Event] = []
        placed = self._orders()
        following = next(placed, None)
        for chapter, until in zip(chapters, [c.starts for c in chapters[1:]] + [self.ends], strict=True):
            if chapter is not chapters[0]:
                self._deliver(chapter, is_last=chapter is chapters[-1])
            while following and following < until:
                for event in self._order(following):
                    heappush(upcoming, event)
                following = next(placed, None)
            while upcoming and upcoming[0].at < until:
                chapter.events.append(heappop(upcoming))
        return chapters

    def _first_delivery(self) -> datetime:
        """Noon on a Tuesday in the second week."""
        day = self.opened.astimezone(self.zone).date() + timedelta(days=7)
        while day.weekday() != 1:
            day += timedelta(days=1)
        return self._at(day, 12)

    def _deliver(self, chapter: Chapter, *, is_last: bool) -> None:
        self._take_back(chapter.starts)
        self._make_scarce(chapter.starts)
        below = FINAL_REORDER_BELOW if is_last else settings.RESTOCK_THRESHOLD
        for rank, isbn in enumerate(self.isbns):
            if self.available[isbn] < below and isbn not in self.reprinting and isbn not in self.late:
                up_to = BESTSELLERS_UP_TO if rank < 20 else REORDER_UP_TO
                chapter.delivery[isbn] = up_to - self.available[isbn]
                self.available[isbn] = up_to

    def _make_scarce(self, at: datetime) -> None:
        """Choose the books that nobody delivers from now on."""
        if at > self.ends - REPRINTING_SINCE:
            self.reprinting = set(self.isbns[20 : 20 + REPRINTING])
        if at > self.ends - LATE_SINCE:
            low = sorted((self.available[isbn], isbn) for isbn in self.isbns if isbn not in self.reprinting)
            self.late += [isbn for copies, isbn in low if 0 < copies < settings.RESTOCK_THRESHOLD]
            self.late = list(dict.fromkeys(self.late))[:LATE]

    def _orders(self) -> Iterator[datetime]:
        """When orders are placed, one after the other."""
        day = self.opened.astimezone(self.zone).date()
        last = self.ends.astimezone(self.zone).date()
        while day <= last:
            grown = 0.8 + 0.4 * (day - self.opened.date()).days / DAYS
            expected = ORDERS_A_DAY * grown * BY_MONTH[day.month] * BY_WEEKDAY[day.weekday()]
            orders = int(expected * self.random.uniform(0.6, 1.4) + self.random.random())
            hours = sorted(
                h + self.random.random() for h in self.random.choices(range(24), BY_HOUR, k=orders)
            )
            yield from (at for at in (self._at(day, hour) for hour in hours) if self.opened < at < self.ends)
            day += timedelta(days=1)

    def _order(self, at: datetime) -> list[Event]:
        """All that will happen to an order placed now; nothing if nothing that is wanted is there."""
        self._take_back(at)
        copies = self._basket(at)
        if not copies:
            return []
        for isbn, quantity in copies.items():
            self.available[isbn] -= quantity
        buyer = self._buyer(at)
        is_open = at.astimezone(self.zone).hour in SHOP_HOURS and at.astimezone(self.zone).weekday() < 6
        is_far = buyer is self.reader or buyer.address["country"] != HOME
        is_collected = not is_far and self.random.random() < 0.18
        pays_at_the_till = is_collected and self.random.random() < 0.5
        order = PlannedOrder(
            key=UUID(int=self.random.getrandbits(128), version=4),
            buyer=buyer,
            copies=copies,
            is_collected=is_collected,
            gateway="collection" if pays_at_the_till else "test_card",
            is_by_phone=is_open and buyer is not self.reader and self.random.random() < 0.2,
        )
        number = next(self.numbers)
        happens = [
            (at, What.PLACED),
            *(self._at_the_till(at) if pays_at_the_till else self._by_card(order, at)),
        ]
        last, what = happens[-1]
        if what in (What.CANCELLED, What.EXPIRED):
            heappush(self.returning, (last, number, copies))
        elif what is What.RETURNED:
            heappush(self.returning, (last, number, order.returned))
        return [Event(when, number, what, order) for when, what in happens]

    def _at_the_till(self, at: datetime) -> list[tuple[datetime, What]]:
        if self.random.random() < 0.05:
            return [(self._opening_hours(at, days=14), What.CANCELLED)]
        collected = self._opening_hours(at, days=self.random.choice([1, 1, 2, 2, 3, 4]))
        return [(collected, What.PAID), (collected + timedelta(seconds=40), What.DISPATCHED)]

    def _by_card(self, order: PlannedOrder, at: datetime) -> list[tuple[datetime, What]]:
        declined = [(at + timedelta(seconds=50), What.DECLINED)] if self.random.random() < 0.04 else []
        held = (
            timedelta(days=settings.COLLECTION_HELD_DAYS)
            if order.is_by_phone
            else timedelta(minutes=settings.ORDER_HELD_MINUTES)
        )
        if self.random.random() < 0.03:
            return [*declined, (at + held + timedelta(minutes=1), What.EXPIRED)]
        took = timedelta(hours=self.random.uniform(1, 30)) if order.is_by_phone else timedelta(0)
        paid = at + took + timedelta(seconds=self.random.randint(70, 300))
        if self.random.random() < 0.03:
            return [*declined, (paid, What.PAID), (paid + timedelta(hours=2), What.CANCELLED)]
        return [*declined, (paid, What.PAID), *self._on_its_way(order, paid)]

    def _on_its_way(self, order: PlannedOrder, paid: datetime) -> Iterator[tuple[datetime, What]]:
        """It leaves, perhaps in two parts; it arrives, and that is perhaps not the end of it."""
        is_late = paid > self.ends - STILL_GOING
        sent = max(self._opening_hours(paid, days=self.random.choice([1, 1, 1, 1, 2])), paid)
        if len(order.copies) > 1 and self.random.random() < (0.6 if is_late else 0.06):
            yield sent, What.PART_DISPATCHED
            sent = self._opening_hours(sent, days=self.random.choice([6, 7, 8] if is_late else [3, 4, 6]))
        yield sent, What.DISPATCHED
        if order.is_collected:
            return
        arrived = self._opening_hours(sent, days=self.random.choice([1, 2, 2, 3]))
        if self.random.random() < 0.7:
            yield arrived, What.DELIVERED
        lot = 0.1 if is_late and order.buyer is self.reader else self.random.random()
        if lot < 0.02:
            yield self._opening_hours(arrived, days=2), What.COMPENSATED
        elif lot < (0.2 if is_late else 0.055):
            asked = self._opening_hours(
                arrived, days=self.random.choice([1, 2, 4] if is_late else [3, 6, 10])
            )
            yield asked, What.RETURN_ASKED
            if self.random.random() < 0.2:
                yield self._opening_hours(asked, days=1), What.RETURN_REFUSED
            else:
                yield self._opening_hours(asked, days=self.random.choice([5, 6, 8])), What.RETURNED

    def _buyer(self, at: datetime) -> Person:
        waits = not self.reader_waits and at > self.ends - READER_WAITS
        returns = not self.reader_returns and at > self.ends - READER_RETURNS
        if waits or returns or self.random.random() < 0.01:
            self.reader_waits |= waits
            self.reader_returns |= returns
            return self.reader
        joined = [person for person in self.customers if person.joined < at]
        if not joined or self.random.random() < 0.3:
            return next(self.guests)
        return self.random.choices(joined, [1 / (rank + 8) for rank in range(len(joined))])[0]

    def _basket(self, at: datetime) -> dict[str, int]:
        size = self.random.choices([1, 2, 3, 4, 5], [44, 28, 15, 8, 5])[0] + (at.month == 12)
        wishes = [
            weight * (RUSH if isbn in self.reprinting else 1)
            for isbn, weight in zip(self.isbns, self.weights, strict=True)
        ]
        cumulated = list(accumulate(wishes))
        wanted: Counter[str] = Counter()
        for _ in range(size):
            isbn = self.isbns[bisect(cumulated, self.random.random() * cumulated[-1])]
            wanted[isbn] = self.random.choices([1, 2, 3], [93, 6, 1])[0]
        return {isbn: n for isbn, n in wanted.items() if n <= self.available[isbn]}

    def _take_back(self, at: datetime) -> None:
        """Copies of orders that have ended by now are available again."""
        while self.returning and self.returning[0][0] <= at:
            for isbn, quantity in heappop(self.returning)[2].items():
                self.available[isbn] += quantity

    def _opening_hours(self, at: datetime, *, days: int) -> datetime:
        """Some time between ten and five, so many days on, but not on a Sunday."""
        day = at.astimezone(self.zone).date() + timedelta(days=days)
        if day.weekday() == 6:
            day += timedelta(days=1)
        return self._at(day, self.random.uniform(10, 17))

    def _at(self, day: date, hour: float) -> datetime:
        midnight = datetime.combine(day, time(0), self.zone)
        return midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=hour)
